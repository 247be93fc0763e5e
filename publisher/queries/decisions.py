"""Decisiones: deliveries that wait for a person, the evidence on each, and stops in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Account, Delivery, Media, Pause, Person, Plantel, PostMedia, Variant
from publisher.queries.looks import Look, look_of
from publisher.queries.rows import EXCERPT, require, within
from publisher.queries.sending import DeliveryRow, deliveries_of
from publisher.queries.using import PictureUse, pictures_of
from publisher.texts import delivery as texts

Cursor = tuple[datetime, int]
Key = tuple[int, int]

PAGE = 20
WAITING = ("held", "needs_decision")


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """A delivery that waits. ``text`` is the beginning of what it says on its network.

    ``due_at`` is UTC, ``local_at`` the wall time in ``timezone``; ``pictures`` are SHA-256.
    """

    id: int
    post_id: int
    revision: int
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


@dataclass(frozen=True, kw_only=True)
class WaitingPage:
    """A page of what waits; ``next`` is the cursor of the following one, None on the last."""

    rows: tuple[WaitingRow, ...]
    next: Cursor | None
    total: int


@dataclass(frozen=True, kw_only=True)
class Case:
    """One delivery with all that helps to decide on it; ``stamp`` changes when the case does.

    ``looks`` counts the looks at the account; ``look`` is the last one, None before the first.
    """

    delivery: DeliveryRow
    post_id: int
    text: str
    looks: int
    stamp: str
    pictures: tuple[PictureUse, ...] = ()
    look: Look | None = None

    @property
    def waiting(self) -> bool:
        """Tell whether it still waits for a decision."""
        return self.delivery.state in WAITING

    @property
    def doubtful(self) -> bool:
        """Tell whether it may be public already."""
        return self.delivery.state == "needs_decision"


@dataclass(frozen=True, kw_only=True)
class StopRow:
    """An emergency stop in force; ``plantel_id`` None stops everything.

    ``may_lift`` says that it lies within the actor's reach.
    """

    id: int
    plantel_id: int | None
    plantel: str
    person: str
    reason: str
    at: datetime
    may_lift: bool


def waiting(
    app: App, actor: Actor, *, after: Cursor | None = None, limit: int = PAGE
) -> WaitingPage:
    """Return a page of the deliveries that the actor decides on, the longest due first.

    Raises ``Forbidden`` for whoever decides on none.
    """
    where = require(actor, "delivery.decide")
    conditions = [col(Delivery.state).in_(WAITING), within(Account.plantel_id, where)]
    joined = col(Account.id) == col(Delivery.account_id)
    due = col(Delivery.due_at)
    statement: Any = (
        select(
            col(Delivery.id),
            col(Delivery.post_id),
            col(Delivery.revision),
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
    counting = select(func.count()).select_from(Delivery).join(Account, joined).where(*conditions)
    with app.read() as session:
        total = int(session.scalar(counting) or 0)
        found = session.execute(statement).mappings().all()
        shown = found[:limit]
        keys = sorted({(row["post_id"], row["revision"]) for row in shown})
        said = _texts(session, keys) if keys else {}
        pictures = _pictures(session, keys) if keys else {}
    rows = tuple(
        WaitingRow(
            **row,
            text=_said(said[row["post_id"], row["revision"]], row["network"]),
            pictures=tuple(pictures[row["post_id"], row["revision"]]),
        )
        for row in shown
    )
    last = rows[-1] if len(found) > limit else None
    return WaitingPage(rows=rows, next=(last.due_at, last.id) if last else None, total=total)


def case(app: App, actor: Actor, delivery_id: int) -> Case:
    """Return a delivery with its evidence. Raises ``NotFound`` out of the actor's scope too."""
    where = require(actor, "delivery.decide")
    with app.read() as session:
        row = session.execute(
            select(Delivery)
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .where(col(Delivery.id) == delivery_id, within(Account.plantel_id, where))
        ).scalar_one_or_none()
        if row is None:
            raise NotFound(texts.NO_SUCH_DELIVERY.format(id=delivery_id))
        sends = deliveries_of(app, session, row.post_id)
        key = (row.post_id, row.revision)
        said = _texts(session, [key], whole=True)[key]
        return Case(
            delivery=next(send for send in sends if send.id == delivery_id),
            post_id=row.post_id,
            text=_said(said, row.network),
            looks=row.looks,
            stamp=f"{row.state}.{row.part}.{row.fence}.{row.updated_at.timestamp():.6f}",
            pictures=pictures_of(session, row.post_id, row.revision),
            look=look_of(app, row.network, row.evidence),
        )


def stops(app: App, actor: Actor) -> tuple[StopRow, ...]:
    """Return the stops in force that touch the actor's planteles, those of everything first.

    Raises ``Forbidden`` for whoever may stop nothing.
    """
    where = require(actor, "queue.pause")
    with app.read() as session:
        rows = session.execute(
            select(
                col(Pause.id),
                col(Pause.plantel_id),
                func.coalesce(col(Plantel.name), "").label("plantel"),
                col(Person.name).label("person"),
                col(Pause.reason),
                col(Pause.at),
            )
            .join(Person, col(Person.id) == col(Pause.by))
            .outerjoin(Plantel, col(Plantel.id) == col(Pause.plantel_id))
            .where(
                col(Pause.lifted_at).is_(None),
                or_(col(Pause.plantel_id).is_(None), within(Pause.plantel_id, where)),
            )
            .order_by(col(Pause.plantel_id).is_not(None), col(Pause.at), col(Pause.id))
        ).mappings()
        return tuple(
            StopRow(
                **row,
                may_lift=access.allows(actor, "queue.pause", plantel_id=row["plantel_id"]),
            )
            for row in rows
        )


def _said(versions: Mapping[str, str], network: str) -> str:
    return versions.get(network) or versions.get("base", "")


def _texts(
    session: Session, keys: Sequence[Key], *, whole: bool = False
) -> dict[Key, dict[str, str]]:
    text = col(Variant.text) if whole else func.substr(col(Variant.text), 1, EXCERPT)
    found: dict[Key, dict[str, str]] = {key: {} for key in keys}
    for post_id, revision, network, said in session.execute(
        select(col(Variant.post_id), col(Variant.revision), col(Variant.network), text).where(
            tuple_(col(Variant.post_id), col(Variant.revision)).in_(keys)
        )
    ):
        found[post_id, revision][network] = said
    return found


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
