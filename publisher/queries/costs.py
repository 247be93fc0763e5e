"""What a post will cost on the networks that bill, told before anybody approves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from connectors import prices
from connectors.prices import Cost
from publisher.app import App
from publisher.editorial.snapshot import load_snapshots
from publisher.models import Account, Post, Target
from publisher.texts import spending as texts


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """What ``accounts`` accounts of one network will be billed for the post, each and in all."""

    cost: Cost
    accounts: int

    def sentence(self, name: str) -> str:
        """Say it in words; ``name`` is what people call the network."""
        words = texts.COST_LINKED if self.cost.is_raised_by_links else texts.COST_PLAIN
        said = words.format(
            cost=texts.dollars(self.cost.micros),
            without=texts.dollars(self.cost.without_links),
            network=name,
        )
        if self.accounts < 2:
            return said
        total = texts.dollars(self.accounts * self.cost.micros)
        return f"{said} {texts.COST_MANY.format(n=self.accounts, total=total)}"


def costs_of(app: App, session: Session, post: Post) -> tuple[CostRow, ...]:
    """Return the costs of the working revision; empty where nothing is billed."""
    accounts = Counter(
        session.scalars(
            select(col(Account.network))
            .join(Target, col(Target.account_id) == col(Account.id))
            .where(col(Target.post_id) == post.id, col(Target.revision) == post.revision)
        )
    )
    if not any(prices.bills(network) for network in accounts):
        return ()
    key = (post.id or 0, post.revision)
    snapshot = load_snapshots(session, {key})[key]
    said = {name: [p.text for p in snapshot.parts(name, ())] for name in accounts}
    return costs(said, accounts, app.clock().date())


def costs(
    said: Mapping[str, Sequence[str]], accounts: Mapping[str, int], on: date
) -> tuple[CostRow, ...]:
    """Return the costs of what is ``said`` on each network, part by part. Pure."""
    found = ((name, prices.cost(name, parts, on)) for name, parts in sorted(said.items()))
    return tuple(
        CostRow(cost=cost, accounts=accounts[name])
        for name, cost in found
        if cost is not None and accounts.get(name)
    )
