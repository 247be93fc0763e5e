from __future__ import annotations

import pytest

from publisher import people
from publisher.editorial import dismissals
from publisher.errors import Forbidden
from publisher.queries import queue
from publisher.queries.post import story
from publisher.queries.queue import Filters
from tests.support.posts import TEXT, Newsroom


def test_the_tray_of_approvals_is_ordered_by_deadline_and_carries_the_digest(
    room: Newsroom,
) -> None:
    late = room.reviewed(hours=72)
    soon = room.reviewed(hours=5, networks=("x", "facebook"))
    page = queue.tray(room.app, room.dirv, "approve")
    assert [row.post_id for row in page.rows] == [soon, late]
    assert [row.digest for row in page.rows] == [room.post(soon).digest, room.post(late).digest]
    assert page.rows[0].networks == ("facebook", "x")
    assert (page.total, page.soon, page.next) == (2, 1, None)


def test_a_page_continues_where_the_last_one_ended_and_loses_and_repeats_nothing(
    room: Newsroom,
) -> None:
    posts = [room.submitted(hours=10 + (number % 3)) for number in range(7)]
    seen: list[int] = []
    cursor = None
    while True:
        page = queue.tray(room.app, room.coor, "review", after=cursor, limit=3)
        seen += [row.post_id for row in page.rows]
        assert page.total == 7
        if (cursor := page.next) is None:
            break
    assert sorted(seen) == sorted(posts)
    assert len(seen) == len(set(seen))


def test_filters_keep_what_they_name(room: Newsroom) -> None:
    x = room.submitted(hours=5)
    facebook = room.submitted(hours=200, networks=("facebook",), text="Wey, " + "a" * 30)
    rows = lambda filters: [  # noqa: E731
        row.post_id for row in queue.tray(room.app, room.coor, "review", filters=filters).rows
    ]
    assert rows(Filters(network="facebook")) == [facebook]
    assert rows(Filters(hours=48)) == [x]
    assert rows(Filters(risk_only=True)) == [facebook]
    assert rows(Filters(plantel_id=2)) == []


def test_what_a_person_made_is_marked_as_theirs(room: Newsroom) -> None:
    colleague = room.house.actor("DIRV")
    room.submitted(author=room.dirv)
    (row,) = queue.tray(room.app, room.dirv, "approve").rows
    assert row.mine
    (row,) = queue.tray(room.app, colleague, "approve").rows
    assert not row.mine


def test_an_operator_has_no_tray(room: Newsroom) -> None:
    for which in ("review", "approve"):
        assert not queue.may_open(room.app, room.oper, which)
        with pytest.raises(Forbidden):
            queue.tray(room.app, room.oper, which)


def test_a_coordinator_opens_the_tray_of_approvals_only_under_a_delegation(room: Newsroom) -> None:
    assert not queue.may_open(room.app, room.coor, "approve")
    from datetime import timedelta

    now = room.house.clock()
    people.delegate(
        room.app,
        room.dirv,
        room.coor.person_id,
        ends_at=now + timedelta(days=2),
        reason="Comisión fuera de la ciudad",
    )
    assert queue.may_open(room.app, room.coor, "approve")


def test_within_a_day_what_needs_an_eye_comes_first_but_never_before_what_is_due_within_hours(
    room: Newsroom,
) -> None:
    linked = TEXT + " Más en www.ejemplo.com/club"
    urgent = room.reviewed(hours=2)
    today = room.reviewed(hours=6, text="Abre el registro para el torneo de ajedrez.")
    risky = room.reviewed(hours=9, text=linked)
    later = room.reviewed(hours=50, text="La biblioteca recibe libros usados esta semana.")
    rows = queue.tray(room.app, room.dirv, "approve").rows
    assert [row.post_id for row in rows] == [urgent, risky, today, later]
    assert [(row.urgent, row.risk) for row in rows] == [
        (True, "none"),
        (False, "some"),
        (False, "none"),
        (False, "none"),
    ]


def test_a_warning_that_a_reviewer_called_a_false_alarm_makes_no_post_risky(
    room: Newsroom,
) -> None:
    post_id = room.reviewed(hours=26, text=TEXT + " Más en www.ejemplo.com/club")
    (row,) = queue.tray(room.app, room.dirv, "approve").rows
    assert (row.risk, row.warnings, row.verdict) == ("some", 1, "flag")
    (finding,) = story(room.app, room.dirv, post_id).findings
    dismissals.dismiss(
        room.app,
        room.dirv,
        post_id,
        rule=finding.rule,
        place=finding.network,
        fragment=finding.fragment,
        reason="Es el sitio del club.",
    )
    (row,) = queue.tray(room.app, room.dirv, "approve").rows
    assert (row.risk, row.warnings, row.verdict) == ("none", 0, "flag")
