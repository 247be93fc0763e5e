from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from publisher import notices, people
from publisher.app import SYSTEM
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Approval, Person, Post
from publisher.people import passwords
from tests.support.house import House

PASSWORD = "ventana-lago-motor-sur"


def test_there_is_only_one_first_administrator(house: House) -> None:
    people.create_first_admin(house.app, email="a@example.mx", name="A")

    with pytest.raises(Conflict, match="Ya hay una administración"):
        people.create_first_admin(house.app, email="b@example.mx", name="B")


@pytest.mark.parametrize("role", ["DIRV", "COOR", "DIRP", "OPER", "AUD"])
def test_only_the_administration_manages_people(house: House, role: str) -> None:
    actor = house.actor(role, 1 if role in {"DIRP", "OPER"} else None)
    somebody = house.person()

    for attempt in (
        lambda: people.create_person(house.app, actor, email="x@example.mx", name="X"),
        lambda: people.reset_password(house.app, actor, somebody),
        lambda: people.disable_person(house.app, actor, somebody),
        lambda: people.enable_person(house.app, actor, somebody),
        lambda: people.list_people(house.app, actor),
        lambda: people.designate(house.app, actor, somebody, "COOR"),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_an_e_mail_is_used_once_whatever_its_case(house: House) -> None:
    people.create_person(house.app, SYSTEM, email="Ana@Example.mx", name="Ana")

    with pytest.raises(Conflict):
        people.create_person(house.app, SYSTEM, email=" ana@example.MX", name="Otra")


@pytest.mark.parametrize("email", ["", "ana", "ana@", "@x.mx", "a b@x.mx", "a@x", "a@x.mx,b@x.mx"])
def test_what_is_no_e_mail_is_refused(house: House, email: str) -> None:
    with pytest.raises(Invalid):
        people.create_person(house.app, SYSTEM, email=email, name="Ana")


def test_only_the_installation_issues_a_password_that_may_stay(house: House) -> None:
    admin = house.actor("ADM")

    with pytest.raises(Forbidden):
        people.create_person(house.app, admin, email="x@example.mx", name="X", must_change=False)
    with pytest.raises(Forbidden):
        people.reset_password(house.app, admin, house.person(), must_change=False)


def test_a_reset_ends_every_session_and_the_person_and_the_directora_hear_of_it(
    house: House,
) -> None:
    admin, directora = house.actor("ADM", name="Adela"), house.actor("DIRV")
    made = people.create_person(
        house.app, SYSTEM, email="o@example.mx", name="Olga", must_change=False
    )
    token = people.sign_in(house.app, "o@example.mx", made.password).token

    issued = people.reset_password(house.app, admin, made.person_id)

    assert people.actor_of(house.app, token) is None
    with pytest.raises(people.SignInRefused):
        people.sign_in(house.app, "o@example.mx", made.password)
    again = people.sign_in(house.app, "o@example.mx", issued.password)
    assert again.must_change
    for who in (again.person, directora):
        bodies = " ".join(row.body for row in notices.list_for(house.app, who))
        assert "Adela restableció" in bodies
        assert issued.password not in bodies


def test_changing_the_password_keeps_this_session_and_ends_the_others(house: House) -> None:
    made = people.create_person(
        house.app, SYSTEM, email="o@example.mx", name="Olga", must_change=False
    )
    other = people.sign_in(house.app, "o@example.mx", made.password)
    mine = people.sign_in(house.app, "o@example.mx", made.password)

    with pytest.raises(Invalid, match="actual"):
        people.change_password(house.app, mine.person, current="mal", new=PASSWORD)
    with pytest.raises(Invalid, match="institución"):
        people.change_password(
            house.app, mine.person, current=made.password, new="ColegioPruebas26"
        )
    people.change_password(house.app, mine.person, current=made.password, new=PASSWORD)

    assert people.actor_of(house.app, mine.token) is not None
    assert people.actor_of(house.app, other.token) is None


def test_a_disabled_person_is_out_at_once(house: House) -> None:
    admin = house.actor("ADM")
    made = people.create_person(
        house.app, SYSTEM, email="o@example.mx", name="Olga", must_change=False
    )
    token = people.sign_in(house.app, "o@example.mx", made.password).token

    people.disable_person(house.app, admin, made.person_id, reason="Dejó el plantel")

    assert people.actor_of(house.app, token) is None
    with pytest.raises(NotFound):
        people.actor_for(house.app, made.person_id)
    people.enable_person(house.app, admin, made.person_id)
    assert people.sign_in(house.app, "o@example.mx", made.password)


def test_the_last_administration_can_neither_be_disabled_nor_ended(house: House) -> None:
    admin = house.actor("ADM")

    with pytest.raises(Conflict):
        people.disable_person(house.app, admin, admin.person_id)
    with pytest.raises(Conflict, match="única"):
        people.disable_person(house.app, SYSTEM, admin.person_id)
    with house.app.read() as session:
        held = session.execute(text("SELECT max(id) FROM designation")).scalar_one()
    with pytest.raises(Conflict, match="única"):
        people.end_designation(house.app, SYSTEM, held)


def test_a_director_names_the_operators_of_the_own_plantel_and_may_name_self(house: House) -> None:
    director = house.actor("DIRP", 1)
    olga = house.person("Olga")

    people.designate(house.app, director, olga, "OPER", plantel_id=1)
    people.designate(house.app, director, director.person_id, "OPER", plantel_id=1)

    with pytest.raises(Forbidden):
        people.designate(house.app, director, olga, "OPER", plantel_id=2)
    with pytest.raises(Forbidden):
        people.designate(house.app, director, olga, "DIRP", plantel_id=1)
    with pytest.raises(Forbidden):
        people.designate(house.app, house.actor("ADM"), olga, "OPER", plantel_id=2)
    assert people.actor_for(house.app, olga).grants == (("OPER", 1),)


def test_directora_and_auditor_hear_of_whoever_gets_a_central_function(house: House) -> None:
    directora, auditor, adm = (house.actor(role) for role in ("DIRV", "AUD", "ADM"))
    nuevo = house.person("Nueva Directora")

    people.designate(house.app, adm, nuevo, "DIRV")
    people.designate(house.app, SYSTEM, house.person(), "DIRP", plantel_id=1)

    for actor in (directora, auditor):
        first = notices.list_for(house.app, actor)[0]
        assert first.kind == "designation.central"
        assert "Nueva Directora" in first.subject
        assert adm.name in first.body


@pytest.mark.parametrize(
    "pair", [("ADM", "DIRV"), ("DIRV", "ADM"), ("AUD", "COOR"), ("ADM", "AUD")]
)
def test_who_administers_or_audits_holds_no_other_role(house: House, pair: tuple[str, str]) -> None:
    person = house.person()
    people.designate(house.app, SYSTEM, person, pair[0])

    with pytest.raises(Conflict, match="no puede reunir"):
        people.designate(house.app, SYSTEM, person, pair[1])


def test_a_designation_holds_from_its_first_instant_until_before_its_last(house: House) -> None:
    person = house.person()
    start = house.clock.now + timedelta(hours=1)
    end = start + timedelta(hours=1)
    people.designate(house.app, SYSTEM, person, "OPER", plantel_id=1, starts_at=start, ends_at=end)

    def grants_at(instant: object) -> int:
        house.clock.now = instant  # type: ignore[assignment]
        return len(people.actor_for(house.app, person).grants)

    tick = timedelta(microseconds=1)
    seen = [grants_at(at) for at in (start - tick, start, end - tick, end)]
    assert seen == [0, 1, 1, 0]


def test_ending_a_designation_takes_its_grants_at_the_next_request(house: House) -> None:
    director = house.actor("DIRP", 1)
    made = people.create_person(
        house.app, SYSTEM, email="o@example.mx", name="O", must_change=False
    )
    held = people.designate(house.app, director, made.person_id, "OPER", plantel_id=1)
    token = people.sign_in(house.app, "o@example.mx", made.password).token

    with pytest.raises(Forbidden):
        people.end_designation(house.app, house.actor("DIRP", 2), held)
    people.end_designation(house.app, director, held, reason="Cambio de funciones")

    actor = people.actor_of(house.app, token)
    assert actor is not None
    assert actor.grants == ()
    with pytest.raises(Conflict):
        people.end_designation(house.app, director, held)


def test_the_same_role_is_not_given_twice_nor_without_its_plantel(house: House) -> None:
    person = house.person()
    people.designate(house.app, SYSTEM, person, "OPER", plantel_id=1)

    with pytest.raises(Conflict):
        people.designate(house.app, SYSTEM, person, "OPER", plantel_id=1)
    with pytest.raises(Invalid):
        people.designate(house.app, SYSTEM, person, "OPER")
    with pytest.raises(Invalid):
        people.designate(house.app, SYSTEM, person, "COOR", plantel_id=1)
    with pytest.raises(Invalid):
        people.designate(house.app, SYSTEM, person, "REY")
    with pytest.raises(NotFound):
        people.designate(house.app, SYSTEM, person, "DIRP", plantel_id=999)


def test_planteles_without_an_operator_in_force_are_a_list_of_gaps(house: House) -> None:
    admin = house.actor("ADM")
    operator = house.actor("OPER", 1)
    house.actor("OPER", 2)

    assert len(people.planteles_without_operator(house.app, admin)) == 75
    people.disable_person(house.app, admin, operator.person_id)
    assert len(people.planteles_without_operator(house.app, admin)) == 76

    own = people.planteles_without_operator(house.app, house.actor("DIRP", 1))
    assert [gap.code for gap in own] == ["P01"]


def delegation_of(house: House, person_id: int) -> int | None:
    with house.app.read() as session:
        found = people.delegation_in_force(session, person_id, house.clock.now)
        return found.id if found else None


def test_a_delegation_holds_between_its_dates_and_ends_by_itself(house: House) -> None:
    directora, coordinator = house.actor("DIRV"), house.actor("COOR")
    end = house.clock.now + timedelta(days=2)
    people.delegate(house.app, directora, coordinator.person_id, ends_at=end, reason="Comisión")

    assert delegation_of(house, coordinator.person_id)
    house.clock.now = end
    assert delegation_of(house, coordinator.person_id) is None


def test_only_a_coordinator_receives_a_delegation_and_cannot_pass_it_on(house: House) -> None:
    directora, coordinator = house.actor("DIRV"), house.actor("COOR")
    end = house.clock.now + timedelta(days=2)
    people.delegate(house.app, directora, coordinator.person_id, ends_at=end, reason="Comisión")

    for role in ("OPER", "DIRP", "ADM", "AUD"):
        other = house.actor(role, 1 if role in {"OPER", "DIRP"} else None)
        with pytest.raises(Invalid):
            people.delegate(house.app, directora, other.person_id, ends_at=end, reason="x")
    with pytest.raises(Invalid):
        people.delegate(house.app, directora, directora.person_id, ends_at=end, reason="x")
    with pytest.raises(Forbidden):
        people.delegate(
            house.app, coordinator, house.actor("COOR").person_id, ends_at=end, reason="x"
        )
    with pytest.raises(Conflict):
        people.delegate(house.app, directora, coordinator.person_id, ends_at=end, reason="otra")
    with pytest.raises(Invalid, match="motivo"):
        people.delegate(
            house.app, directora, house.actor("COOR").person_id, ends_at=end, reason=" "
        )


def test_a_delegation_stops_with_a_revocation_or_with_either_role(house: House) -> None:
    directora = house.actor("DIRV")
    end = house.clock.now + timedelta(days=2)
    ways = []
    for _ in range(2):
        coordinator = house.actor("COOR")
        made = people.delegate(
            house.app, directora, coordinator.person_id, ends_at=end, reason="Comisión"
        )
        ways.append((coordinator.person_id, made))

    with pytest.raises(Forbidden):
        people.revoke_delegation(house.app, house.actor("DIRV"), ways[0][1])
    people.revoke_delegation(house.app, directora, ways[0][1])
    assert delegation_of(house, ways[0][0]) is None
    assert delegation_of(house, ways[1][0])
    people.disable_person(house.app, SYSTEM, directora.person_id)
    assert delegation_of(house, ways[1][0]) is None


def test_a_delegation_is_used_up_after_its_maximum(house: House) -> None:
    directora, coordinator = house.actor("DIRV"), house.actor("COOR")
    now = house.clock.now
    made = people.delegate(
        house.app,
        directora,
        coordinator.person_id,
        ends_at=now + timedelta(days=2),
        reason="Comisión",
        max_posts=1,
    )
    assert delegation_of(house, coordinator.person_id)

    with house.app.write() as session:
        post = Post(
            plantel_id=1,
            author_id=directora.person_id,
            last_editor_id=directora.person_id,
            timezone="America/Monterrey",
            created_at=now,
            updated_at=now,
        )
        session.add(post)
        session.flush()
        assert post.id is not None
        session.add(
            Approval(
                post_id=post.id,
                revision=1,
                digest="0" * 64,
                snapshot={},
                approver_id=coordinator.person_id,
                delegation_id=made,
                local_at="2026-11-24T09:00",
                timezone="America/Monterrey",
                time_mode="local",
                tolerance_min=60,
                at=now,
            )
        )

    assert delegation_of(house, coordinator.person_id) is None


def test_the_list_of_people_shows_roles_and_who_has_no_password(house: House) -> None:
    admin = house.actor("ADM", name="Zoe")
    people.create_person(house.app, SYSTEM, email="b@example.mx", name="Berta")

    rows = people.list_people(house.app, admin)

    assert [(row.name, row.has_password, row.grants) for row in rows] == [
        ("Berta", True, ()),
        ("Zoe", False, (("ADM", None),)),
    ]


def test_a_password_changed_meanwhile_is_not_overwritten(house: House) -> None:
    made = people.create_person(house.app, SYSTEM, email="o@example.mx", name="O")
    actor = people.actor_for(house.app, made.person_id)
    real = passwords.check_chosen

    def meanwhile(password: str, **options: object) -> None:
        real(password, **options)  # type: ignore[arg-type]
        people.reset_password(house.app, SYSTEM, made.person_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "check_chosen", meanwhile)
        with pytest.raises(Conflict):
            people.change_password(house.app, actor, current=made.password, new=PASSWORD)
    with house.app.read() as session:
        stored = session.get_one(Person, made.person_id).password_hash
    assert not passwords.verify(stored, PASSWORD)
