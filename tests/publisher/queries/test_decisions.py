from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from publisher.app import Actor
from publisher.delivery import decide
from publisher.errors import Forbidden, NotFound
from publisher.models import Delivery
from publisher.queries import decision_case, decisions, inbox, stops
from publisher.queries.looks import look_of
from tests.support.posts import TEXT, Newsroom

EVIDENCE = {
    "at": "2026-11-24T15:00:05+00:00",
    "trustworthy": False,
    "matches": [["77", "https://example.org/p/77"]],
    "seen": {
        "listed": 3,
        "reached_since": True,
        "canary": False,
        "same_text_other_media": ["76"],
        "newest": [{"id": "77", "created": "2026-11-24T15:00:01+00:00"}],
    },
}


def held(room: Newsroom, state: str = "held", **options: object) -> int:
    """Return the only delivery of a new post, waiting."""
    post_id = room.approved(**options)
    room.settle(post_id, state)
    with room.app.read() as session:
        found = session.scalar(select(col(Delivery.id)).where(col(Delivery.post_id) == post_id))
    assert found is not None
    return found


def change(room: Newsroom, delivery_id: int, **values: object) -> None:
    with room.app.write() as session:
        session.execute(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


def ids(room: Newsroom, actor: Actor) -> list[int]:
    return [row.id for row in decisions.waiting(room.app, actor).rows]


def test_what_waits_comes_longest_due_first_with_place_cause_and_text(room: Newsroom) -> None:
    late = held(room, hours=30)
    early = held(room, "needs_decision", hours=20)
    room.settle(room.approved(hours=10), "published")
    room.approved(hours=11)
    page = decisions.waiting(room.app, room.coor)
    assert [row.id for row in page.rows] == [early, late]
    assert (page.total, page.next) == (2, None)
    row = page.rows[1]
    assert (row.state, row.hold_reason, row.network) == ("held", "late", "x")
    assert row.text == TEXT
    assert row.local_at == room.wall(1, hours=30)
    assert row.plantel
    assert row.handle


def test_a_page_continues_where_the_last_one_ended(room: Newsroom) -> None:
    every = [held(room, hours=20 + number % 2) for number in range(5)]
    seen: list[int] = []
    cursor = None
    while True:
        page = decisions.waiting(room.app, room.dirv, after=cursor, limit=2)
        assert page.total == 5
        seen += [row.id for row in page.rows]
        if (cursor := page.next) is None:
            break
    assert sorted(seen) == sorted(every)
    assert len(set(seen)) == 5


def test_only_those_who_decide_see_what_waits(room: Newsroom) -> None:
    delivery_id = held(room)
    assert ids(room, room.coor) == ids(room, room.dirv) == [delivery_id]
    others = [room.oper, *(room.house.actor(role) for role in ("AUD", "ADM"))]
    for actor in (*others, room.house.actor("DIRP", 1)):
        with pytest.raises(Forbidden):
            decisions.waiting(room.app, actor)
        with pytest.raises(Forbidden):
            decision_case.case(room.app, actor, delivery_id)


def test_a_case_holds_the_text_of_its_network_its_attempts_and_the_last_look(
    room: Newsroom,
) -> None:
    delivery_id = held(room, "needs_decision", networks=("x",))
    change(room, delivery_id, evidence=EVIDENCE, looks=3)
    case = decision_case.case(room.app, room.coor, delivery_id)
    assert case.waiting
    assert case.doubtful
    assert case.text == TEXT
    assert case.looks == 3
    assert [attempt.outcome for attempt in case.delivery.attempts] == ["unknown"]
    look = case.look
    assert look is not None
    assert (look.trustworthy, look.reached, look.canary, look.listed) == (False, True, False, 3)
    assert [match.remote_id for match in look.matches] == ["77"]
    # on a sandbox database the network's own address would lead to a real site
    assert look.matches[0].link.endswith("/_sandbox/p/x/77")
    assert look.resembling == ("76",)
    assert [seen.remote_id for seen in look.newest] == ["77"]


def test_a_case_that_somebody_decided_no_longer_waits_and_its_evidence_changes(
    room: Newsroom,
) -> None:
    delivery_id = held(room)
    before = decision_case.case(room.app, room.dirv, delivery_id)
    room.house.clock.pass_(minutes=1)
    decide.discard(room.app, room.coor, delivery_id, reason="Ya no tiene objeto")
    after = decision_case.case(room.app, room.dirv, delivery_id)
    assert not after.waiting
    assert after.seen != before.seen
    assert ids(room, room.dirv) == []


def test_a_delivery_that_does_not_exist_is_not_found(room: Newsroom) -> None:
    with pytest.raises(NotFound, match="404"):
        decision_case.case(room.app, room.coor, 404)


def test_a_look_that_failed_or_is_odd_says_only_what_is_known(room: Newsroom) -> None:
    assert look_of(room.app, "x", None) is None
    failed = look_of(room.app, "x", {"at": "ayer", "error": "La red no contestó", "code": "net"})
    assert failed is not None
    assert (failed.at, failed.error, failed.code) == (None, "La red no contestó", "net")
    assert failed.trustworthy is None
    seen = {"newest": "no", "canary": "sí", "listed": 0}
    odd = look_of(room.app, "x", {"matches": [["1"], 7], "seen": seen})
    assert odd is not None
    assert (odd.matches, odd.newest, odd.canary, odd.listed) == ((), (), None, 0)


def test_stops_in_force_are_seen_where_they_bind_and_lifted_within_reach(room: Newsroom) -> None:
    decide.stop(room.app, room.coor, plantel_id=2, reason="Contingencia en el plantel")
    room.house.clock.pass_(minutes=5)
    decide.stop(room.app, room.dirv, plantel_id=None, reason="Cuenta comprometida")
    director = room.house.actor("DIRP", 1)
    every = stops.stops(room.app, room.house.actor("ADM"))
    assert [(row.plantel_id, row.may_lift) for row in every] == [(None, True), (2, True)]
    assert (every[0].person, every[0].reason) == (room.dirv.name, "Cuenta comprometida")
    assert every[0].at - every[1].at == timedelta(minutes=5)
    mine = stops.stops(room.app, director)
    assert [(row.plantel_id, row.may_lift) for row in mine] == [(None, False)]
    decide.stop(room.app, director, plantel_id=1, reason="Lo pidió la dirección")
    assert [row.may_lift for row in stops.stops(room.app, director)] == [False, True]
    decide.lift(room.app, room.dirv, plantel_id=None, reason="Se recuperó la cuenta")
    assert [row.plantel_id for row in stops.stops(room.app, room.dirv)] == [2, 1]
    with pytest.raises(Forbidden):
        stops.stops(room.app, room.oper)


def test_inicio_names_the_delivery_to_decide_on(room: Newsroom) -> None:
    delivery_id = held(room)
    (row,) = inbox.home(room.app, room.coor).attention
    assert (row.kind, row.delivery_id) == ("decide", delivery_id)
