from __future__ import annotations

from datetime import timedelta

import pytest

from publisher import people
from publisher.app import SYSTEM
from publisher.errors import Forbidden, NotFound
from publisher.queries import staff
from tests.support.house import SmallHouse


def test_the_administration_sees_every_designation_in_force(small: SmallHouse) -> None:
    found = staff.designations(small.app, small.people["ADM"])
    assert {row.role for row in found} == {"DIRV", "COOR", "AUD", "ADM", "OPER", "DIRP"}
    assert len(found) == len(small.people)


def test_a_director_sees_only_the_operators_of_the_own_plantel(small: SmallHouse) -> None:
    found = staff.designations(small.app, small.people["DIRP.SAL"])
    assert [(row.role, row.plantel) for row in found] == [("OPER", "CECyTE Saltillo")]


def test_a_designation_that_ended_is_not_listed(small: SmallHouse) -> None:
    director = small.people["DIRP.SAL"]
    (row,) = staff.designations(small.app, director)
    people.end_designation(small.app, director, row.id)
    assert staff.designations(small.app, director) == ()


def test_who_appoints_nobody_sees_no_designation(small: SmallHouse) -> None:
    for who in ("COOR", "OPER.SAL", "AUD", "DIRV"):
        with pytest.raises(Forbidden):
            staff.designations(small.app, small.people[who])
        with pytest.raises(Forbidden):
            staff.person_by_email(small.app, small.people[who], "adm@example.mx")


def test_a_person_is_found_by_the_whole_email_only(small: SmallHouse) -> None:
    director = small.people["DIRP.SAL"]
    assert staff.person_by_email(small.app, director, " ADM@example.mx").name == "Persona ADM"
    with pytest.raises(NotFound, match="adm@example"):
        staff.person_by_email(small.app, director, "adm@example")


def test_a_disabled_person_is_not_found(small: SmallHouse) -> None:
    people.disable_person(small.app, SYSTEM, small.operador().person_id)
    with pytest.raises(NotFound):
        staff.person_by_email(small.app, small.people["DIRP.SAL"], "oper.sal@example.mx")


def test_a_delegation_is_told_with_where_it_stands(small: SmallHouse) -> None:
    app, now = small.app, small.app.clock()
    first, second = staff.coordinators(app, small.directora)
    assert staff.delegations(app, small.directora) == ()
    made = people.delegate(
        app, small.directora, first.id, ends_at=now + timedelta(days=2), reason="Viaje"
    )
    people.delegate(
        app,
        small.directora,
        second.id,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
        reason="Viaje",
        max_posts=3,
    )
    assert [row.state for row in staff.delegations(app, small.directora)] == ["future", "active"]
    people.revoke_delegation(app, small.directora, made)
    small.clock.pass_(days=3)
    assert [row.state for row in staff.delegations(app, small.directora)] == ["ended", "revoked"]


def test_only_whoever_may_delegate_sees_delegations(small: SmallHouse) -> None:
    assert staff.delegations(small.app, small.people["DIRV2"]) == ()
    for who in ("COOR", "ADM", "DIRP.SAL"):
        with pytest.raises(Forbidden):
            staff.delegations(small.app, small.people[who])
        with pytest.raises(Forbidden):
            staff.coordinators(small.app, small.people[who])
