"""An emergency stop is in force for every send that had not begun when it committed."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from publisher.delivery import stopping
from publisher.delivery.engine import Engine
from publisher.editorial.content import MediaUse
from publisher.errors import Forbidden
from tests.publisher.delivery.desk import Desk, lease_due

REASON = "Una cuenta parece comprometida"


def attempts(desk: Desk, ids: list[int]) -> int:
    return sum(len(desk.attempts(id_)) for id_ in ids)


def ready(desk: Desk, *codes: str) -> tuple[Engine, list[int]]:
    """Return an engine that has leased and prepared posts with a photo, one a plantel."""
    media = {code: desk.small.medium(code=code) for code in codes}
    ids = []
    for code in codes:
        use = MediaUse(
            media_id=media[code],
            alt_text="Fachada del plantel con su jardín al frente",
            credit="Propia",
        )
        ids += desk.due(code=code, media=(use,))
    engine = desk.engine()
    engine.turn()
    while engine.perform():
        pass
    return engine, ids


def test_nothing_begins_after_it_even_of_what_was_leased_and_ready(desk: Desk) -> None:
    engine, ids = ready(desk, "SAL", "TOR", "ACU")
    assert {desk.state(id_) for id_ in ids} == {"staging"}
    stopping.stop(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.run(engine)
    assert attempts(desk, ids) == 0
    assert desk.networks.posts == []
    stopping.lift(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.small.clock.pass_(seconds=desk.timing.tick)
    desk.run(engine)
    assert {desk.state(id_) for id_ in ids} == {"published"}


def test_a_stop_in_the_middle_of_a_drain_leaves_nothing_begun_after_it(desk: Desk) -> None:
    engine, ids = ready(desk, "SAL", "TOR", "ACU")
    engine._memory.ahead = 0
    object.__setattr__(desk.app.settings, "senders", 1)
    engine.turn()
    begun = attempts(desk, ids)
    assert begun == 1
    stopping.stop(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.run(engine)
    assert attempts(desk, ids) == begun
    assert len(desk.networks.posts) == begun
    assert sorted(desk.state(id_) for id_ in ids) == ["published", "scheduled", "scheduled"]


def test_a_stop_of_one_plantel_lets_the_others_go_on(desk: Desk) -> None:
    engine, ids = ready(desk, "SAL", "TOR")
    stopping.stop(
        desk.app, desk.small.directora, plantel_id=desk.small.planteles["SAL"], reason=REASON
    )
    desk.run(engine)
    assert [desk.state(id_) for id_ in ids] == ["scheduled", "published"]


def test_it_waits_for_the_turn_that_has_read_the_stops_already(desk: Desk) -> None:
    ids = desk.due()
    stopped = threading.Event()
    failed: list[Any] = []

    def order() -> None:
        try:
            stopping.stop(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        stopped.set()

    owner = desk.hire()
    with desk.app.write() as session:
        leases = lease_due(session.connection(), 1, owner=owner, now=desk.now, timing=desk.timing)
        thread = threading.Thread(target=order)
        thread.start()
        # were it in force now, this transaction would still begin what it has claimed
        assert not stopped.wait(0.3)
    assert stopped.wait(8)
    thread.join()
    assert failed == []
    assert [lease.id for lease in leases] == ids


@pytest.mark.parametrize("role", ["OPER.SAL", "AUD"])
def test_who_may_not_stop_is_refused(desk: Desk, role: str) -> None:
    with pytest.raises(Forbidden):
        stopping.stop(desk.app, desk.small.people[role], plantel_id=None, reason=REASON)
