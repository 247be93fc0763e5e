from __future__ import annotations

from publisher.delivery import decide
from publisher.editorial import review
from publisher.queries import inbox
from tests.support.posts import Newsroom


def kinds(room: Newsroom, actor: object) -> list[tuple[str, int]]:
    return [(row.kind, row.post_id) for row in inbox.home(room.app, actor).attention]  # type: ignore[arg-type]


def test_each_role_is_told_what_waits_for_it(room: Newsroom) -> None:
    consulted = room.submitted()
    dictated = room.reviewed()
    returned = room.submitted()
    review.give(room.app, room.coor, returned, decision="returned", reason="Falta la sede.....")
    held = room.approved()
    room.settle(held, "held")
    assert kinds(room, room.oper) == [("returned", returned)]
    assert set(kinds(room, room.coor)) >= {("review", consulted), ("decide", held)}
    assert ("approve", dictated) in kinds(room, room.dirv)
    assert ("approve", dictated) not in kinds(room, room.coor)


def test_nobody_is_asked_to_judge_what_they_made(room: Newsroom) -> None:
    mine = room.submitted(author=room.dirv)
    assert ("approve", mine) not in kinds(room, room.dirv)
    assert ("approve", mine) in kinds(room, room.house.actor("DIRV"))


def test_counters_count_only_what_is_in_scope(room: Newsroom) -> None:
    other = room.house.actor("OPER", 2)
    room.draft()
    room.approved(hours=2, networks=("x", "facebook"))
    counters = inbox.home(room.app, room.oper).counters
    assert (counters["drafts"], counters["today"]) == (1, 2)
    theirs = inbox.home(room.app, other).counters
    assert (theirs["drafts"], theirs["today"]) == (0, 0)


def test_what_goes_out_next_comes_first(room: Newsroom) -> None:
    later, sooner = room.approved(hours=50), room.approved(hours=3)
    assert [row.post_id for row in inbox.home(room.app, room.oper).next] == [sooner, later]


def test_a_role_without_any_of_it_gets_an_empty_home(room: Newsroom) -> None:
    room.approved()
    found = inbox.home(room.app, room.house.actor("ADM"))
    assert (found.next, found.attention) == ((), ())
    assert "drafts" not in found.counters


def test_an_emergency_stop_is_shown_to_those_it_stops(room: Newsroom) -> None:
    other = room.house.actor("OPER", 2)
    decide.stop(room.app, room.coor, plantel_id=1, reason="Simulacro de contingencia")
    assert [pause.plantel_id for pause in inbox.home(room.app, room.oper).pauses] == [1]
    assert inbox.home(room.app, other).pauses == ()


def test_drafts_are_those_of_the_plantel_with_ones_own_first(room: Newsroom) -> None:
    colleague = room.house.actor("DIRP", 1)
    theirs = room.draft(author=colleague)
    mine = room.draft()
    room.house.actor("OPER", 2)
    assert [row.post_id for row in inbox.drafts(room.app, room.oper)] == [mine, theirs]
