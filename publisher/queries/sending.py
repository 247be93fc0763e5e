"""The deliveries of a post with their attempts and receipts, as the receipt view shows them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlmodel import Session, col

from publisher.app import App
from publisher.delivery.by_hand import waits
from publisher.models import (
    Account,
    Attempt,
    Delivery,
    Person,
    Plantel,
    Receipt,
    RemotePost,
    Worker,
)
from publisher.queries.changes import CorrectionRow, RemovalRow, corrections_of, removals_of
from publisher.queries.following import PartRow, parts_of
from publisher.queries.links import link_of
from publisher.queries.phases import group_of


@dataclass(frozen=True, kw_only=True)
class AttemptRow:
    """One visible request; open while ``closed_at`` is None. ``outcome`` is the engine's word.

    ``worker`` names the process that made it: its host, and its pid in parentheses.
    """

    part: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    code: str
    detail: str
    http_status: int | None
    digest: str
    worker: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptRow:
    """The network's proof; ``found_by`` is ``reply``, ``reconcile``, ``person`` or ``by_hand``.

    ``person`` is who gave it, where it was one.
    """

    part: int
    remote_id: str
    permalink: str
    published_at: datetime
    found_by: str
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class FiguresRow:
    """What the network counts of a post, read at ``at``; None where it does not say."""

    likes: int | None
    comments: int | None
    shares: int | None
    views: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryRow:
    """One revision of a post on one account; instants are UTC, ``local_at`` the agreed wall time.

    ``following`` are the parts after the post; ``part`` is the one in turn, 0 the post.

    ``state`` is the engine's, ``group`` what screens call it; ``reason`` says why it waits or
    failed; ``by_hand`` that it waits for somebody to publish it.
    """

    id: int
    revision: int
    network: str
    handle: str
    plantel: str
    state: str
    group: str
    hold_reason: str
    reason: str
    due_at: datetime
    local_at: str
    timezone: str
    next_at: datetime
    published_at: datetime | None
    by_hand: bool = False
    attempts: tuple[AttemptRow, ...] = ()
    receipts: tuple[ReceiptRow, ...] = ()
    removals: tuple[RemovalRow, ...] = ()
    corrections: tuple[CorrectionRow, ...] = ()
    connector: str = ""
    figures: FiguresRow | None = None
    part: int = 0
    following: tuple[PartRow, ...] = ()

    @property
    def is_public(self) -> bool:
        """Tell whether something of it may still be seen on the network."""
        gone = {removal.part for removal in self.removals if removal.done_at}
        return any(receipt.part not in gone for receipt in self.receipts)

    @property
    def corrected(self) -> tuple[CorrectionRow, ...]:
        """The corrections that were applied, oldest first: what it says now is not what it said."""
        return tuple(one for one in self.corrections if one.done_at)

    @property
    def is_being_corrected(self) -> bool:
        """Tell whether a worker is to give it another text."""
        return any(one.state in {"asked", "working"} for one in self.corrections)

    @property
    def is_leaving(self) -> bool:
        """Tell whether it is being taken down."""
        return any(removal.under_way for removal in self.removals)


def deliveries_of(app: App, session: Session, post_id: int) -> tuple[DeliveryRow, ...]:
    """Return every delivery of a post, those of the latest revision first."""
    rows = session.execute(
        select(
            col(Delivery.id),
            col(Delivery.revision),
            col(Delivery.network),
            col(Account.handle),
            col(Account.connector),
            col(Plantel.name).label("plantel"),
            col(Delivery.state),
            col(Delivery.hold_reason),
            col(Delivery.reason),
            col(Delivery.due_at),
            col(Delivery.local_at),
            col(Delivery.timezone),
            col(Delivery.next_at),
            col(Delivery.published_at),
            col(Delivery.part),
            case((waits(), 1), else_=0).label("by_hand"),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Delivery.post_id) == post_id)
        .order_by(col(Delivery.revision).desc(), col(Plantel.name), col(Delivery.network))
    ).all()
    ids = [row.id for row in rows]
    attempts = _attempts(session, ids)
    receipts = _receipts(app, session, ids)
    removals = removals_of(session, ids)
    corrections = corrections_of(session, ids)
    figures = _figures(session, ids)
    following = parts_of(session, post_id)
    return tuple(
        DeliveryRow(
            id=row.id,
            revision=row.revision,
            network=row.network,
            handle=row.handle,
            plantel=row.plantel,
            state=row.state,
            group=group_of(row.state, row.part),
            hold_reason=row.hold_reason or "",
            reason=row.reason,
            due_at=row.due_at,
            local_at=row.local_at,
            timezone=row.timezone,
            next_at=row.next_at,
            published_at=row.published_at,
            by_hand=bool(row.by_hand),
            attempts=tuple(attempts.get(row.id, ())),
            receipts=tuple(receipts.get(row.id, ())),
            removals=tuple(removals.get(row.id, ())),
            corrections=tuple(corrections.get(row.id, ())),
            connector=row.connector,
            figures=figures.get(row.id),
            part=row.part,
            following=following.get(row.id, ()),
        )
        for row in rows
    )


def _attempts(session: Session, ids: list[int]) -> dict[int, list[AttemptRow]]:
    found: dict[int, list[AttemptRow]] = defaultdict(list)
    for row in session.execute(
        select(
            col(Attempt.delivery_id),
            col(Attempt.part),
            col(Attempt.opened_at),
            col(Attempt.closed_at),
            col(Attempt.outcome),
            col(Attempt.code),
            col(Attempt.detail),
            col(Attempt.http_status),
            col(Attempt.digest),
            col(Worker.host),
            col(Worker.pid),
        )
        .outerjoin(Worker, col(Worker.id) == col(Attempt.owner))
        .where(col(Attempt.delivery_id).in_(ids))
        .order_by(col(Attempt.opened_at), col(Attempt.part))
    ):
        found[row.delivery_id].append(
            AttemptRow(
                part=row.part,
                opened_at=row.opened_at,
                closed_at=row.closed_at,
                outcome=row.outcome or "",
                code=row.code,
                detail=row.detail,
                http_status=row.http_status,
                digest=row.digest,
                worker=f"{row.host} ({row.pid})" if row.host else "",
            )
        )
    return found


def _figures(session: Session, ids: list[int]) -> dict[int, FiguresRow]:
    rows = session.scalars(
        select(RemotePost).where(
            col(RemotePost.delivery_id).in_(ids), col(RemotePost.measured_at).is_not(None)
        )
    )
    return {
        row.delivery_id: FiguresRow(
            likes=row.likes,
            comments=row.comments,
            shares=row.shares,
            views=row.views,
            at=row.measured_at,
        )
        for row in rows
        if row.delivery_id is not None and row.measured_at is not None
    }


def _receipts(app: App, session: Session, ids: list[int]) -> dict[int, list[ReceiptRow]]:
    found: dict[int, list[ReceiptRow]] = defaultdict(list)
    for row in session.execute(
        select(
            col(Receipt.delivery_id),
            col(Receipt.part),
            col(Receipt.remote_id),
            col(Receipt.permalink),
            col(Receipt.published_at),
            col(Receipt.found_by),
            col(Person.name).label("person"),
            col(Delivery.network),
        )
        .join(Delivery, col(Delivery.id) == col(Receipt.delivery_id))
        .outerjoin(Person, col(Person.id) == col(Receipt.given_by))
        .where(col(Receipt.delivery_id).in_(ids))
        .order_by(col(Receipt.part))
    ):
        found[row.delivery_id].append(
            ReceiptRow(
                part=row.part,
                remote_id=row.remote_id,
                permalink=link_of(app, row.network, row.remote_id, row.permalink),
                published_at=row.published_at,
                found_by=row.found_by,
                person=row.person or "",
            )
        )
    return found
