"""What waits to be published by hand, with all that a person needs to do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, exists, func, or_, select
from sqlmodel import Session, col

from connectors.registry import ASSISTED
from publisher import access
from publisher.app import Actor, App
from publisher.delivery.by_hand import ACTION, waits
from publisher.editorial.snapshot import FEED
from publisher.models import (
    Account,
    Approval,
    Delivery,
    DeliveryPart,
    Handover,
    Pause,
    Plantel,
    Variant,
)
from publisher.queries.rows import require, within

MOST: Final = 60
_PAGES: Final = {
    "x": "https://x.com/{handle}",
    "facebook": "https://www.facebook.com/{id}",
    "instagram": "https://www.instagram.com/{handle}/",
}


@dataclass(frozen=True, kw_only=True)
class HandFile:
    """A file that goes with it: its address is ``by_hand.file_of``; ``name`` is for downloads."""

    sha256: str
    kind: str
    mime: str
    alt_text: str
    name: str


@dataclass(frozen=True, kw_only=True)
class HandRow:
    """A delivery that somebody is to publish by hand; instants are UTC.

    ``page`` is the account's own address. ``overdue``: its last moment is past. ``stopped``: an
    emergency stop came meanwhile; ``void``: its approval is gone.
    ``part`` of ``parts`` is its turn; ``form`` is how the post was approved to be shown.
    """

    id: int
    post_id: int
    part: int
    parts: int
    plantel: str
    network: str
    handle: str
    page: str
    local_at: str
    timezone: str
    not_after: datetime
    overdue: bool
    stopped: bool
    void: bool
    text: str
    files: tuple[HandFile, ...] = ()
    form: str = FEED


def due(app: App, actor: Actor, *, limit: int = MOST) -> tuple[HandRow, ...]:
    """Return what waits for the actor's hands, the longest due first. Raises ``Forbidden``."""
    where = require(actor, ACTION)
    now = app.clock()
    stopped = exists().where(
        col(Pause.lifted_at).is_(None),
        or_(col(Pause.plantel_id).is_(None), col(Pause.plantel_id) == col(Account.plantel_id)),
    )
    approved = exists().where(
        col(Approval.post_id) == col(Delivery.post_id),
        col(Approval.revision) == col(Delivery.revision),
        col(Approval.voided_at).is_(None),
    )
    statement: Any = (
        select(
            col(Delivery.id),
            col(Delivery.post_id),
            col(Delivery.part),
            col(Plantel.name).label("plantel"),
            col(Delivery.network),
            col(Account.handle),
            col(Account.external_id),
            col(Account.url),
            col(Delivery.local_at),
            col(Delivery.timezone),
            col(Delivery.not_after),
            case((stopped, 1), else_=0).label("stopped"),
            case((approved, 0), else_=1).label("void"),
            col(Handover.text),
            col(Handover.media),
            col(Variant.form),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .join(
            Handover,
            (col(Handover.delivery_id) == col(Delivery.id))
            & (col(Handover.fence) == col(Delivery.fence)),
        )
        .outerjoin(
            Variant,
            (col(Variant.post_id) == col(Delivery.post_id))
            & (col(Variant.revision) == col(Delivery.revision))
            & (col(Variant.network) == col(Delivery.network)),
        )
        .where(waits(), within(Account.plantel_id, where))
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(limit)
    )
    with app.read() as session:
        rows = session.execute(statement).all()
        counts = _parts(session, [row.id for row in rows])
    return tuple(
        HandRow(
            id=row.id,
            post_id=row.post_id,
            part=row.part,
            parts=counts.get(row.id, 1),
            plantel=row.plantel,
            network=row.network,
            handle=row.handle,
            page=row.url
            or _PAGES[row.network].format(handle=row.handle.lstrip("@"), id=row.external_id),
            local_at=row.local_at,
            timezone=row.timezone,
            not_after=row.not_after,
            overdue=row.not_after < now,
            stopped=bool(row.stopped),
            void=bool(row.void),
            text=row.text,
            files=tuple(_file(row.id, number, item) for number, item in enumerate(row.media, 1)),
            form=(row.part == 0 and row.form) or FEED,
        )
        for row in rows
    )


def in_use(app: App, actor: Actor) -> bool:
    """Tell whether anything of the actor is published by hand: an account, or what still waits."""
    where = access.scope(actor, ACTION)
    if where == frozenset():
        return False
    assisted = select(col(Account.id)).where(
        col(Account.connector).in_(sorted(ASSISTED)),
        col(Account.state).not_in(("closed", "replaced")),
        within(Account.plantel_id, where),
    )
    with app.read() as session:
        found = session.execute(assisted.limit(1)).first()
    return found is not None or count(app, actor) > 0


def count(app: App, actor: Actor) -> int:
    """Return how many wait for the actor's hands."""
    where = require(actor, ACTION)
    with app.read() as session:
        return int(
            session.scalar(
                select(func.count())
                .select_from(Delivery)
                .join(Account, col(Account.id) == col(Delivery.account_id))
                .where(waits(), within(Account.plantel_id, where))
            )
            or 0
        )


def _parts(session: Session, ids: list[int]) -> dict[int, int]:
    found = session.execute(
        select(col(DeliveryPart.delivery_id), func.count())
        .where(col(DeliveryPart.delivery_id).in_(ids))
        .group_by(col(DeliveryPart.delivery_id))
    )
    return {delivery_id: int(n) for delivery_id, n in found}


def _file(delivery_id: int, number: int, item: dict[str, str]) -> HandFile:
    extension = {"image/jpeg": "jpg", "image/quicktime": "mov"}.get(
        item["mime"], item["mime"].rpartition("/")[2]
    )
    return HandFile(
        sha256=item["sha256"],
        kind=item["kind"],
        mime=item["mime"],
        alt_text=item["alt_text"],
        name=f"envio-{delivery_id}-{number}.{extension}",
    )
