"""Whether the networks show exactly what was approved.

The multiset of what is shown (network, account, text, bytes of every image, alt texts) must equal
the multiset of what was approved in this database.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import col

from connectors.sandbox import client
from publisher.app import App
from publisher.editorial.snapshot import load_snapshots
from publisher.models import Account, Approval, Delivery

Shown = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Posts ``missing`` from the networks, ``extra`` on them, and how many each one shows."""

    missing: Counter[Shown]
    extra: Counter[Shown]
    per_network: dict[str, int]

    @property
    def exact(self) -> bool:
        """Tell whether the networks show what was approved, all of it, once, and nothing else."""
        return not self.missing and not self.extra


def compare(app: App, base_url: str, *, since_post: int) -> Comparison:
    """Compare the networks at ``base_url`` with the database.

    Wanted is what was approved of the posts from ``since_post`` on, and whatever counts as
    published of those before. Raises ``ConnectorError`` when the networks do not answer.
    """
    wanted = _wanted(app, since_post)
    shown = client.posts(base_url)
    found: Counter[Shown] = Counter(
        (
            post["network"],
            post["account"],
            post["text"],
            tuple(post["media_digests"]),
            tuple(post["alt_texts"]),
        )
        for post in shown
    )
    return Comparison(
        missing=wanted - found,
        extra=found - wanted,
        per_network=dict(Counter(str(post["network"]) for post in shown)),
    )


def _wanted(app: App, since_post: int) -> Counter[Shown]:
    with app.read() as session:
        rows = session.execute(
            select(
                col(Delivery.post_id),
                col(Delivery.revision),
                col(Delivery.network),
                col(Account.external_id),
                col(Approval.digest),
            )
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(
                Approval,
                (col(Approval.post_id) == col(Delivery.post_id))
                & (col(Approval.revision) == col(Delivery.revision))
                & col(Approval.voided_at).is_(None),
            )
            .where(
                col(Delivery.state) != "cancelled",
                or_(col(Delivery.post_id) >= since_post, col(Delivery.state) == "published"),
            )
        ).all()
        snapshots = load_snapshots(session, [(row.post_id, row.revision) for row in rows])
    wanted: Counter[Shown] = Counter()
    for row in rows:
        snapshot = snapshots[row.post_id, row.revision]
        if snapshot.digest != row.digest:
            continue  # what is not the approved content is not wanted, and shows as extra
        media = snapshot.media.get(row.network, ())
        wanted[
            row.network,
            row.external_id,
            snapshot.text(row.network),
            tuple(item.sha256 for item in media),
            tuple(item.alt_text for item in media),
        ] += 1
    return wanted
