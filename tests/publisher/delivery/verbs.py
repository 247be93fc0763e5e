"""The verbs of deliveries, and how to call each."""

from __future__ import annotations

from decimal import Decimal

from publisher.delivery import (
    by_hand_answer,
    correction,
    decide,
    inspection,
    removal,
    smoke,
    spending,
    stopping,
    survey,
)
from tests.publisher.scene import REASON, case
from tests.support.house import WALL

DELIVERY = {
    decide.confirm: case(
        "delivery.decide",
        lambda s: decide.confirm(
            s.app, s.actor, s.delivery, permalink="https://www.facebook.com/1_2", reason=REASON
        ),
    ),
    decide.discard: case(
        "delivery.decide", lambda s: decide.discard(s.app, s.actor, s.delivery, reason=REASON)
    ),
    decide.reschedule: case(
        "delivery.decide",
        lambda s: decide.reschedule(s.app, s.actor, s.delivery, local_at=WALL, reason=REASON),
    ),
    decide.resume: case(
        "delivery.decide", lambda s: decide.resume(s.app, s.actor, s.delivery, reason=REASON)
    ),
    inspection.inspect: case(
        "delivery.decide", lambda s: inspection.inspect(s.app, s.actor, s.delivery)
    ),
    by_hand_answer.confirm: case(
        "delivery.by_hand",
        lambda s: by_hand_answer.confirm(s.app, s.actor, s.delivery, link="https://x.com/a/1"),
        hides=True,
    ),
    by_hand_answer.file_of: case(
        "delivery.by_hand",
        lambda s: by_hand_answer.file_of(s.app, s.actor, s.delivery, "0" * 64),
        hides=True,
    ),
    by_hand_answer.not_published: case(
        "delivery.by_hand",
        lambda s: by_hand_answer.not_published(s.app, s.actor, s.delivery, reason=REASON),
        hides=True,
    ),
    correction.propose_correction: case(
        "post.correct",
        lambda s: correction.propose_correction(
            s.app, s.actor, s.delivery, text="Otro texto", reason=REASON
        ),
    ),
    correction.judge_correction: case(
        "post.correct",
        lambda s: correction.judge_correction(s.app, s.actor, s.delivery, text="Otro texto"),
    ),
    removal.remove: case(
        "post.remove", lambda s: removal.remove(s.app, s.actor, [s.delivery], reason=REASON)
    ),
    removal.note_by_hand: case(
        "post.remove", lambda s: removal.note_by_hand(s.app, s.actor, s.delivery, reason=REASON)
    ),
    removal.ratify: case(
        "post.ratify", lambda s: removal.ratify(s.app, s.actor, s.at("approved")), "all"
    ),
    smoke.prepare: case(
        "post.approve", lambda s: smoke.prepare(s.app, s.actor, "facebook", s.handle), lent=False
    ),
    spending.set_cap: case(
        "spending.cap",
        lambda s: spending.set_cap(s.app, s.actor, "x", Decimal(20), reason=REASON),
        "all",
    ),
    stopping.stop: case(
        "queue.pause",
        lambda s: stopping.stop(s.app, s.actor, plantel_id=s.plantel, reason=REASON),
    ),
    stopping.lift: case(
        "queue.pause",
        lambda s: stopping.lift(s.app, s.actor, plantel_id=s.plantel, reason=REASON),
    ),
    survey.comments: case(
        "calendar.read", lambda s: survey.comments(s.app, s.actor, s.delivery), hides=True
    ),
}
