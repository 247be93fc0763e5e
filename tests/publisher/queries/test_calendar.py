from __future__ import annotations

from datetime import date, timedelta

import pytest

from publisher.errors import Invalid
from publisher.queries import calendar
from tests.support.posts import Newsroom


def month(room: Newsroom) -> dict[str, date]:
    today = room.house.clock().date()
    return {"first": today - timedelta(days=3), "last": today + timedelta(days=20)}


def test_a_post_stands_once_on_its_day_whatever_its_accounts(room: Newsroom) -> None:
    planned = room.approved(networks=("x", "facebook"), hours=30)
    waiting = room.submitted(hours=60)
    shown = calendar.visible(room.app, room.coor, **month(room))
    assert [(row.post_id, row.phase) for row in shown.rows] == [
        (planned, "scheduled"),
        (waiting, "in_review"),
    ]
    assert shown.rows[0].accounts == 2
    assert shown.rows[0].networks == ("facebook", "x")


def test_only_the_days_asked_for_are_shown_and_two_months_at_most(room: Newsroom) -> None:
    room.submitted(hours=24 * 30)
    assert calendar.visible(room.app, room.coor, **month(room)).rows == ()
    with pytest.raises(Invalid):
        calendar.visible(room.app, room.coor, first=date(2026, 1, 1), last=date(2026, 12, 31))


def test_an_operator_sees_their_plantel_and_nobody_elses(room: Newsroom) -> None:
    other = room.house.actor("OPER", 2, "Diego Salas")
    mine = room.submitted()
    theirs = room.submitted(author=other, plantel_id=2)
    see = lambda actor: [  # noqa: E731
        row.post_id for row in calendar.visible(room.app, actor, **month(room)).rows
    ]
    assert see(room.oper) == [mine]
    assert see(other) == [theirs]
    assert sorted(see(room.coor)) == sorted([mine, theirs])


def test_only_who_may_schedule_can_move_what_is_still_planned(room: Newsroom) -> None:
    post_id = room.approved()
    movable = lambda actor: [  # noqa: E731
        row.movable for row in calendar.visible(room.app, actor, **month(room)).rows
    ]
    assert movable(room.coor) == [True]
    assert movable(room.oper) == [False]
    room.settle(post_id)
    assert movable(room.coor) == [False]


def test_filters_by_phase_network_and_plantel(room: Newsroom) -> None:
    planned = room.approved()
    room.submitted(networks=("facebook",))
    see = lambda **filters: [  # noqa: E731
        row.post_id for row in calendar.visible(room.app, room.coor, **month(room), **filters).rows
    ]
    assert see(phases=["scheduled"]) == [planned]
    assert see(networks=["x"]) == [planned]
    assert see(plantel_ids=[2]) == []


def test_more_than_the_limit_is_said(room: Newsroom) -> None:
    for _ in range(3):
        room.submitted()
    assert calendar.visible(room.app, room.coor, **month(room), limit=2).cut
    assert not calendar.visible(room.app, room.coor, **month(room), limit=3).cut
