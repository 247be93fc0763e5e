"""What people decide: held and doubtful deliveries, and the emergency stop.

Every decision names who and why in the audit. A doubtful delivery is confirmed with its link, sent
once more after a person has looked at the account, or discarded.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.delivery import wakeup
from publisher.delivery.states import DECIDABLE, follow
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Account, Delivery, DeliveryPart, Pause, Post, Receipt
from publisher.texts import delivery as texts

REASON_MIN = 10
_QUERY_IDS = ("story_fbid", "fbid", "v")


def resume(app: App, actor: Actor, delivery_id: int, *, reason: str) -> None:
    """Let a held or doubtful delivery go out now, within the post's usual margin from now.

    For a doubtful one, the person states with it that the account does not show the post.
    """
    now = app.clock()
    with app.write() as session:
        delivery, plantel_id = _find(session, actor, delivery_id)
        _require_reason(reason)
        post = session.get_one(Post, delivery.post_id)
        _change(
            session,
            delivery,
            state=follow(delivery.state, "resume"),
            next_at=now,
            not_after=now + timedelta(minutes=post.max_late_min),
            unsent_tries=0,
            resend_used=delivery.resend_used or delivery.state == "needs_decision",
            hold_reason=None,
            reason=reason.strip(),
            updated_at=now,
        )
        _tell(app, session, actor, delivery, plantel_id, "delivery.resume", reason)
        wakeup.announce(session)


def confirm(app: App, actor: Actor, delivery_id: int, *, permalink: str, reason: str) -> None:
    """Record that a delivery is public, with the link that the person found on the network."""
    now = app.clock()
    remote_id = _remote_id(permalink)
    with app.write() as session:
        delivery, plantel_id = _find(session, actor, delivery_id)
        _require_reason(reason)
        taken = session.execute(
            select(col(Receipt.delivery_id)).where(
                col(Receipt.account_id) == delivery.account_id, col(Receipt.remote_id) == remote_id
            )
        ).first()
        if taken is not None:
            raise Conflict(texts.DECIDE_LINK_TAKEN)
        session.add(
            Receipt(
                delivery_id=delivery_id,
                part=delivery.part,
                account_id=delivery.account_id,
                remote_id=remote_id,
                permalink=permalink.strip(),
                published_at=now,
                found_by="person",
            )
        )
        last = delivery.part + 1 >= _count_parts(session, delivery_id)
        rest = {} if last else {"part": delivery.part + 1, "handle": None, "next_at": now}
        _change(
            session,
            delivery,
            state=follow(delivery.state, "confirm" if last else "confirm_part"),
            published_at=now if last else None,
            hold_reason=None,
            reason=reason.strip(),
            updated_at=now,
            **rest,
        )
        _tell(app, session, actor, delivery, plantel_id, "delivery.confirm", reason, remote_id)


def discard(app: App, actor: Actor, delivery_id: int, *, reason: str) -> None:
    """Give up a held or doubtful delivery for good."""
    with app.write() as session:
        delivery, plantel_id = _find(session, actor, delivery_id)
        _require_reason(reason)
        _change(
            session,
            delivery,
            state=follow(delivery.state, "discard"),
            hold_reason=None,
            reason=reason.strip(),
            updated_at=app.clock(),
        )
        _tell(app, session, actor, delivery, plantel_id, "delivery.discard", reason)


def stop(app: App, actor: Actor, *, plantel_id: int | None, reason: str) -> None:
    """Stop everything, or one plantel, before the next send."""
    access.authorize(actor, "queue.pause", plantel_id=plantel_id)
    _require_reason(reason, texts.PAUSE_REASON)
    with app.write() as session:
        if session.execute(select(col(Pause.id)).where(*_in_force(plantel_id))).first():
            raise Conflict(texts.PAUSE_ALREADY)
        session.add(
            Pause(plantel_id=plantel_id, reason=reason.strip(), by=actor.person_id, at=app.clock())
        )
        _tell_pause(app, session, actor, plantel_id, "queue.stop", reason)


def lift(app: App, actor: Actor, *, plantel_id: int | None, reason: str) -> None:
    """Lift a stop; what is past its margin by then waits for a person."""
    access.authorize(actor, "queue.pause", plantel_id=plantel_id)
    _require_reason(reason, texts.PAUSE_REASON)
    with app.write() as session:
        lifted = session.connection().execute(
            update(Pause)
            .where(*_in_force(plantel_id))
            .values(lifted_by=actor.person_id, lifted_at=app.clock())
        )
        if not lifted.rowcount:
            raise Conflict(texts.PAUSE_NONE)
        _tell_pause(app, session, actor, plantel_id, "queue.lift", reason)
        wakeup.announce(session)


def _find(session: Session, actor: Actor, delivery_id: int) -> tuple[Delivery, int]:
    found = session.execute(
        select(Delivery, col(Account.plantel_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(Delivery.id) == delivery_id)
        .with_for_update(of=Delivery)
    ).first()
    if found is None:
        raise NotFound(texts.NO_SUCH_DELIVERY.format(id=delivery_id))
    delivery, plantel_id = found
    access.authorize(actor, "delivery.decide", plantel_id=plantel_id)
    if delivery.state not in DECIDABLE:
        raise Conflict(texts.DECIDE_STATE.format(state=texts.STATES[delivery.state]))
    return delivery, plantel_id


def _change(session: Session, delivery: Delivery, **values: object) -> None:
    result = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id) == delivery.id,
            col(Delivery.fence) == delivery.fence,
            col(Delivery.state) == delivery.state,
        )
        .values(**values)
    )
    if result.rowcount != 1:
        raise Conflict(texts.DECIDE_STATE.format(state=texts.STATES[delivery.state]))


def _tell(
    app: App,
    session: Session,
    actor: Actor,
    delivery: Delivery,
    plantel_id: int,
    action: str,
    reason: str,
    after: str = "",
) -> None:
    app.note(
        session,
        app.entry(
            actor,
            action,
            "delivery",
            delivery.id,
            plantel_id=plantel_id,
            reason=reason.strip(),
            before=delivery.state,
            after=after,
        ),
    )


def _tell_pause(
    app: App, session: Session, actor: Actor, plantel_id: int | None, action: str, reason: str
) -> None:
    app.note(
        session,
        app.entry(
            actor, action, "queue", plantel_id or "*", plantel_id=plantel_id, reason=reason.strip()
        ),
    )


def _in_force(plantel_id: int | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    place = col(Pause.plantel_id)
    scope = place.is_(None) if plantel_id is None else place == plantel_id
    return col(Pause.lifted_at).is_(None), scope


def _count_parts(session: Session, delivery_id: int) -> int:
    parts = select(func.count()).where(col(DeliveryPart.delivery_id) == delivery_id)
    return int(session.execute(parts).scalar_one())


def _require_reason(reason: str, sentence: str = texts.DECIDE_REASON) -> None:
    if len(reason.strip()) < REASON_MIN:
        raise Invalid(sentence, field="reason")


def _remote_id(permalink: str) -> str:
    """Return the id in a link: of Facebook's old form in its query, else the path's last piece."""
    try:
        parts = urlsplit(permalink.strip())
    except ValueError:
        raise Invalid(texts.DECIDE_LINK, field="permalink") from None
    query = parse_qs(parts.query)
    named = [query[name][0] for name in _QUERY_IDS if name in query]
    pieces = [piece for piece in parts.path.split("/") if piece]
    if parts.scheme not in {"http", "https"} or not parts.netloc or not (named or pieces):
        raise Invalid(texts.DECIDE_LINK, field="permalink")
    return named[0] if named else pieces[-1]
