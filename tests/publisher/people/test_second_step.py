from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import people
from publisher.app import SYSTEM, Actor
from publisher.models import Person, WebSession
from publisher.people import designations, passwords, signin
from tests.support.factors import code_of, proven
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry

PASSWORD = "ventana-lago-motor-sur"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ana(small: SmallHouse) -> Actor:
    """The Directora, with a password and a second factor; ten minutes later."""
    with small.app.write() as session:
        person = session.get_one(Person, small.directora.person_id)
        person.password_hash = passwords.hash_password(PASSWORD)
        person.must_change_password = False
    actor = proven(small.app, small.directora)
    small.clock.pass_(minutes=10)
    return actor


def enter(small: SmallHouse) -> people.SignedIn:
    return people.sign_in(small.app, small.directora.email, PASSWORD, address="10.0.0.1")


def test_the_password_alone_opens_nothing(small: SmallHouse, ana: Actor) -> None:
    half = enter(small)

    assert half.needs_code
    assert half.person.grants == ()
    assert people.actor_of(small.app, half.token) is None
    queued = people.waiting(small.app, half.token)
    assert queued is not None
    assert (queued.person_id, queued.until - small.clock()) == (
        ana.person_id,
        timedelta(minutes=5),
    )
    assert [row.reference for row in people.sessions_of(small.app, ana)] == [ana.session_ref]


def test_a_code_opens_the_session_under_a_new_token(small: SmallHouse, ana: Actor) -> None:
    half = enter(small)

    whole = people.second_step(small.app, half.token, code_of(small.app, ana))

    assert whole.token != half.token
    assert people.actor_of(small.app, half.token) is None
    assert people.waiting(small.app, half.token) is None
    known = people.actor_of(small.app, whole.token)
    assert known == whole.person
    assert known is not None
    assert known.grants == small.directora.grants
    people.check_factor(small.app, known)
    assert whole.expires_at == small.clock() + signin.ABSOLUTE
    with pytest.raises(people.StepExpired):
        people.second_step(small.app, half.token, code_of(small.app, ana))


@SQLITE
def test_a_recovery_code_opens_it_too(small: SmallHouse, ana: Actor) -> None:
    given = people.renew_codes(small.app, ana, code_of(small.app, ana))

    whole = people.second_step(small.app, enter(small).token, given[0].reveal())

    assert people.actor_of(small.app, whole.token) is not None
    with pytest.raises(people.CodeRefused):
        people.second_step(small.app, enter(small).token, given[0].reveal())


@SQLITE
def test_the_code_that_opened_one_session_opens_no_other(small: SmallHouse, ana: Actor) -> None:
    code = code_of(small.app, ana)
    people.second_step(small.app, enter(small).token, code)

    with pytest.raises(people.CodeRefused):
        people.second_step(small.app, enter(small).token, code)


@SQLITE
def test_five_minutes_after_the_password_it_must_be_given_again(
    small: SmallHouse, ana: Actor
) -> None:
    half = enter(small)
    small.clock.pass_(minutes=5)

    for token in (half.token, "no existe", ""):
        assert people.waiting(small.app, token) is None
        with pytest.raises(people.StepExpired):
            people.second_step(small.app, token, code_of(small.app, ana))


@SQLITE
def test_guessing_codes_after_a_stolen_password_gets_nobody_in(
    small: SmallHouse, ana: Actor
) -> None:
    tried = 0
    for number in range(40):
        half = enter(small)
        try:
            people.second_step(small.app, half.token, f"{number:06d}")
        except people.CodeRefused:
            tried += 1
        except people.Throttled:
            pass
        small.clock.pass_(seconds=1)

    assert tried == 6
    # who is in already is not pushed out by whoever only has the password
    assert [row.reference for row in people.sessions_of(small.app, ana)] == [ana.session_ref]
    with small.app.read() as session:
        kept = session.scalars(
            select(col(WebSession.token_hash)).where(
                col(WebSession.revoked_at).is_(None), col(WebSession.proven_at).is_(None)
            )
        ).all()
    assert len(kept) == signin.MAX_SESSIONS


def test_each_step_is_in_the_audit_with_its_outcome(small: SmallHouse, ana: Actor) -> None:
    half = enter(small)
    with pytest.raises(people.CodeRefused):
        people.second_step(small.app, half.token, "no")
    whole = people.second_step(small.app, half.token, code_of(small.app, ana))

    with small.app.read() as session:
        found = session.execute(
            select(
                col(AuditEntry.action),
                col(AuditEntry.result),
                col(AuditEntry.role),
                col(AuditEntry.session_ref),
            )
            .where(col(AuditEntry.action).startswith("person.sign_in"))
            .order_by(col(AuditEntry.at), col(AuditEntry.action).desc(), col(AuditEntry.result))
        ).all()
    before, after = half.person.session_ref, whole.person.session_ref
    assert sorted(tuple(row) for row in found) == sorted(
        [
            ("person.sign_in.begin", "ok", "DIRV", before),
            ("person.sign_in", "refused", "DIRV", before),
            ("person.sign_in", "ok", "DIRV", after),
        ]
    )


@SQLITE
def test_a_disabled_person_gets_no_second_step(small: SmallHouse, ana: Actor) -> None:
    half = enter(small)
    with small.app.write() as session:
        session.get_one(Person, ana.person_id).state = "disabled"

    with pytest.raises(people.StepExpired):
        people.second_step(small.app, half.token, code_of(small.app, ana))


@SQLITE
def test_a_queue_is_not_let_in_when_the_factor_is_taken_off(small: SmallHouse, ana: Actor) -> None:
    half = enter(small)
    people.remove_factor(small.app, ana, code_of(small.app, ana))
    other = enter(small)

    assert people.actor_of(small.app, half.token) is None
    assert not other.needs_code
    assert people.actor_of(small.app, other.token) is not None


@SQLITE
def test_a_new_password_is_asked_after_the_code(small: SmallHouse, ana: Actor) -> None:
    issued = people.reset_password(small.app, SYSTEM, ana.person_id)
    half = people.sign_in(small.app, small.directora.email, issued.password)

    assert half.needs_code
    whole = people.second_step(small.app, half.token, code_of(small.app, ana))
    assert whole.must_change
    known = people.actor_of(small.app, whole.token)
    assert known is not None
    assert known.grants == ()


@SQLITE
def test_who_must_have_a_factor_has_no_grant_until_then(small: SmallHouse) -> None:
    app = replace(
        small.app, settings=small.app.settings.model_copy(update={"second_factor": "central"})
    )
    with app.write() as session:
        person = session.get_one(Person, small.directora.person_id)
        person.password_hash = passwords.hash_password(PASSWORD)
        person.must_change_password = False
    entered = people.sign_in(app, small.directora.email, PASSWORD)
    known = people.actor_of(app, entered.token)
    assert known is not None
    assert known.grants == ()

    people.enrol(app, known)
    people.confirm(app, known, code_of(app, known))

    known = people.actor_of(app, entered.token)
    assert known is not None
    assert known.grants == small.directora.grants


@SQLITE
def test_a_role_that_ends_is_gone_from_the_next_request(small: SmallHouse, ana: Actor) -> None:
    whole = people.second_step(small.app, enter(small).token, code_of(small.app, ana))
    with small.app.read() as session:
        held = session.scalars(
            select(col(designations.Designation.id)).where(
                col(designations.Designation.person_id) == ana.person_id
            )
        ).one()

    designation_id = held or 0
    people.end_designation(small.app, small.people["ADM"], designation_id, reason="Cambio")

    known = people.actor_of(small.app, whole.token)
    assert known is not None
    assert known.grants == ()
