"""Nothing that a new version of the manual stops goes out once that version is in force."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from publisher.delivery import decide
from publisher.editorial import approve, plan
from publisher.editorial.recheck import Rechecked, recheck, recheck_soon
from publisher.errors import Conflict
from publisher.models import Delivery
from tests.publisher.delivery.desk import Desk
from tests.publisher.rulebook.acts import adopted
from tests.support.house import SmallHouse

DAY = date(2026, 11, 27)
BEGINS = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
"""The first minute of ``DAY`` in America/Monterrey."""
SECOND = timedelta(seconds=1)
WORD = "El taller"
"""What every post of the desk says."""
REASON = "La cuenta ya se revisó con cuidado."


def forbid(small: SmallHouse, on: date | None = None) -> None:
    """Let a version that stops every post of the desk be approved, in force now or from a date."""
    today = small.clock.now.date()
    adopted(small, on or today, rule_id="8.1", parameters={"palabras": [WORD]})


def due_at(desk: Desk, when: datetime, *, margin: timedelta = timedelta(hours=1)) -> int:
    """Approve a post and give it an hour to the second, as no screen does; returns its delivery."""
    (id_,) = desk.approve()
    with desk.app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.id) == id_)
            .values(due_at=when, next_at=when, not_after=when + margin)
        )
    return id_


def test_what_is_due_a_second_after_a_version_begins_was_held_before(desk: Desk) -> None:
    id_ = due_at(desk, BEGINS + SECOND)
    forbid(desk.small, DAY)
    desk.small.clock.now = BEGINS - timedelta(hours=1)
    assert recheck(desk.app) == Rechecked(posts=1, changed=1, held=1)
    assert recheck(desk.app) == Rechecked()
    desk.small.clock.now = BEGINS + SECOND
    desk.run(desk.engine())
    row = desk.row(id_)
    assert (desk.networks.posts, row.state, row.hold_reason) == ([], "held", "manual")
    assert "en vigor desde el 27 nov 2026, 00:00" in row.reason
    assert "regla 8.1" in row.reason


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_due_before_it_goes_out_before_it_or_not_at_all(desk: Desk) -> None:
    punctual = due_at(desk, BEGINS - timedelta(minutes=30))
    late = due_at(desk, BEGINS - SECOND)
    forbid(desk.small, DAY)
    desk.small.clock.now = BEGINS - timedelta(hours=1)
    assert recheck(desk.app).held == 0
    engine = desk.engine()
    desk.small.clock.now = BEGINS - timedelta(minutes=20)
    desk.run(engine)
    desk.small.clock.now = BEGINS
    desk.run(engine)
    assert desk.row(punctual).state == "published"
    assert (desk.row(late).state, desk.row(late).hold_reason) == ("held", "late")
    assert len(desk.networks.posts) == 1
    with pytest.raises(Conflict, match=r"la detiene \(regla 8\.1\)"):
        decide.resume(desk.app, desk.small.directora, late, reason=REASON)


def test_a_version_in_force_at_once_has_judged_what_is_due_before_anything_leaves(
    desk: Desk,
) -> None:
    now = desk.now
    id_ = due_at(desk, now + SECOND)
    far = due_at(desk, now + timedelta(days=2))
    forbid(desk.small)
    desk.small.clock.now = now + SECOND
    desk.run(desk.engine())
    assert (desk.networks.posts, desk.row(id_).hold_reason) == ([], "manual")
    assert desk.row(far).state == "scheduled"
    assert recheck(desk.app) == Rechecked(posts=1, changed=1, held=1)
    assert desk.row(far).state == "held"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_starts_after_it_began_judges_what_is_due_first(desk: Desk) -> None:
    id_ = due_at(desk, BEGINS + SECOND)
    far = due_at(desk, BEGINS + timedelta(days=2))
    forbid(desk.small, DAY)
    desk.small.clock.now = BEGINS + SECOND
    assert recheck_soon(desk.app) == Rechecked(posts=1, changed=1, held=1)
    desk.run(desk.engine())
    assert (desk.networks.posts, desk.row(id_).state) == ([], "held")
    assert desk.row(far).state == "scheduled"
    assert recheck(desk.app).held == 1
    assert recheck_soon(desk.app) == Rechecked()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_gives_a_post_an_hour_at_which_the_manual_stops_it(desk: Desk) -> None:
    small = desk.small
    post_id = small.reviewed(f"{WORD} abre su registro el viernes.")
    planned = desk.row(desk.approve(local_at="2026-11-26T23:50")[0])
    forbid(small, DAY)
    with pytest.raises(Conflict, match=r"A esa hora estará en vigor la versión 1\.1"):
        approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    assert small.post(post_id).state == "reviewed"
    with pytest.raises(Conflict, match=r"desde el 27 nov 2026, 00:00"):
        plan.move(small.app, small.coordinador, planned.post_id, local_at="2026-11-27T00:10")
    plan.move(small.app, small.coordinador, planned.post_id, local_at="2026-11-26T23:55")
    assert desk.row(planned.id or 0).not_after < BEGINS
