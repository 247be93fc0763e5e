"""A clock that jumps makes nothing due and nothing late; belief returns by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from publisher import db
from publisher.app import since_boot
from publisher.delivery import alarm, facts
from publisher.delivery.clock import LAST_SEEN, Belief, Look, judge, read_clocks
from publisher.delivery.sentry import Sentry
from publisher.timing import PRODUCTION
from tests.publisher.delivery.desk import Desk

TWO_HOURS = 7200.0
WALL = 1_000_000.0


def look(elapsed: float, *, set_by: float = 0.0, **more: float) -> Look:
    return Look(wall=WALL + elapsed + set_by, elapsed=elapsed, **more)


def after(*looks: Look) -> Belief:
    belief = Belief()
    for one in looks:
        belief = judge(belief, one, PRODUCTION)
    return belief


def cause(*looks: Look) -> str | None:
    return after(*looks).cause


def test_a_clock_that_goes_on_is_believed() -> None:
    assert cause(look(0), look(5), look(3605)) is None


def test_a_clock_that_is_slowly_corrected_is_believed() -> None:
    assert cause(*(look(hour * 3600.0, set_by=hour * 2.0) for hour in range(100))) is None


@pytest.mark.parametrize("set_by", [TWO_HOURS, -TWO_HOURS, 31, -31])
def test_a_jump_is_not_believed(set_by: float) -> None:
    assert cause(look(0), look(5, set_by=set_by)) == "jump"


def test_a_step_within_the_drift_is_believed() -> None:
    assert cause(look(0), look(5, set_by=29)) is None


def test_a_jump_that_is_undone_is_forgotten_at_once() -> None:
    assert cause(look(0), look(5, set_by=TWO_HOURS), look(6, set_by=2)) is None


def test_with_nobody_to_ask_a_new_time_is_believed_once_it_has_been_steady() -> None:
    jumped = (look(0), look(5, set_by=TWO_HOURS))
    steady = PRODUCTION.clock_settle
    assert cause(*jumped, look(4 + steady, set_by=TWO_HOURS)) == "jump"
    assert cause(*jumped, look(5 + steady, set_by=TWO_HOURS)) is None


def test_a_time_that_jumps_again_must_be_steady_from_then_on() -> None:
    steady = PRODUCTION.clock_settle
    jumped = (look(0), look(5, set_by=TWO_HOURS), look(100, set_by=2 * TWO_HOURS))
    assert cause(*jumped, look(99 + steady, set_by=2 * TWO_HOURS)) == "jump"
    assert cause(*jumped, look(100 + steady, set_by=2 * TWO_HOURS)) is None


def test_a_time_before_the_last_known_instant_is_not_believed_however_steady() -> None:
    back = {"set_by": -TWO_HOURS, "floor": WALL}
    assert cause(look(0), look(5, **back), look(7000, **back)) == "jump"
    assert cause(look(0), look(5, **back), look(TWO_HOURS - 29, **back)) is None


def test_a_process_that_starts_before_the_last_known_instant_waits_for_it() -> None:
    assert cause(look(0, floor=WALL + 31)) == "behind"
    assert cause(look(0, floor=WALL + 31), look(2, floor=WALL + 31)) is None


def test_a_process_may_start_long_after_the_last_known_instant() -> None:
    assert cause(look(0, floor=WALL - TWO_HOURS)) is None


def test_where_the_database_has_a_clock_that_one_decides() -> None:
    assert cause(look(0, reference=WALL)) is None
    assert cause(look(0, reference=WALL + 4)) is None
    assert cause(look(0, reference=WALL + 6)) == "skew"
    assert cause(look(0, reference=WALL), look(1, set_by=6, reference=WALL)) == "skew"
    assert cause(look(0, reference=WALL), look(1, set_by=TWO_HOURS, reference=WALL)) == "jump"


def test_a_skewed_clock_is_not_believed_however_steady() -> None:
    skewed = {"set_by": TWO_HOURS, "reference": WALL}
    assert cause(look(0, reference=WALL), look(5, **skewed), look(9000, **skewed)) == "jump"


def test_once_the_database_agrees_a_jump_is_believed_at_once() -> None:
    moved = WALL + TWO_HOURS
    assert (
        cause(look(0), look(5, set_by=TWO_HOURS), look(6, set_by=TWO_HOURS, reference=moved))
        is None
    )


def test_the_two_clocks_are_read_together(desk: Desk) -> None:
    """A process stopped between the readings would see a jump that never was."""
    stops = iter([0.0, 60.0, 60.0, 60.001])
    app = replace(desk.app, elapsed=lambda: next(stops))
    assert read_clocks(app)[1] == 60.001


def test_the_time_since_boot_is_a_clock_that_goes_on() -> None:
    assert since_boot() <= since_boot()


@pytest.mark.parametrize("hours", [2, -2])
def test_after_a_jump_nothing_goes_out_nothing_is_held_and_people_hear_of_it_once(
    desk: Desk, hours: float
) -> None:
    engine = desk.engine()
    engine.turn()
    due, later = desk.due("x"), desk.approve("facebook", local_at="2026-11-23T10:30")
    desk.small.clock.jump(hours=hours)
    desk.run(engine)
    desk.run(engine)
    assert desk.networks.called("publish") == []
    assert {desk.state(id_) for id_ in (*due, *later)} == {"scheduled"}
    assert desk.acts("alarm.") == ["alarm.raised"]
    assert desk.notices().count("alarm") == 3  # the administrator and both of the Dirección
    with desk.app.read() as session:
        (stands,) = alarm.standing(session)
    assert "cambió de golpe (2 h)" in stands.sentence


def test_what_comes_back_during_a_jump_is_settled_on_the_best_guess_of_the_time(desk: Desk) -> None:
    (id_,) = desk.due("x")
    engine = desk.engine()
    engine.turn()
    before = desk.now
    while engine.perform():
        pass
    desk.small.clock.jump(hours=2)
    engine.turn()
    assert desk.state(id_) == "published"
    assert desk.row(id_).published_at == before


def test_a_call_prepared_before_a_jump_past_its_limit_is_not_made(desk: Desk) -> None:
    (id_,) = desk.due("x")
    engine = desk.engine()
    engine.turn()
    desk.small.clock.jump(hours=2)
    engine.perform()
    engine.turn()
    assert desk.networks.called("publish") == []
    assert desk.state(id_) == "retrying"


def test_publishing_goes_on_by_itself_when_the_jump_is_undone(desk: Desk) -> None:
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.jump(hours=-2)
    engine.turn()
    desk.small.clock.jump(hours=2)
    (id_,) = desk.due("x")
    desk.run(engine)
    assert desk.state(id_) == "published"
    assert desk.acts("alarm.") == ["alarm.raised", "alarm.cleared"]
    with desk.app.read() as session:
        assert alarm.standing(session) == ()


def test_after_a_jump_that_stays_what_is_past_its_limit_is_held_late(desk: Desk) -> None:
    engine = desk.engine()
    desk.run(engine)
    ids = desk.approve("x", local_at="2026-11-23T10:30")
    desk.small.clock.jump(hours=6)
    engine.turn()
    assert desk.state(ids[0]) == "scheduled"
    desk.small.clock.pass_(seconds=desk.timing.clock_settle)
    engine.turn()
    row = desk.row(ids[0])
    assert (row.state, row.hold_reason) == ("held", "late")
    assert desk.networks.called("publish") == []


def test_an_alarm_that_stands_is_not_raised_again_by_another_process(desk: Desk) -> None:
    engines = [desk.engine(), desk.engine()]
    for engine in engines:
        engine.turn()
    desk.small.clock.jump(hours=2)
    for engine in engines:
        engine.turn()
    assert desk.acts("alarm.") == ["alarm.raised"]


def test_a_worker_whose_clock_the_database_contradicts_begins_nothing(desk: Desk) -> None:
    """On PostgreSQL; SQLite has no other clock, and starts before what it last knew instead."""
    (id_,) = desk.due("x")
    sentry = Sentry(desk.app)
    with desk.app.write() as session:
        if session.connection().dialect.name == "sqlite":
            far = desk.now + timedelta(hours=1)
            facts.write(session, LAST_SEEN, far.isoformat(), at=desk.now)
        sentry.beat(session)
    watch = sentry.watch()
    assert not watch.trusted
    assert not watch.may_begin
    assert desk.state(id_) == "scheduled"


def test_a_believed_clock_is_remembered_and_a_doubted_one_is_not(desk: Desk) -> None:
    sentry = Sentry(desk.app)
    sentry.guard._reference = None
    sentry.watch()
    with desk.app.write() as session:
        sentry.guard.remember(session)
    known = desk.now
    desk.small.clock.jump(hours=3)
    sentry.watch()
    with desk.app.write() as session:
        sentry.guard.remember(session)
        assert facts.read(session, LAST_SEEN) == known.isoformat()


def test_a_slow_answer_of_the_database_proves_nothing(desk: Desk) -> None:
    slow = iter(range(0, 1000, 10))
    sentry = Sentry(replace(desk.app, elapsed=lambda: float(next(slow))))
    with desk.app.write() as session:
        sentry.guard.compare(session)
    assert sentry.guard._reference is None


def test_the_clock_of_the_database_is_read_as_an_instant(desk: Desk) -> None:
    with desk.app.read() as session:
        one = db.read_clock(session.connection())
        two = db.read_clock(session.connection())
    assert one.tzinfo is not None
    assert timedelta() <= two - one < timedelta(seconds=5)
