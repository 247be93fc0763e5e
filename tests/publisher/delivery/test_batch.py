"""One answer for many held deliveries, another hour for one, and how long an approval is good."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from publisher import localtime
from publisher.delivery import batch, decide
from publisher.delivery.batch import Choice, decide_many
from publisher.delivery.evidence import digests
from publisher.delivery.window import LATE_DAYS, window
from publisher.editorial import plan
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Post
from publisher.texts import deciding as texts
from publisher.texts import delivery as sentences
from tests.publisher.delivery.desk import Desk
from tests.support.house import START
from vault.audit_tables import AuditEntry

REASON = "Estuvo caído el servidor toda la mañana"
HOUR = timedelta(hours=1)


def entries(desk: Desk, action: str) -> list[AuditEntry]:
    with desk.app.read() as session:
        return list(
            session.scalars(
                select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
            )
        )


def choice(desk: Desk, delivery_id: int) -> Choice:
    with desk.app.read() as session:
        return Choice(id=delivery_id, seen=digests(session, [delivery_id])[delivery_id])


def late(desk: Desk, *, days: float = 0.2, codes: tuple[str, ...] = ("SAL",)) -> list[int]:
    """Let posts pass their hour while nobody published, and be held for it."""
    ids = [id_ for code in codes for id_ in desk.due(code=code)]
    desk.small.clock.now = max(desk.row(id_).not_after for id_ in ids) + timedelta(days=days)
    desk.run(desk.engine())
    assert {desk.row(id_).hold_reason for id_ in ids} == {"late"}
    return ids


def wall(desk: Desk, delivery_id: int, **later: float) -> str:
    return localtime.wall_of(desk.now + timedelta(**later), desk.row(delivery_id).timezone)


@pytest.mark.parametrize(
    ("now", "first", "last", "kept"),
    [
        (-5 * HOUR, -HOUR, HOUR, True),
        (timedelta(0), timedelta(0), HOUR, True),
        (HOUR, HOUR, timedelta(days=LATE_DAYS), False),
        (50 * HOUR, 50 * HOUR, timedelta(days=LATE_DAYS), False),
    ],
)
def test_an_approval_is_good_for_its_tolerance_and_then_for_some_days(
    now: timedelta, first: timedelta, last: timedelta, kept: bool
) -> None:
    got = window(START, 60, now=START + now)
    assert (got.first - START, got.last - START, got.kept) == (first, last, kept)


def test_a_late_one_gets_another_hour_and_goes_out_then(desk: Desk) -> None:
    (id_,) = late(desk)
    at = wall(desk, id_, days=1)
    decide.reschedule(desk.app, desk.small.coordinador, id_, local_at=at, reason=REASON)
    row = desk.row(id_)
    assert (row.state, row.hold_reason, row.local_at) == ("scheduled", None, at)
    assert row.due_at == row.next_at == localtime.resolve(at, row.timezone)
    assert row.not_after - row.due_at == timedelta(minutes=30)
    desk.run(desk.engine())
    assert desk.networks.posts == []
    desk.small.clock.now = row.due_at
    desk.run(desk.engine())
    assert desk.state(id_) == "published"
    (entry,) = entries(desk, "delivery.reschedule")
    assert (entry.actor, entry.reason) == (desk.small.coordinador.name, REASON)
    told = json.loads(entry.detail)
    assert (told["to"], len(told["evidence"])) == (at, 64)


def test_while_the_approved_hour_is_to_come_its_tolerance_binds(desk: Desk) -> None:
    (id_,) = desk.approve()
    desk.change(id_, state="held", hold_reason="account")

    def move(at: str) -> None:
        decide.reschedule(desk.app, desk.small.directora, id_, local_at=at, reason=REASON)

    for beyond in ("2026-11-27T08:59", "2026-11-27T11:01", "2026-11-28T10:00"):
        with pytest.raises(Conflict, match="60 minutos"):
            move(beyond)
    move("2026-11-27T11:00")
    assert desk.row(id_).local_at == "2026-11-27T11:00"


def test_past_some_days_or_without_its_approval_it_goes_back_as_a_new_revision(
    desk: Desk,
) -> None:
    (id_,) = late(desk)
    coordinador, post_id = desk.small.coordinador, desk.row(id_).post_id

    def move(**later: float) -> None:
        at = wall(desk, id_, **later)
        decide.reschedule(desk.app, coordinador, id_, local_at=at, reason=REASON)

    with pytest.raises(Conflict, match="7 días"):
        move(days=LATE_DAYS + 1)
    plan.pull_back(desk.app, coordinador, post_id, reason=REASON)
    assert desk.state(id_) == "cancelled"
    with desk.app.read() as session:
        post = session.get_one(Post, post_id)
    assert (post.state, post.revision) == ("draft", 2)
    (other,) = late(desk)
    desk.void(other)
    with pytest.raises(Conflict, match="ya no vale"):
        decide.reschedule(
            desk.app, coordinador, other, local_at=wall(desk, other, hours=2), reason=REASON
        )


def test_an_hour_past_missing_or_twice_is_refused(desk: Desk) -> None:
    def move(local_at: str, **fold: int) -> None:
        decide.reschedule(
            desk.app, desk.small.coordinador, id_, local_at=local_at, reason=REASON, **fold
        )

    (id_,) = desk.approve(code="ACU", local_at="2027-11-06T23:30")
    desk.small.clock.now = desk.row(id_).due_at + 2 * HOUR
    desk.change(id_, state="held", hold_reason="late")
    for bad in ("2027-11-06T22:00", "mañana", ""):
        with pytest.raises(Invalid):
            move(bad)
    with pytest.raises(Invalid, match="dos veces"):
        move("2027-11-07T01:45")
    move("2027-11-07T01:45", fold=1)
    assert desk.row(id_).due_at == datetime.fromisoformat("2027-11-07T07:45+00:00")


def test_a_doubtful_one_sent_later_has_its_re_send_used(desk: Desk) -> None:
    (id_,) = desk.due()
    desk.small.clock.pass_(hours=3)
    desk.change(id_, state="needs_decision")
    decide.reschedule(
        desk.app,
        desk.small.coordinador,
        id_,
        local_at=wall(desk, id_, hours=1),
        reason=REASON,
    )
    assert (desk.state(id_), desk.row(id_).resend_used) == ("scheduled", True)


def test_what_changed_since_it_was_seen_is_not_decided(desk: Desk) -> None:
    (id_,) = late(desk)
    seen = choice(desk, id_).seen
    desk.change(id_, evidence={"at": "2026-11-27T10:00:00+00:00", "matches": [["77", ""]]})
    for verb in (decide.resume, decide.discard):
        with pytest.raises(Conflict, match="cambió mientras"):
            verb(desk.app, desk.small.coordinador, id_, reason=REASON, seen=seen)
    assert desk.state(id_) == "held"
    decide.discard(
        desk.app, desk.small.coordinador, id_, reason=REASON, seen=choice(desk, id_).seen
    )
    assert desk.state(id_) == "cancelled"


VERBS: dict[str, tuple[batch.Verb, str]] = {
    "publicar": ("resume", "scheduled"),
    "reprogramar": ("reschedule", "scheduled"),
    "descartar": ("discard", "cancelled"),
}


@pytest.mark.parametrize("name", VERBS)
def test_one_answer_for_all_with_one_reason_each_audited_by_name(desk: Desk, name: str) -> None:
    verb, state = VERBS[name]
    ids = late(desk, codes=("SAL", "TOR", "ACU"))
    answers = decide_many(
        desk.app,
        desk.small.coordinador,
        [choice(desk, id_) for id_ in ids],
        verb,
        reason=REASON,
        local_at="2026-11-24T09:00",
    )
    assert [(answer.id, answer.ok) for answer in answers] == [(id_, True) for id_ in ids]
    assert {desk.state(id_) for id_ in ids} == {state}
    told = entries(desk, f"delivery.{verb}")
    assert sorted(int(entry.object_id) for entry in told) == sorted(ids)
    assert {(entry.actor, entry.reason) for entry in told} == {
        (desk.small.coordinador.name, REASON)
    }
    if verb == "reschedule":
        assert {desk.row(id_).local_at for id_ in ids} == {"2026-11-24T09:00"}


def test_one_that_cannot_be_decided_so_stops_no_other(desk: Desk) -> None:
    first, gone, doubtful, last = late(desk, codes=("SAL", "TOR", "ACU")) + desk.due("facebook")
    for id_ in (doubtful, last):
        desk.change(id_, state="held", hold_reason="late")
    chosen = [choice(desk, id_) for id_ in (first, gone, doubtful, last)]
    decide.discard(desk.app, desk.small.directora, gone, reason=REASON)
    desk.change(doubtful, state="needs_decision")
    answers = decide_many(desk.app, desk.small.coordinador, chosen, "resume", reason=REASON)
    assert [answer.ok for answer in answers] == [True, False, False, True]
    assert answers[1].sentence == sentences.DECIDE_STATE.format(state="cancelada")
    assert answers[2].sentence == texts.MANY_DOUBTFUL
    assert desk.state(doubtful) == "needs_decision"


@pytest.mark.parametrize(
    "bad",
    [
        {"reason": "no"},
        {"chosen": []},
        {"verb": "reschedule", "local_at": "a las nueve"},
    ],
)
def test_an_answer_that_is_good_for_none_is_refused_whole(desk: Desk, bad: Any) -> None:
    (id_,) = late(desk)
    given = {"chosen": [choice(desk, id_)], "verb": "resume", "reason": REASON} | bad
    with pytest.raises(Invalid):
        decide_many(desk.app, desk.small.coordinador, **given)
    assert desk.state(id_) == "held"


def test_a_plantel_decides_on_nothing_in_bulk_either(desk: Desk) -> None:
    (id_,) = late(desk)
    for role in ("OPER.SAL", "DIRP.SAL", "AUD", "ADM"):
        (answer,) = decide_many(
            desk.app, desk.small.people[role], [choice(desk, id_)], "discard", reason=REASON
        )
        assert not answer.ok
        with pytest.raises(Forbidden):
            decide.reschedule(
                desk.app,
                desk.small.people[role],
                id_,
                local_at=wall(desk, id_, hours=1),
                reason=REASON,
            )
    assert desk.state(id_) == "held"
