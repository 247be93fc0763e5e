"""What waits is recalled before its hour, and climbs while nobody decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from publisher.editorial import clear, reminders
from publisher.models import Notice
from tests.publisher.editorial.audit import actions
from tests.support.house import SmallHouse


def heard(small: SmallHouse) -> dict[str, list[str]]:
    """Run the worker's job; return what each person was told, and forget it."""
    names = {actor.person_id: label for label, actor in small.people.items()}
    with small.app.write() as session:
        session.execute(delete(Notice))
    reminders.remind(small.app)
    with small.app.read() as session:
        rows = session.scalars(
            select(Notice).where(col(Notice.kind) == "post.waiting").order_by(col(Notice.id))
        ).all()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(names[row.person_id], []).append(row.link)
    return found


def at(small: SmallHouse, **left: float) -> None:
    small.clock.now = small.clock.now.replace(day=27, hour=16) - timedelta(**left)


@pytest.mark.parametrize(
    ("hours", "level"),
    [(25, ""), (24, "day"), (5, "day"), (4, "hours"), (1, "last"), (0, "overdue"), (-9, "overdue")],
)
def test_the_level_is_told_by_the_hours_that_are_left(hours: float, level: str) -> None:
    assert reminders.level_of(timedelta(hours=hours)) == level


def test_a_post_in_consulta_climbs_from_difusion_to_the_directora_and_its_author(
    small: SmallHouse,
) -> None:
    post_id = small.submitted(local_at="2026-11-27T10:00")
    at(small, hours=30)
    assert heard(small) == {}
    at(small, hours=20)
    link = [f"/publicacion?id={post_id}"]
    assert heard(small) == {"COOR": link, "COOR2": link}
    assert heard(small) == {}
    at(small, hours=3)
    assert set(heard(small)) == {"COOR", "COOR2", "DIRV", "DIRV2"}
    at(small, minutes=30)
    assert set(heard(small)) == {"COOR", "COOR2", "DIRV", "DIRV2", "OPER.SAL"}
    at(small, minutes=-1)
    assert set(heard(small)) == {"COOR", "COOR2", "DIRV", "DIRV2", "OPER.SAL"}
    assert heard(small) == {}
    assert actions(small, post_id).count("post.reminded") == 4
    assert small.post(post_id).state == "in_review"


def test_the_directora_gets_a_link_to_decide_and_the_coordinator_above_her_none(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    at(small, hours=3)
    told = heard(small)
    assert set(told) == {"DIRV", "DIRV2", "COOR", "COOR2"}
    assert all("enlace=" in told[label][0] for label in ("DIRV", "DIRV2"))
    assert told["COOR"] == [f"/publicacion?id={post_id}"]


def test_a_late_arrival_is_told_once_at_the_level_it_has_and_not_at_the_milder_ones(
    small: SmallHouse,
) -> None:
    at(small, minutes=50)
    small.submitted(local_at="2026-11-27T10:00")
    assert heard(small)["COOR"] != []
    assert heard(small) == {}


def test_many_at_once_are_one_notice(small: SmallHouse) -> None:
    for _ in range(4):
        small.reviewed()
    at(small, hours=20)
    assert heard(small) == {"DIRV": ["/aprobaciones"], "DIRV2": ["/aprobaciones"]}


def test_what_is_decided_is_recalled_to_nobody(small: SmallHouse) -> None:
    small.approved()
    small.draft(local_at="2026-11-27T10:00")
    at(small, hours=3)
    assert heard(small) == {}


def test_the_visto_bueno_climbs_to_difusion_and_one_without_hour_is_recalled_after_a_day(
    small: SmallHouse,
) -> None:
    clear.switch(small.app, small.directora, on=True)
    post_id = small.submitted(local_at="2026-11-27T10:00")
    clear.switch(small.app, small.directora, on=False)
    timeless = small.submitted()
    clear.switch(small.app, small.directora, on=True)
    waiting = small.submitted(local_at="2026-11-27T10:00")
    small.clock.pass_(hours=23)
    assert heard(small) == {}
    small.clock.pass_(hours=2)
    assert heard(small)["COOR"] == [f"/publicacion?id={timeless}"]
    at(small, hours=20)
    assert heard(small)["DIRP.SAL"] == [f"/publicacion?id={waiting}"]
    at(small, hours=3)
    told = heard(small)
    assert set(told) == {"DIRP.SAL", "COOR", "COOR2", "DIRV", "DIRV2"}
    assert told["DIRV"] == [f"/publicacion?id={post_id}"]
