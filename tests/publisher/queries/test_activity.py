from __future__ import annotations

import pytest

from publisher.editorial import review
from publisher.errors import Forbidden, NotFound
from publisher.queries import activity
from tests.support.posts import Newsroom


def test_figures_per_plantel_and_network_are_what_was_published(room: Newsroom) -> None:
    for _ in range(2):
        room.settle(room.approved(networks=("x", "facebook")))
    room.approved(hours=48)
    failed = room.approved(networks=("facebook",))
    room.settle(failed, "dead")
    found = activity.by_plantel(room.app, room.coor)
    assert len(found.rows) == 77
    row = next(row for row in found.rows if row.plantel_id == 1)
    assert row.networks == {"facebook": 2, "x": 2}
    assert (row.published, row.scheduled, row.failed, row.waiting) == (4, 1, 1, 0)
    assert row.weeks == (0,) * 11 + (4,)
    assert sum(other.published for other in found.rows) == 4


def test_what_went_out_before_the_range_is_left_out_and_weeks_begin_on_monday(
    room: Newsroom,
) -> None:
    room.settle(room.approved())
    room.house.clock.pass_(days=7)
    found = activity.by_plantel(room.app, room.coor, weeks=2)
    row = next(row for row in found.rows if row.plantel_id == 1)
    assert row.weeks == (1, 0)
    assert all(monday.weekday() == 0 for monday in found.weeks)
    room.house.clock.pass_(days=14)
    found = activity.by_plantel(room.app, room.coor, weeks=2)
    assert all(row.published == 0 for row in found.rows)


def test_returned_posts_are_counted(room: Newsroom) -> None:
    post_id = room.submitted()
    review.give(
        room.app, room.coor, post_id, decision="returned", reason="Falta la sede del evento."
    )
    (row,) = activity.by_plantel(room.app, room.oper).rows
    assert row.returned == 1


def test_an_operator_sees_only_their_plantel_and_the_administrator_nothing(
    room: Newsroom,
) -> None:
    assert [row.plantel_id for row in activity.by_plantel(room.app, room.oper).rows] == [1]
    with pytest.raises(NotFound):
        activity.recent(room.app, room.oper, 2)
    with pytest.raises(Forbidden):
        activity.by_plantel(room.app, room.house.actor("ADM"))


def test_the_drill_down_lists_the_latest_first_with_its_link(room: Newsroom) -> None:
    done = room.approved(hours=2)
    room.settle(done)
    planned = room.approved(hours=48)
    rows = activity.recent(room.app, room.oper, 1)
    assert [(row.post_id, row.group) for row in rows] == [
        (planned, "scheduled"),
        (done, "published"),
    ]
    assert rows[1].permalink.endswith("/_sandbox/p/x/r1")
    week = activity.by_plantel(room.app, room.oper).weeks[-1]
    assert {row.post_id for row in activity.recent(room.app, room.oper, 1, week=week)} == {
        done,
        planned,
    }
