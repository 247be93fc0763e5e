"""Whether a network's listings are late right now, asked of posts that we know are public.

A listing that shows only older posts of ours may be late, and then it says nothing of a younger
one. A canary is a post whose receipt came with the reply, on any account of the same connector. If
its own account's listing shows it, then listings show what was public before it too, and a look
that begins afterwards and finds nothing found that nothing is there. A canary is read *before*
that look: read after it, a listing that caught up in between would pass for one that never lagged.

Networks promise no such order; that a post of one account speaks for another account is our
assumption (docs/decisions/0006-fresh-canary.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from connectors.errors import ConnectorError
from publisher.app import App
from publisher.custody import kept
from publisher.delivery.outbox.removed import removing
from publisher.models import Account, Attempt, Receipt
from vault import store
from vault.errors import VaultError

log = structlog.get_logger(__name__)

ASKED = 2
"""Canaries read at most in one round, for each connector."""

_SENDERS = 20
_LISTED = 20
_MARGIN = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A post that is public since ``begun`` or later, by the clock that dates doubts too."""

    account_id: int
    external_id: str
    remote_id: str
    begun: datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What became of reading one canary; ``shown`` is None where the account did not answer."""

    canary: Canary
    shown: bool | None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was asked, and whether it proves that listings are not late."""

    holds: bool
    asked: tuple[Asked, ...] = ()

    def evidence(self) -> dict[str, Any]:
        """Return what to keep of it, as JSON."""
        return {
            "proven": self.holds,
            "canaries": [
                {
                    "account": one.canary.account_id,
                    "id": one.canary.remote_id,
                    "begun": one.canary.begun.isoformat(),
                    "shown": one.shown,
                }
                for one in self.asked
            ],
        }


def weigh(asked: tuple[Asked, ...], *, since: datetime) -> Proof:
    """Say whether ``asked`` proves that listings show what was public at ``since``. Pure.

    One that is younger must be shown, and none that answered may be missing.
    """
    younger = any(one.shown and one.canary.begun >= since for one in asked)
    missing = any(one.shown is False for one in asked)
    return Proof(holds=younger and not missing, asked=asked)


class Canaries:
    """The canaries of one round of looks: each connector's are chosen and read once, if at all.

    Shared by the round's threads.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = Lock()
        self._chosen: dict[str, tuple[Canary, ...]] = {}
        self._asked: dict[str, tuple[Asked, ...]] = {}

    def prove(self, connector: str, *, since: datetime) -> Proof:
        """Prove that listings of ``connector`` show what was public at ``since``.

        Nothing is read where no canary is younger than that.
        """
        with self._lock:
            if connector not in self._chosen:
                self._chosen[connector] = self._choose(connector)
            chosen = self._chosen[connector]
            if not any(canary.begun >= since for canary in chosen):
                return Proof(holds=False)
            if connector not in self._asked:
                self._asked[connector] = tuple(self._ask(connector, one) for one in chosen)
            return weigh(self._asked[connector], since=since)

    def _choose(self, connector: str) -> tuple[Canary, ...]:
        timing, now = self._app.timing, self._app.clock()
        with self._app.read() as session:
            return freshest(
                session,
                connector,
                # what was sent a moment ago may rightly be missing
                between=(
                    now - timedelta(seconds=timing.give_up),
                    now - timedelta(seconds=timing.listing_lag),
                ),
            )

    def _ask(self, connector: str, canary: Canary) -> Asked:
        try:
            with self._app.read() as session:
                used = store.use_many(session, self._app.keyring, [canary.account_id])
            if canary.account_id not in used or not used[canary.account_id].fields:
                return Asked(canary=canary, shown=None)
            listing = self._app.connector(connector).recent(
                kept.credential(self._app, canary.external_id, used[canary.account_id]),
                since=canary.begun - _MARGIN,
                limit=_LISTED,
            )
        except (ConnectorError, VaultError) as error:
            log.info("canary.silent", connector=connector, error=type(error).__name__)
            return Asked(canary=canary, shown=None)
        except Exception:
            # a defect here is evidence of nothing, and the look itself goes on
            log.exception("canary.defect", connector=connector)
            return Asked(canary=canary, shown=None)
        shown = any(seen.remote_id == canary.remote_id for seen in listing.items)
        return Asked(canary=canary, shown=shown)


def freshest(
    session: Session, connector: str, *, between: tuple[datetime, datetime]
) -> tuple[Canary, ...]:
    """Return the youngest posts of which a reply told, one an account, youngest first.

    ``begun`` is when the attempt was opened: certainly no later than the post became public.
    """
    senders = (
        select(col(Account.id), col(Account.external_id))
        .where(
            col(Account.connector) == connector,
            col(Account.state) == "active",
            col(Account.last_sent_at) >= between[0],
        )
        .order_by(col(Account.last_sent_at).desc(), col(Account.id))
        .limit(_SENDERS)
        .subquery()
    )
    rows = session.execute(
        select(senders.c.id, senders.c.external_id, col(Receipt.remote_id), col(Attempt.opened_at))
        .join(Receipt, col(Receipt.account_id) == senders.c.id)
        .join(
            Attempt,
            (col(Attempt.delivery_id) == col(Receipt.delivery_id))
            & (col(Attempt.part) == col(Receipt.part)),
        )
        .where(
            col(Receipt.found_by) == "reply",
            # later parts are answers and comments, which listings do not show
            col(Receipt.part) == 0,
            ~removing().exists(),
            col(Attempt.outcome) == "published",
            col(Attempt.opened_at).between(*between),
        )
        .order_by(col(Attempt.opened_at).desc(), senders.c.id)
        .limit(_SENDERS)
    ).all()
    found: dict[int, Canary] = {}
    for row in rows:
        found.setdefault(
            row.id,
            Canary(
                account_id=row.id,
                external_id=row.external_id,
                remote_id=row.remote_id,
                begun=row.opened_at,
            ),
        )
    return tuple(found.values())[:ASKED]
