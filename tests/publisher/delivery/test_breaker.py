"""A platform that fails is spared, tried again by a read, and costs nobody else anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Receipt, Staged
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    NotSent,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from publisher.delivery import pace, probe
from publisher.delivery.breaker import Breaker, after, failed, opened, probed
from publisher.editorial.content import MediaUse
from publisher.timing import PRODUCTION
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CLOSED = Breaker(scope="x", window_at=NOW)
BAD, GOOD = True, False


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def run(*outcomes: bool, start: Breaker = CLOSED, seconds: float = 1, more: int = 0) -> Breaker:
    return after(start, outcomes, now=later(seconds), timing=PRODUCTION, more=more)


@pytest.mark.parametrize(
    ("result", "blames"),
    [
        (Receipt(remote_id="1", permalink=""), False),
        (Staged(handle={}), False),
        (Throttled(http_status=429), False),
        (Refused(http_status=400), False),
        (CredentialRejected(http_status=401), False),
        (Unavailable(), True),
        (Unavailable(http_status=503), True),
        (Unavailable(http_status=400), False),
        (OutcomeUnknown(), True),
        (OutcomeUnknown(http_status=500), True),
        (OutcomeUnknown(http_status=400), False),
        (NotSent(code="transport.deadline"), None),
        (NotConfigured(), None),
        (ConnectorError(), None),
        (RuntimeError(), None),
    ],
    ids=repr,
)
def test_only_the_platform_s_own_failures_count(result: object, blames: bool | None) -> None:
    assert failed(result) is blames


def test_five_failures_in_a_row_open_it_and_four_do_not() -> None:
    assert run(*[BAD] * 4).is_closed
    assert not run(*[BAD] * 5).is_closed
    assert not run(BAD, start=run(*[BAD] * 4)).is_closed


def test_an_answer_begins_the_row_anew() -> None:
    assert run(*[BAD] * 4, GOOD, *[BAD] * 4).is_closed


def test_half_of_twenty_calls_open_it_and_fewer_do_not() -> None:
    assert run(*[BAD, GOOD] * 9, BAD).is_closed
    assert not run(GOOD, *[BAD, GOOD] * 9, BAD).is_closed
    assert run(GOOD, GOOD, GOOD, *[BAD, GOOD] * 9, BAD).is_closed


def test_calls_that_were_not_counted_yet_count() -> None:
    assert not run(*[BAD, GOOD] * 6, *[BAD] * 4, more=4).is_closed
    assert run(*[BAD, GOOD] * 6, *[BAD] * 4, more=5).is_closed


def test_the_window_ends_after_a_minute() -> None:
    half = run(*[BAD, GOOD] * 9, GOOD)
    assert not run(BAD, start=half, seconds=59).is_closed
    assert run(BAD, start=half, seconds=62).is_closed


def test_it_is_open_for_a_minute_and_the_wait_doubles_to_a_quarter_of_an_hour() -> None:
    breaker = run(*[BAD] * 5)
    waits = [breaker.open_seconds]
    for _ in range(5):
        breaker = probed(breaker, alive=False, now=NOW, timing=PRODUCTION)
        waits.append(breaker.open_seconds)
        assert breaker.probe_at == later(breaker.open_seconds)
    assert waits == [60, 120, 240, 480, 900, 900]


def test_an_answered_read_closes_it_wholly() -> None:
    breaker = probed(run(*[BAD] * 5), alive=True, now=NOW, timing=PRODUCTION)
    assert breaker == CLOSED


def test_late_answers_change_nothing_while_it_is_open() -> None:
    breaker = opened(CLOSED, 60, now=NOW)
    assert run(GOOD, BAD, start=breaker) == breaker


def break_x(desk: Desk, *networks: str) -> list[int]:
    """Let five sends on X fail before anything is sent, and one more account wait."""
    ids = [desk.due("x", code=code)[0] for code in ("SAL", "TOR", "ACU")]
    desk.networks.order("x", "publish", *[Fault(Unavailable(http_status=503))] * 9)
    engine = desk.engine()
    for _ in range(4):
        desk.run(engine)
        desk.small.clock.pass_(seconds=desk.timing.backoff_cap)
    return ids


def open_x(desk: Desk) -> None:
    """Let the breaker of X be open, and the time of its probe have come."""
    known = opened(replace(CLOSED, window_at=desk.now), desk.timing.breaker_open, now=desk.now)
    desk.write(lambda session: pace.write_breaker(session, known, now=desk.now))
    desk.small.clock.pass_(seconds=known.open_seconds)


def state(desk: Desk, scope: str = "x") -> Breaker:
    with desk.app.read() as session:
        return pace.read_breakers(session)[scope]


def test_an_open_breaker_spares_its_platform_and_no_other(desk: Desk) -> None:
    ids = break_x(desk)
    calls = len(desk.networks.called("publish"))
    assert calls == 6  # three at once, and those of the second round that were begun together
    assert not state(desk).is_closed
    other = desk.due("facebook")
    desk.run(desk.engine())
    assert desk.state(other[0]) == "published"
    assert {desk.state(id_) for id_ in ids} <= {"retrying", "scheduled"}
    assert len([c for c in desk.networks.called("publish") if c.connector == "x"]) == calls
    assert desk.acts("breaker.") == ["breaker.opened"]


def test_another_worker_knows_it_from_the_table(desk: Desk) -> None:
    open_x(desk)
    before = len(desk.networks.called("publish"))
    desk.due("x")
    desk.run(desk.engine(desk.hire()))
    assert len(desk.networks.called("publish")) == before


def test_the_probe_is_a_read_and_closes_it(desk: Desk) -> None:
    ids = break_x(desk)
    published = len(desk.networks.called("publish"))
    desk.networks._faults.clear()
    assert probe.probe_due(desk.app)
    assert len(desk.networks.called("verify")) == 1
    assert len(desk.networks.called("publish")) == published
    assert state(desk) == Breaker(scope="x", window_at=desk.now)
    engine = desk.engine()
    for _ in range(3):
        desk.run(engine)
        desk.small.clock.pass_(seconds=desk.timing.backoff_cap)
    assert {desk.state(id_) for id_ in ids} == {"published"}
    assert desk.acts("breaker.") == ["breaker.opened", "breaker.closed"]


def test_a_probe_that_fails_doubles_the_wait(desk: Desk) -> None:
    open_x(desk)
    first = state(desk)
    desk.networks.order("x", "verify", Fault(Unavailable()))
    assert not probe.probe_due(desk.app)
    assert state(desk).open_seconds == 2 * first.open_seconds
    assert not probe.probe_due(desk.app), "its time has not come"
    assert len(desk.networks.called("verify")) == 1


@pytest.mark.parametrize("error", [CredentialRejected(), Throttled(), RuntimeError("defecto")])
def test_whatever_the_platform_answers_it_answers(desk: Desk, error: Exception) -> None:
    open_x(desk)
    desk.networks.order("x", "verify", Fault(error))
    assert probe.probe_due(desk.app)


def test_one_worker_probes_at_a_time_and_a_dead_one_is_succeeded(desk: Desk) -> None:
    open_x(desk)
    with desk.app.write() as session:
        assert probe._take(desk.app, session, "x", now=desk.now) is not None
    assert not probe.probe_due(desk.app)
    assert state(desk).state == "half_open"
    desk.small.clock.pass_(seconds=desk.timing.call_deadline)
    assert probe.probe_due(desk.app)


def test_what_is_spared_past_its_limit_is_held_late(desk: Desk) -> None:
    ids = desk.due("x")
    open_x(desk)
    engine = desk.engine()
    desk.run(engine)
    assert desk.state(ids[0]) == "scheduled"
    desk.small.clock.pass_(hours=2)
    desk.run(engine)
    assert {desk.row(id_).hold_reason for id_ in ids} == {"late"}


def test_what_was_prepared_when_it_opened_is_given_back(desk: Desk) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio", credit="Propia"),)
    (id_,) = desk.due("x", media=media)
    engine = desk.engine()
    engine.turn()
    engine.perform()
    until = opened(CLOSED, 60, now=desk.now)
    desk.write(lambda session: pace.write_breaker(session, until, now=desk.now))
    desk.run(engine)
    row = desk.row(id_)
    assert (row.state, row.next_at) == ("scheduled", until.probe_at)
    assert row.handle is not None
    assert len(desk.networks.called("stage")) == 1
    assert desk.networks.called("publish") == []


def test_a_platform_that_works_writes_nothing(desk: Desk) -> None:
    desk.due("x")
    desk.run(desk.engine())
    with desk.app.read() as session:
        assert pace.read_breakers(session) == {}
