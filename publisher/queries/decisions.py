"""Decisiones: the deliveries that wait for a person, in lists and one by one with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlmodel import Session, col

from publisher.app import Actor, App
from publisher.delivery.by_hand import waits
from publisher.delivery.evidence import digests
from publisher.models import Account, Delivery, Media, Plantel, PostMedia
from publisher.queries.rows import EXCERPT, require, within
from publisher.queries.variants import variants_of

Cursor = tuple[datetime, int]
Key = tuple[int, int]

PAGE = 60
WAITING = ("held", "needs_decision")
MANUAL = "manual"
"""The cause of what a newer version of the manual stops."""
DOUBT = "doubt"
"""The cause of what may be public already; the others are the reasons of ``held``."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which of the waiting deliveries: of one plantel, of one cause (``DOUBT`` or a reason)."""

    plantel_id: int | None = None
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """A delivery that waits. ``text`` is the beginning of what it says on its network.

    ``due_at`` is UTC, ``local_at`` the wall time in ``timezone``; ``pictures`` are SHA-256.
    ``seen`` is the digest of the evidence as this row found it.
    """

    id: int
    post_id: int
    revision: int
    plantel_id: int
    plantel: str
    network: str
    handle: str
    state: str
    hold_reason: str
    reason: str
    due_at: datetime
    local_at: str
    timezone: str
    text: str = ""
    pictures: tuple[str, ...] = ()
    seen: str = ""

    @property
    def doubtful(self) -> bool:
        """Tell whether it may be public already."""
        return self.state == "needs_decision"

    @property
    def cause(self) -> str:
        """Why it waits: ``DOUBT``, or the reason of its hold."""
        return DOUBT if self.doubtful else self.hold_reason


@dataclass(frozen=True, kw_only=True)
class WaitingPage:
    """A page of what waits; ``next`` is the cursor of the following one, None on the last.

    ``total`` counts what the filters leave. ``planteles`` (id → name) and ``causes`` (→ how many)
    are those of everything that waits for the actor.
    """

    rows: tuple[WaitingRow, ...]
    next: Cursor | None
    total: int
    planteles: Mapping[int, str]
    causes: Mapping[str, int]


_ALL = Filters()


def waiting(
    app: App,
    actor: Actor,
    *,
    filters: Filters = _ALL,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> WaitingPage:
    """Return a page of the deliveries that the actor decides on, the longest due first.

    What waits to be published by hand is listed apart (``queries.by_hand``).

    Raises ``Forbidden`` for whoever decides on none.
    """
    where = require(actor, "delivery.decide")
    mine = [
        col(Delivery.state).in_(WAITING),
        ~waits(),
        within(Account.plantel_id, where),
    ]
    conditions = [*mine, *_filtered(filters)]
    joined = col(Account.id) == col(Delivery.account_id)
    due = col(Delivery.due_at)
    statement: Any = (
        select(
            col(Delivery.id),
            col(Delivery.post_id),
            col(Delivery.revision),
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Delivery.network),
            col(Account.handle),
            col(Delivery.state),
            func.coalesce(col(Delivery.hold_reason), "").label("hold_reason"),
            col(Delivery.reason),
            due,
            col(Delivery.local_at),
            col(Delivery.timezone),
        )
        .join(Account, joined)
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(*conditions)
        .order_by(due, col(Delivery.id))
        .limit(limit + 1)
    )
    if after is not None:
        moment, id_ = after
        statement = statement.where(
            or_(due > moment, and_(due == moment, col(Delivery.id) > id_)),
        )
    cause = func.coalesce(col(Delivery.hold_reason), "")
    counting = (
        select(col(Plantel.id), col(Plantel.name), col(Delivery.state), cause, func.count())
        .select_from(Delivery)
        .join(Account, joined)
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(*mine)
        .group_by(col(Plantel.id), col(Plantel.name), col(Delivery.state), cause)
        .order_by(col(Plantel.name))
    )
    with app.read() as session:
        counted = [
            (plantel_id, name, DOUBT if state == "needs_decision" else hold, count)
            for plantel_id, name, state, hold, count in session.execute(counting)
        ]
        found = session.execute(statement).mappings().all()
        shown = found[:limit]
        keys = sorted({(row["post_id"], row["revision"]) for row in shown})
        written = variants_of(session, keys, excerpt=EXCERPT) if keys else {}
        pictures = _pictures(session, keys) if keys else {}
        seen = digests(session, [row["id"] for row in shown])
    rows = tuple(
        WaitingRow(
            **row,
            text=written[row["post_id"], row["revision"]].said(row["network"]),
            pictures=tuple(pictures[row["post_id"], row["revision"]]),
            seen=seen[row["id"]],
        )
        for row in shown
    )
    last = rows[-1] if len(found) > limit else None
    causes: dict[str, int] = {}
    for _, _, name, count in counted:
        causes[name] = causes.get(name, 0) + count
    return WaitingPage(
        rows=rows,
        next=(last.due_at, last.id) if last else None,
        total=sum(
            count
            for plantel_id, _, name, count in counted
            if filters.plantel_id in {None, plantel_id} and filters.cause in {"", name}
        ),
        planteles={plantel_id: name for plantel_id, name, _, _ in counted},
        causes=causes,
    )


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.plantel_id is not None:
        conditions.append(col(Account.plantel_id) == filters.plantel_id)
    if filters.cause == DOUBT:
        conditions.append(col(Delivery.state) == "needs_decision")
    elif filters.cause:
        conditions += [
            col(Delivery.state) == "held",
            col(Delivery.hold_reason) == filters.cause,
        ]
    return conditions


def _pictures(session: Session, keys: Sequence[Key]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {key: [] for key in keys}
    for post_id, revision, sha256 in session.execute(
        select(col(PostMedia.post_id), col(PostMedia.revision), col(Media.sha256))
        .join(Media, col(Media.id) == col(PostMedia.media_id))
        .where(tuple_(col(PostMedia.post_id), col(PostMedia.revision)).in_(keys))
        .order_by(col(PostMedia.position))
    ):
        found[post_id, revision].append(sha256)
    return found
