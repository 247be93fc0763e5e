"""After a long standstill whatever is overdue waits for people; after a short one it goes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from publisher import db
from publisher.delivery import recovery
from tests.publisher.delivery.desk import Desk, make_desk
from tests.support import transitions
from tests.support.house import SmallHouse

HOUR = 3600.0


@pytest.fixture
def slow(small: SmallHouse) -> Iterator[Desk]:
    """A desk with the durations of production."""
    transitions.record(small.app.engine)
    yield make_desk(small, profile="production")
    assert transitions.illegal(small.app.engine) == []


def stood_still(desk: Desk, seconds: float) -> None:
    """Let the one worker that ever lived have beaten last so long ago."""
    owner = desk.hire()
    with desk.app.write() as session:
        last = db.read_clock(session.connection()) - timedelta(seconds=seconds)
    desk.change_worker(owner, beat_at=last, pid_start=1)


@pytest.mark.parametrize("hours", [2, 26, 72])
def test_after_a_long_standstill_the_overdue_waits_for_people_and_the_rest_goes_on(
    slow: Desk, hours: float
) -> None:
    stood_still(slow, hours * HOUR)
    overdue = [*slow.due("x"), *slow.due("facebook", code="TOR")]
    engine = slow.engine()
    slow.run(engine)
    rows = [slow.row(id_) for id_ in overdue]
    assert {(row.state, row.hold_reason) for row in rows} == {("held", "late")}
    assert ("2 h" if hours == 2 else "26 h" if hours == 26 else "3 días") in rows[0].reason
    assert slow.networks.called("publish") == []
    later = slow.due("facebook")
    slow.run(engine)
    assert slow.state(later[0]) == "published"


def test_people_hear_of_the_whole_gate_once(slow: Desk) -> None:
    stood_still(slow, 2 * HOUR)
    slow.due("x", "facebook")
    before = slow.notices()
    slow.hire()
    new = slow.notices()[len(before) :]
    assert new == ["delivery.gate"] * 4  # both of the Dirección, both coordinators
    assert sorted(slow.acts()) == ["delivery.gate", *["delivery.held"] * 2]


def test_after_a_short_standstill_the_overdue_goes_out_at_once(slow: Desk) -> None:
    stood_still(slow, HOUR - 60)
    (id_,) = slow.due("x")
    slow.run(slow.engine())
    assert slow.state(id_) == "published"


def test_a_second_worker_finds_the_first_one_living(slow: Desk) -> None:
    stood_still(slow, 2 * HOUR)
    slow.hire()
    (id_,) = slow.due("x")
    slow.run(slow.engine())
    assert slow.state(id_) == "published"


def test_where_no_worker_ever_ran_the_first_missed_instant_counts(slow: Desk) -> None:
    old = slow.due("x")
    slow.small.clock.pass_(hours=2)
    fresh = slow.due("facebook")
    slow.hire()
    assert [slow.row(id_).hold_reason for id_ in (*old, *fresh)] == ["late", "late"]


def test_what_a_dead_worker_had_leased_waits_too_and_its_late_hand_reaches_nothing(
    slow: Desk,
) -> None:
    owner = slow.hire()
    (id_,) = slow.due("x")
    slow.change(id_, state="leased", owner=owner, fence=3)
    with slow.app.write() as session:
        last = db.read_clock(session.connection()) - timedelta(hours=3)
    slow.change_worker(owner, beat_at=last)
    slow.hire()
    row = slow.row(id_)
    assert (row.state, row.hold_reason, row.fence, row.owner) == ("held", "late", 4, None)


def test_what_was_in_the_air_is_looked_for_and_not_held(slow: Desk) -> None:
    owner = slow.hire()
    (id_,) = slow.due("x")
    slow.engine(owner).turn()
    slow.age(owner)
    with slow.app.write() as session:
        last = db.read_clock(session.connection()) - timedelta(hours=3)
    slow.change_worker(owner, beat_at=last, pid=2**22 + 1, pid_start=1)
    slow.recover()
    assert slow.state(id_) == "unknown"


def test_a_machine_that_wakes_from_a_long_sleep_passes_the_gate(slow: Desk) -> None:
    owner = slow.hire()
    engine = slow.engine(owner)
    slow.run(engine)
    slow.due("x")
    slow.small.clock.pass_(minutes=61)
    slow.run(engine)
    assert [row.hold_reason for row in slow.rows("held")] == ["late"]
    assert slow.acts("delivery.gate") == ["delivery.gate"]


def test_a_machine_that_sleeps_while_another_works_passes_no_gate(slow: Desk) -> None:
    engine = slow.engine(slow.hire())
    slow.run(engine)
    slow.hire(host="otra")
    (id_,) = slow.due("x")
    slow.change(id_, not_after=slow.now + timedelta(hours=2))
    slow.small.clock.pass_(minutes=61)
    slow.run(engine)
    assert slow.acts("delivery.gate") == []
    assert slow.state(id_) == "published"


def test_in_the_laboratory_the_gate_is_open(desk: Desk) -> None:
    stood_still(desk, 100 * HOUR)
    (id_,) = desk.due("x")
    desk.run(desk.engine())
    assert desk.state(id_) == "published"


def test_enrolling_gives_each_process_a_row_of_its_own(desk: Desk) -> None:
    assert recovery.enrol(desk.app) != recovery.enrol(desk.app)
