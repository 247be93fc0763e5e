"""Due instants follow the wall time when the zone data change."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select

from publisher import localtime
from publisher.delivery.retime import FACT, Retimed, retime
from publisher.models import Fact, Notice
from tests.publisher.delivery.desk import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone data in use are newer than those planned with, and every zone's rules differ."""
    monkeypatch.setattr(localtime, "zone_data_version", lambda: "2099.1")
    monkeypatch.setattr(localtime, "zone_digest", lambda name: f"new {name}")


def misplan(desk: Desk, delivery_id: int, by: timedelta = HOUR) -> None:
    """Leave a delivery as other rules would have planned it."""
    row = desk.row(delivery_id)
    desk.change(
        delivery_id,
        due_at=row.due_at + by,
        next_at=row.next_at + by,
        not_after=row.not_after + by,
    )


def fact(desk: Desk) -> dict[str, object]:
    with desk.app.read() as session:
        found: dict[str, object] = json.loads(session.get_one(Fact, FACT).value)
    return found


def test_a_new_installation_knows_what_it_plans_with_and_looks_at_nothing(desk: Desk) -> None:
    (id_,) = desk.approve()
    misplan(desk, id_)
    version = localtime.zone_data_version()
    assert fact(desk)["version"] == version
    assert retime(desk.app) == Retimed(before=version, after=version)
    assert desk.row(id_).local_at == "2026-11-27T10:00"


@pytest.mark.usefixtures("newer")
def test_what_other_rules_planned_moves_and_is_told(desk: Desk) -> None:
    (wrong,) = desk.approve()
    (right,) = desk.approve("facebook", code="ACU")
    meant, other = desk.row(wrong), desk.row(right)
    misplan(desk, wrong)
    done = retime(desk.app)
    assert (done.after, done.moved, done.held, done.zones) == (
        "2099.1",
        1,
        0,
        ("America/Monterrey",),
    )
    row = desk.row(wrong)
    assert (row.due_at, row.next_at, row.not_after) == (
        meant.due_at,
        meant.next_at,
        meant.not_after,
    )
    assert row.local_at == meant.local_at
    assert desk.row(right).due_at == other.due_at
    assert desk.acts("delivery.retime") == ["delivery.retime"]
    with desk.app.read() as session:
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == "delivery.retimed")
        ).all()
    people = desk.small.people
    assert set(told) == {people[name].person_id for name in ("DIRV", "DIRV2", "COOR", "COOR2")}
    assert fact(desk)["version"] == "2099.1"
    assert retime(desk.app) == Retimed(before="2099.1", after="2099.1")


@pytest.mark.usefixtures("newer")
def test_a_zone_whose_rules_stayed_is_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert retime(desk.app).moved == 0
    (id_,) = desk.approve()
    misplan(desk, id_)
    monkeypatch.setattr(localtime, "zone_data_version", lambda: "2099.2")
    assert retime(desk.app).moved == 0
    assert retime(desk.app, force=True).moved == 1


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize(
    "state", ["leased", "staging", "sending", "unknown", "held", "retrying", "published"]
)
def test_what_is_under_way_or_decided_is_left_alone(desk: Desk, state: str) -> None:
    (id_,) = desk.approve()
    misplan(desk, id_)
    before = desk.row(id_).due_at
    desk.change(id_, state=state)
    assert retime(desk.app).moved == 0
    assert desk.row(id_).due_at == before


@pytest.mark.usefixtures("newer")
def test_what_would_be_past_its_limit_waits_for_a_person(desk: Desk) -> None:
    (id_,) = desk.approve()
    meant = desk.row(id_)
    misplan(desk, id_)
    desk.small.clock.now = meant.not_after + timedelta(minutes=5)
    done = retime(desk.app)
    assert (done.moved, done.held) == (1, 1)
    row = desk.row(id_)
    assert (row.state, row.hold_reason, row.due_at) == ("held", "late", meant.due_at)
    desk.run(desk.engine())
    assert desk.networks.posts == []


@pytest.mark.usefixtures("newer")
def test_a_wall_time_that_no_longer_exists_waits_for_a_person(desk: Desk) -> None:
    (id_,) = desk.approve(code="ACU", local_at="2027-03-14T01:30")
    desk.change(id_, local_at="2027-03-14T02:30")
    assert retime(desk.app).held == 1
    assert desk.row(id_).hold_reason == "configuration"


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("fold", [0, 1])
def test_either_instant_of_a_fold_is_right_as_it_stands(desk: Desk, fold: int) -> None:
    (id_,) = desk.approve(code="ACU", local_at="2027-11-07T00:30")
    due = localtime.resolve("2027-11-07T01:30", "America/Matamoros", fold)
    desk.change(id_, local_at="2027-11-07T01:30", due_at=due)
    assert retime(desk.app).moved == 0
    assert desk.row(id_).due_at == due
