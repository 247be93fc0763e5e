from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from publisher import people
from publisher.app import SYSTEM, Actor, App
from publisher.errors import Conflict, Forbidden, Invalid, PublisherError
from publisher.models import Notice, RecoveryCode, SecondFactor, WebSession
from publisher.people import codes, passwords
from publisher.timing import PRODUCTION
from tests.support.factors import code_of, proven, seated
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry

WRONG = "000000"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database decides."""


@pytest.fixture
def ana(small: SmallHouse) -> Actor:
    """The Directora, in a browser session, without a second factor."""
    return seated(small.app, small.directora)


def asked(app: App, actor: Actor, **options: timedelta) -> type[PublisherError] | None:
    """Return the class of the refusal of ``require_factor``, or None when it passes."""
    try:
        people.check_factor(app, actor, **options)
    except PublisherError as error:
        return type(error)
    return None


def wrong(app: App, actor: Actor) -> str:
    """Return a code that no step near now has."""
    with app.read() as session:
        seed = codes.seed_of(app, session.get_one(SecondFactor, actor.person_id))
    now = codes.onetime.step_at(app.clock())
    near = {codes.onetime.code_at(seed, step) for step in range(now - 3, now + 4)}
    return next(code for code in (WRONG, "111111", "222222", "333333") if code not in near)


def entries(small: SmallHouse, action: str) -> list[AuditEntry]:
    with small.app.read() as session:
        found = session.scalars(select(AuditEntry).where(col(AuditEntry.action) == action)).all()
    return list(found)


def heard(small: SmallHouse, kind: str) -> list[int]:
    with small.app.read() as session:
        rows = session.scalars(select(col(Notice.person_id)).where(col(Notice.kind) == kind)).all()
    return list(rows)


def test_a_factor_holds_once_its_first_code_is_confirmed(small: SmallHouse, ana: Actor) -> None:
    assert asked(small.app, ana) is people.FactorMissing
    shown = people.enrol(small.app, ana)
    assert asked(small.app, ana) is people.FactorMissing

    given = people.confirm(small.app, ana, code_of(small.app, ana))

    assert asked(small.app, ana) is None
    assert len({one.reveal() for one in given}) == 10
    assert shown.key.reveal() in shown.uri.reveal()
    assert heard(small, "person.factor.confirm") == [ana.person_id]
    state = people.factor_state(small.app, ana)
    assert (state.codes_left, state.proven_until) == (10, small.clock() + timedelta(minutes=5))


def test_no_row_entry_or_notice_holds_the_key_or_a_code(small: SmallHouse, ana: Actor) -> None:
    shown = people.enrol(small.app, ana)
    code = code_of(small.app, ana)
    given = people.confirm(small.app, ana, code)
    people.prove(small.app, ana, given[0].reveal())

    tables = (
        "SELECT name FROM sqlite_master WHERE type='table'"
        if small.app.engine.dialect.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname='public'"
    )
    with small.app.read() as session:
        names = session.scalars(text(tables)).all()
        dump = repr([session.execute(text(f'SELECT * FROM "{name}"')).all() for name in names])
    assert "person.factor.confirm" in dump
    for one in (shown.key, *given):
        assert one.reveal() not in dump
        assert one.reveal().replace("-", "") not in dump
    assert f"'{code}'" not in dump
    assert shown.key.reveal() not in repr(shown)


@SQLITE
@pytest.mark.parametrize(
    ("passed", "refusal"),
    [
        (timedelta(minutes=5), None),
        (timedelta(minutes=5, seconds=1), people.FactorNeeded),
        (timedelta(minutes=-6), people.FactorNeeded),
    ],
)
def test_a_proof_lasts_five_minutes_whatever_the_clock_does(
    small: SmallHouse, ana: Actor, passed: timedelta, refusal: type[PublisherError] | None
) -> None:
    actor = proven(small.app, ana)

    small.clock.now += passed

    assert asked(small.app, actor) is refusal


@SQLITE
def test_a_proof_is_of_one_session_and_one_person(small: SmallHouse, ana: Actor) -> None:
    actor = proven(small.app, ana)
    other = proven(small.app, small.coordinador)

    assert asked(small.app, replace(actor, session_ref="")) is people.FactorNeeded
    assert asked(small.app, seated(small.app, ana)) is people.FactorNeeded
    assert asked(small.app, replace(actor, session_ref=other.session_ref)) is people.FactorNeeded
    assert asked(small.app, replace(actor, session_ref="%" * 16)) is people.FactorNeeded
    assert asked(small.app, SYSTEM) is people.FactorMissing


@SQLITE
def test_a_proof_ends_with_its_session(small: SmallHouse, ana: Actor) -> None:
    actor = proven(small.app, ana)
    with small.app.write() as session:
        session.execute(update(WebSession).values(revoked_at=small.clock()))

    assert asked(small.app, actor) is people.FactorNeeded
    with pytest.raises(Forbidden):
        people.prove(small.app, actor, code_of(small.app, actor))


def test_a_code_serves_once_and_every_older_one_is_void(small: SmallHouse, ana: Actor) -> None:
    actor = proven(small.app, ana)
    small.clock.pass_(minutes=2)
    before, now = (
        code_of(small.app, ana, at=small.clock() - timedelta(seconds=30)),
        code_of(small.app, ana),
    )
    people.prove(small.app, actor, now)

    for code in (now, before):
        with pytest.raises(people.CodeRefused):
            people.prove(small.app, actor, code)
    small.clock.pass_(seconds=30)
    people.prove(small.app, actor, code_of(small.app, ana))


def test_two_at_once_with_the_same_code_are_one_proof(small: SmallHouse, ana: Actor) -> None:
    actor = proven(small.app, ana)
    small.clock.pass_(minutes=2)
    code = code_of(small.app, ana)

    def bring(_number: int) -> bool:
        try:
            people.prove(small.app, actor, code)
        except people.CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bring, range(4))) == [False, False, False, True]


def test_a_recovery_code_serves_once_and_its_person_is_told(small: SmallHouse, ana: Actor) -> None:
    people.enrol(small.app, ana)
    given = people.confirm(small.app, ana, code_of(small.app, ana))
    other = proven(small.app, small.coordinador)

    people.prove(small.app, ana, given[3].reveal().upper().replace("-", " "))

    assert people.factor_state(small.app, ana).codes_left == 9
    assert heard(small, "person.factor.recovery") == [ana.person_id]
    assert '"recovery"' in entries(small, "person.factor.prove")[-1].detail
    for actor, code in ((ana, given[3]), (other, given[4])):
        with pytest.raises(people.CodeRefused):
            people.prove(small.app, actor, code.reveal())


def test_guessing_is_slowed_like_a_password_and_then_the_right_code_waits_too(
    small: SmallHouse, ana: Actor
) -> None:
    actor = proven(small.app, ana)
    small.clock.pass_(minutes=2)
    for _ in range(5):
        with pytest.raises(people.CodeRefused):
            people.prove(small.app, actor, wrong(small.app, ana))

    tried = 0
    for _ in range(40):
        try:
            people.prove(small.app, actor, wrong(small.app, ana))
        except people.Throttled:
            with pytest.raises(people.Throttled):
                people.prove(small.app, actor, code_of(small.app, ana))
        except people.CodeRefused:
            tried += 1
        small.clock.pass_(seconds=5)

    assert tried <= 4
    assert heard(small, "person.factor.guessed") == [ana.person_id]
    assert [one.result for one in entries(small, "person.factor.prove")] == ["refused"] * (
        5 + tried
    )
    small.clock.pass_(minutes=12)
    people.prove(small.app, actor, code_of(small.app, ana))


@SQLITE
def test_an_empty_code_is_no_try(small: SmallHouse, ana: Actor) -> None:
    actor = proven(small.app, ana)
    for _ in range(6):
        with pytest.raises(people.CodeRefused, match="Escriba el código"):
            people.prove(small.app, actor, " - ")


@SQLITE
def test_a_factor_enrolled_anew_opens_nothing_for_a_day_in_production(
    small: SmallHouse, ana: Actor
) -> None:
    app = replace(
        small.app, settings=small.app.settings.model_copy(update={"profile": "production"})
    )
    actor = proven(app, ana)

    assert PRODUCTION.factor_rest == 24 * 3600
    assert asked(app, actor) is people.FactorResting
    with pytest.raises(people.FactorResting, match="24 nov"):
        people.check_factor(app, actor)
    small.clock.pass_(hours=24)
    assert asked(app, proven(app, ana)) is None


@SQLITE
def test_a_new_key_voids_the_one_before(small: SmallHouse, ana: Actor) -> None:
    first = people.enrol(small.app, ana)
    old = code_of(small.app, ana)
    second = people.enrol(small.app, ana)

    assert first.key != second.key
    with pytest.raises(people.CodeRefused, match="no corresponde a esta clave"):
        people.confirm(small.app, ana, old)
    begun = people.enrolment_begun(small.app, ana)
    assert begun is not None
    assert begun.key == second.key
    people.confirm(small.app, ana, code_of(small.app, ana))
    assert people.enrolment_begun(small.app, ana) is None
    with pytest.raises(Conflict):
        people.enrol(small.app, ana)
    with pytest.raises(Conflict):
        people.confirm(small.app, ana, code_of(small.app, ana))


@SQLITE
def test_nothing_is_confirmed_that_was_not_begun(small: SmallHouse, ana: Actor) -> None:
    with pytest.raises(Conflict):
        people.confirm(small.app, ana, WRONG)
    for verb in (people.prove, people.remove_factor, people.renew_codes):
        with pytest.raises(people.FactorMissing):
            verb(small.app, ana, WRONG)


@SQLITE
def test_an_older_sign_in_must_give_the_password_to_begin(small: SmallHouse, ana: Actor) -> None:
    with small.app.write() as session:
        person = people.persons.find(session, ana.person_id)
        person.password_hash = passwords.hash_password("ventana-lago-motor-sur")
    people.enrol(small.app, ana)
    small.clock.pass_(minutes=6)

    assert people.factor_state(small.app, ana).asks_password
    for given in ("", "otra"):
        with pytest.raises(Invalid) as refused:
            people.enrol(small.app, ana, password=given)
        assert refused.value.field == "password"
    people.enrol(small.app, ana, password="ventana-lago-motor-sur")
    small.clock.pass_(seconds=1)
    for _ in range(5):
        with pytest.raises(Invalid):
            people.enrol(small.app, ana, password="otra")
    with pytest.raises(people.Throttled):
        people.enrol(small.app, ana, password="ventana-lago-motor-sur")
    results = [one.result for one in entries(small, "person.factor.enrol")]
    assert (results.count("refused"), results.count("ok")) == (6, 2)
    assert heard(small, "person.factor.guessed") == [ana.person_id]


@SQLITE
def test_confirming_ends_the_other_sessions(small: SmallHouse, ana: Actor) -> None:
    other = seated(small.app, ana)

    proven(small.app, ana)

    with pytest.raises(Forbidden):
        people.enrol(small.app, other)


@SQLITE
def test_new_recovery_codes_void_the_old_ones(small: SmallHouse, ana: Actor) -> None:
    people.enrol(small.app, ana)
    old = people.confirm(small.app, ana, code_of(small.app, ana))

    new = people.renew_codes(small.app, ana, code_of(small.app, ana))

    with pytest.raises(people.CodeRefused):
        people.prove(small.app, ana, old[0].reveal())
    people.prove(small.app, ana, new[0].reveal())
    assert heard(small, "person.factor.codes") == [ana.person_id]


def test_taking_it_off_needs_a_code_and_leaves_nothing(small: SmallHouse, ana: Actor) -> None:
    actor = proven(small.app, ana)
    waiting = seated(small.app, ana)
    with pytest.raises(people.CodeRefused):
        people.remove_factor(small.app, actor, wrong(small.app, ana))

    people.remove_factor(small.app, actor, code_of(small.app, ana))

    with small.app.read() as session:
        assert session.scalars(select(SecondFactor)).all() == []
        assert session.scalars(select(RecoveryCode)).all() == []
        proofs = session.scalars(select(col(WebSession.proven_at))).all()
    assert set(proofs) == {None}
    assert asked(small.app, actor) is people.FactorMissing
    with pytest.raises(Forbidden):
        people.enrol(small.app, waiting)
    assert heard(small, "person.factor.remove") == [ana.person_id]


@SQLITE
def test_only_the_administration_resets_a_factor(small: SmallHouse, ana: Actor) -> None:
    proven(small.app, ana)
    others = [one for one in small.people.values() if one.roles != {"ADM"}]
    assert len(others) > 5

    for other in others:
        with pytest.raises(Forbidden):
            people.reset_factor(small.app, other, ana.person_id, reason="Perdió su teléfono")


def test_a_reset_ends_the_sessions_and_is_told_to_person_directora_and_auditor(
    small: SmallHouse, ana: Actor
) -> None:
    auditor, admin = small.people["AUD"], small.people["ADM"]
    coordinador = proven(small.app, small.coordinador)
    with pytest.raises(Invalid):
        people.reset_factor(small.app, admin, coordinador.person_id, reason=" ")

    people.reset_factor(small.app, admin, coordinador.person_id, reason="Perdió su teléfono")

    told = heard(small, "person.factor.reset")
    assert sorted(told) == sorted(
        [coordinador.person_id, ana.person_id, small.people["DIRV2"].person_id, auditor.person_id]
    )
    assert asked(small.app, coordinador) is people.FactorMissing
    with pytest.raises(Forbidden):
        people.enrol(small.app, coordinador)
    (entry,) = entries(small, "person.factor.reset")
    assert (entry.actor_id, entry.reason) == (admin.person_id, "Perdió su teléfono")
    with pytest.raises(Conflict):
        people.reset_factor(small.app, admin, coordinador.person_id, reason="Otra vez")
    with pytest.raises(Forbidden):
        people.reset_factor(small.app, admin, admin.person_id, reason="El mío")


@SQLITE
@pytest.mark.parametrize(
    ("rule", "mode", "role", "needed"),
    [
        (None, "sandbox", "ADM", False),
        (None, "production", "ADM", True),
        (None, "production", "OPER", False),
        ("optional", "production", "ADM", False),
        ("central", "sandbox", "AUD", True),
        ("all", "sandbox", "OPER", True),
    ],
)
def test_who_must_have_one_is_decided_by_setting_and_mode(
    small: SmallHouse, rule: str | None, mode: str, role: str, needed: bool
) -> None:
    app = replace(small.app, settings=small.app.settings.model_copy(update={"second_factor": rule}))
    app.institution.mode = mode
    actor = small.people.get(role) or small.operador()

    assert people.must_enrol(app, actor) is needed
    if needed:
        proven(app, actor)
        assert not people.must_enrol(app, actor)


@SQLITE
def test_the_application_goes_on_when_the_master_key_is_another(
    small: SmallHouse, ana: Actor
) -> None:
    people.enrol(small.app, ana)
    given = people.confirm(small.app, ana, code_of(small.app, ana))
    telephone = code_of(small.app, ana)

    small.app.keyring.adopt(small.app.keyring.primary.successor())

    people.prove(small.app, ana, telephone)
    people.prove(small.app, ana, given[0].reveal())
