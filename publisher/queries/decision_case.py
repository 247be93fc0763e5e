"""One delivery that waits for a person, with all that helps to decide on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access, localtime
from publisher.app import Actor, App
from publisher.delivery.evidence import digests
from publisher.delivery.states import RETRACTABLE
from publisher.delivery.window import Window, window
from publisher.editorial.plan import NEVER_OUT
from publisher.editorial.snapshot import FEED
from publisher.errors import Invalid, NotFound
from publisher.models import Account, Approval, Delivery, Person, Post
from publisher.queries.decisions import WAITING
from publisher.queries.looks import Look, look_of
from publisher.queries.rows import require, within
from publisher.queries.sending import DeliveryRow, deliveries_of
from publisher.queries.using import PictureUse, pictures_of
from publisher.queries.variants import variants_of
from publisher.texts import delivery as texts


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was approved: by whom and when, for which wall time, and for how long it is still good.

    ``window`` is None where the approved hour does not exist in the zone's present rules.
    """

    person: str
    at: datetime
    local_at: str
    tolerance_min: int
    window: Window | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One delivery with all that helps to decide on it; ``seen`` is the digest of the evidence.

    ``text`` and ``pictures`` are those of the part in turn.

    ``looks`` counts the looks at the account; ``look`` is the last one, None before the first.
    ``agreed`` is None once the approval is void. ``returnable`` says that nothing of the post is
    public or on its way, so that it can go back as a new revision.
    """

    delivery: DeliveryRow
    post_id: int
    text: str
    looks: int
    seen: str
    pictures: tuple[PictureUse, ...] = ()
    form: str = FEED
    look: Look | None = None
    agreed: Agreed | None = None
    returnable: bool = False

    @property
    def waiting(self) -> bool:
        """Tell whether it still waits for a decision."""
        return self.delivery.state in WAITING

    @property
    def doubtful(self) -> bool:
        """Tell whether it may be public already."""
        return self.delivery.state == "needs_decision"


def case(app: App, actor: Actor, delivery_id: int, *, action: str = "delivery.decide") -> Case:
    """Return a delivery with its evidence, for whoever may do ``action`` there.

    Raises ``NotFound`` out of the actor's scope too.
    """
    where = require(actor, action)
    now = app.clock()
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
        written = variants_of(session, [key])[key]
        post = session.get_one(Post, row.post_id)
        sisters = {send.state for send in sends if send.revision == row.revision}
        shown = any(send.receipts for send in sends if send.revision == row.revision)
        send = next(send for send in sends if send.id == delivery_id)
        later = next((part for part in send.following if part.position == row.part), None)
        return Case(
            delivery=send,
            post_id=row.post_id,
            text=later.text if later else written.said(row.network),
            form=FEED if row.part else written.forms.get(row.network, FEED),
            looks=row.looks,
            seen=digests(session, [delivery_id])[delivery_id],
            pictures=() if row.part else pictures_of(session, row.post_id, row.revision),
            look=look_of(app, row.network, row.evidence),
            agreed=_agreed(session, row, now=now),
            returnable=post.state == "approved"
            and post.revision == row.revision
            and sisters <= NEVER_OUT | RETRACTABLE
            and not shown
            and access.allows(actor, "post.cancel", plantel_id=post.plantel_id),
        )


def _agreed(session: Session, row: Delivery, *, now: datetime) -> Agreed | None:
    found = session.execute(
        select(Approval, col(Person.name))
        .join(Person, col(Person.id) == col(Approval.approver_id))
        .where(
            col(Approval.post_id) == row.post_id,
            col(Approval.revision) == row.revision,
            col(Approval.voided_at).is_(None),
        )
    ).first()
    if found is None:
        return None
    approval, person = found
    try:
        agreed = localtime.resolve(approval.local_at, row.timezone, approval.fold)
        good = window(agreed, approval.tolerance_min, now=now)
    except Invalid:
        good = None
    return Agreed(
        person=person,
        at=approval.at,
        local_at=approval.local_at,
        tolerance_min=approval.tolerance_min,
        window=good,
    )
