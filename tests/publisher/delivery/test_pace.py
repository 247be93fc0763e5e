"""Nothing is sent where its network has no room for it; a quiet quota costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from connectors.contract import Receipt, Usage
from connectors.errors import Throttled
from publisher.delivery import pace
from publisher.delivery.bucket import Bucket
from publisher.editorial.content import MediaUse
from tests.publisher.delivery.desk import Desk, make_desk
from tests.support.house import SmallHouse
from tests.support.networks import Fault


def receipt(number: int, *usage: Usage) -> Receipt:
    return Receipt(remote_id=f"r{number}", permalink="", usage=usage)


def app(desk: Desk, remaining: float, minutes: float = 10, limit: float = 100) -> Usage:
    resets_at = desk.now + timedelta(minutes=minutes)
    return Usage(scope="app", limit=limit, remaining=remaining, resets_at=resets_at)


def account(desk: Desk, remaining: float, minutes: float = 10) -> Usage:
    resets_at = desk.now + timedelta(minutes=minutes)
    return Usage(scope="account", limit=100, remaining=remaining, resets_at=resets_at)


def bucket(desk: Desk, scope: str) -> Bucket | None:
    with desk.app.read() as session:
        return pace.read_buckets(session, [scope]).get(scope)


def sends(desk: Desk, connector: str = "x") -> int:
    return sum(call.connector == connector for call in desk.networks.called("publish"))


def test_when_the_application_s_quota_is_at_its_reserve_its_platform_waits_for_the_reset(
    desk: Desk,
) -> None:
    (first,) = desk.due("x")
    desk.networks.answer("x", "publish", receipt(1, app(desk, 20)))
    engine = desk.engine()
    desk.run(engine)
    others = [*desk.due("x", code="TOR"), *desk.due("facebook")]
    desk.run(engine)
    assert [desk.state(id_) for id_ in (first, *others)] == ["published", "scheduled", "published"]
    other_worker = desk.engine(desk.hire())
    desk.run(other_worker)
    assert sends(desk) == 1
    desk.small.clock.pass_(minutes=10)
    desk.run(other_worker)
    assert desk.state(others[0]) == "published"


def test_an_account_at_its_reserve_waits_alone(desk: Desk) -> None:
    (first,) = desk.due("x")
    desk.networks.answer("x", "publish", receipt(1, account(desk, 19)))
    engine = desk.engine()
    desk.run(engine)
    same, other = desk.due("x"), desk.due("x", code="TOR")
    desk.run(engine)
    assert [desk.state(id_) for id_ in (first, *same, *other)] == [
        "published",
        "scheduled",
        "published",
    ]
    assert desk.account(first).ready_at is not None
    desk.small.clock.pass_(minutes=10)
    desk.run(engine)
    assert desk.state(same[0]) == "published"


def test_no_more_begin_at_once_than_there_is_room_for(desk: Desk) -> None:
    (first,) = desk.due("x")
    desk.networks.answer("x", "publish", receipt(1, app(desk, 21)))
    engine = desk.engine()
    desk.run(engine)
    for code in ("SAL", "TOR", "ACU"):
        desk.due("x", code=code)
    engine.turn()
    assert len(desk.rows("sending")) == 1
    assert desk.state(first) == "published"


def test_a_request_to_wait_blocks_its_account_until_then_and_halves_its_quota(desk: Desk) -> None:
    (id_,) = desk.due("x")
    until = desk.now + timedelta(minutes=7)
    error = Throttled(until=until, http_status=429)
    error.usage = (
        Usage(scope="account", limit=1, remaining=0, blocked_until=until, throttled=True),
    )
    desk.networks.order("x", "publish", Fault(error))
    desk.run(desk.engine())
    kept = bucket(desk, f"account:{desk.row(id_).account_id}")
    assert kept is not None
    assert (kept.tokens, kept.blocked_until) == (0, until)
    assert kept.halved_until == until + timedelta(minutes=15)
    assert desk.account(id_).ready_at == until


def test_what_no_reply_counts_is_counted_here_also_across_restarts(desk: Desk) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio", credit="Propia"),)
    (id_,) = desk.due("instagram", media=media)
    for number in range(2):
        desk.run(desk.engine(desk.hire()))
        (id_,) = desk.due("instagram", media=media) if number == 0 else (id_,)
    kept = bucket(desk, f"account:{desk.row(id_).account_id}")
    assert kept is not None
    assert kept.tokens == 98
    assert kept.resets_at is not None


@pytest.fixture
def writes(desk: Desk) -> Callable[[], list[str]]:
    """The statements that wrote breakers and buckets so far."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if ("bucket" in statement or "breaker" in statement) and "SELECT" not in statement[:7]:
            seen.append(statement)

    event.listen(desk.app.engine, "before_cursor_execute", note)
    return lambda: seen


def test_a_quiet_quota_writes_nothing(desk: Desk, writes: Callable[[], list[str]]) -> None:
    for number, code in enumerate(("SAL", "TOR", "ACU")):
        desk.due("x", code=code)
        desk.networks.answer(
            "x", "publish", receipt(number, app(desk, 5000, limit=10_000), account(desk, 99))
        )
    desk.run(desk.engine())
    assert sends(desk) == 3
    assert writes() == []


def test_a_busy_one_is_written_once_a_turn(desk: Desk, writes: Callable[[], list[str]]) -> None:
    for number, code in enumerate(("SAL", "TOR", "ACU")):
        desk.due("x", code=code)
        desk.networks.answer("x", "publish", receipt(number, app(desk, 40 - number)))
    engine = desk.engine()
    engine.turn()
    while engine.perform():
        pass
    engine.turn()
    assert len(writes()) == 1
    kept = bucket(desk, "x")
    assert kept is not None
    assert kept.tokens == 38


def test_a_turn_that_fails_counts_its_answers_once(desk: Desk) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio", credit="Propia"),)
    (id_,) = desk.due("instagram", media=media)
    engine = desk.engine()
    for _ in range(2):
        engine.turn()
        engine.perform()
    plain, failing = pace.write_buckets, iter([True])

    def once(*args: Any) -> None:
        plain(*args)
        if next(failing, False):
            raise RuntimeError("the turn comes to nothing")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "write_buckets", once)
        with pytest.raises(RuntimeError):
            engine.turn()
        desk.run(engine)
    kept = bucket(desk, f"account:{desk.row(id_).account_id}")
    assert kept is not None
    assert kept.tokens == 99


def test_the_spacing_of_an_account_holds_after_a_restart(small: SmallHouse) -> None:
    desk = make_desk(small, profile="production")
    first, second = (desk.approve("x", local_at="2026-11-23T09:02") for _ in range(2))
    desk.small.clock.now = desk.row(first[0]).due_at
    desk.run(desk.engine())
    assert [desk.state(id_) for id_ in (*first, *second)] == ["published", "scheduled"]
    desk.small.clock.pass_(seconds=59)
    desk.run(desk.engine(desk.hire()))
    assert desk.state(second[0]) == "scheduled"
    desk.small.clock.pass_(seconds=1)
    desk.run(desk.engine())
    assert desk.state(second[0]) == "published"
