from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from publisher import people
from publisher.app import SYSTEM
from publisher.errors import NotFound
from publisher.models import Person, WebSession
from publisher.people import passwords, signin, throttle
from tests.support.house import House

EMAIL = "ana@example.mx"
PASSWORD = "ventana-lago-motor-sur"


@pytest.fixture
def ana(house: House) -> int:
    made = people.create_person(house.app, SYSTEM, email=EMAIL, name="Ana", must_change=False)
    with house.app.write() as session:
        session.get_one(Person, made.person_id).password_hash = passwords.hash_password(PASSWORD)
    return made.person_id


def enter(house: House, password: str = PASSWORD, *, address: str = "10.0.0.1") -> people.SignedIn:
    return people.sign_in(house.app, EMAIL, password, address=address, agent="Firefox")


def fail(house: House, times: int, *, email: str = EMAIL, address: str = "10.0.0.1") -> None:
    for _ in range(times):
        with pytest.raises(people.SignInRefused):
            people.sign_in(house.app, email, "mal", address=address)


def test_a_sign_in_gives_a_token_whose_hash_alone_is_stored(house: House, ana: int) -> None:
    entered = enter(house)

    with house.app.read() as session:
        stored = session.scalars(select(WebSession)).one().token_hash
    assert stored == hashlib.sha256(entered.token.encode()).hexdigest()
    assert entered.token not in repr(entered)
    assert len(entered.token) >= 43
    known = people.actor_of(house.app, entered.token)
    assert known is not None
    assert (known.person_id, known.session_ref) == (ana, stored[:16])


def test_neither_password_nor_token_reaches_the_database(house: House, ana: int) -> None:
    entered = enter(house)
    fail(house, 1)
    issued = people.reset_password(house.app, SYSTEM, ana)

    with house.app.read() as session:
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type='table'")
            if house.app.engine.dialect.name == "sqlite"
            else text("SELECT tablename FROM pg_tables WHERE schemaname='public'")
        ).all()
        dump = repr([session.execute(text(f'SELECT * FROM "{name}"')).all() for name in names])
    assert "person.sign_in" in dump
    for secret in (entered.token, PASSWORD, issued.password):
        assert secret not in dump
    assert issued.password not in repr(issued)


@pytest.mark.parametrize("case", ["wrong", "unknown", "disabled", "without password"])
def test_every_refusal_says_the_same(house: House, ana: int, case: str) -> None:
    email = EMAIL if case in {"wrong", "disabled"} else "nadie@example.mx"
    if case == "disabled":
        people.disable_person(house.app, SYSTEM, ana)
    if case == "without password":
        people.create_person(house.app, SYSTEM, email=email, name="N", issue_password=False)

    with pytest.raises(people.SignInRefused) as refused:
        people.sign_in(house.app, email, "otra" if case == "wrong" else PASSWORD)

    assert str(refused.value) == "El correo o la contraseña no son correctos."


def test_an_unknown_account_takes_as_much_hashing_as_a_known_one(
    house: House, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    hasher = passwords._hasher(passwords.cost)
    real = hasher.verify
    monkeypatch.setattr(
        type(hasher),
        "verify",
        lambda self, stored, given: seen.append(stored) or real(stored, given),
    )

    fail(house, 1)
    fail(house, 1, email="nadie@example.mx")

    assert [stored.rsplit("$", 2)[0] for stored in seen] == [seen[0].rsplit("$", 2)[0]] * 2


def test_five_failures_make_the_next_try_wait_and_the_wait_grows(house: House, ana: int) -> None:
    fail(house, 5)

    with pytest.raises(people.Throttled, match="Espere 30 segundos") as first:
        enter(house)
    house.clock.pass_(seconds=31)
    fail(house, 1)
    with pytest.raises(people.Throttled, match="Espere 1 minuto") as second:
        enter(house)

    assert first.value.wait < second.value.wait <= throttle.WINDOW
    house.clock.pass_(seconds=61)
    assert enter(house).person.person_id == ana


def test_an_unknown_account_is_slowed_like_a_known_one(house: House, ana: int) -> None:
    fail(house, 5, email="nadie@example.mx")

    with pytest.raises(people.Throttled):
        people.sign_in(house.app, "nadie@example.mx", "x", address="10.9.9.9")


def test_a_refused_try_does_not_lengthen_the_wait(house: House, ana: int) -> None:
    fail(house, 5)
    for _ in range(50):
        with pytest.raises(people.Throttled):
            enter(house)

    house.clock.pass_(seconds=31)
    assert enter(house).person.person_id == ana


def test_a_stranger_does_not_lock_out_a_person_at_their_usual_address(
    house: House, ana: int
) -> None:
    enter(house, address="10.0.0.1")
    house.clock.pass_(minutes=1)
    fail(house, 5, address="203.0.113.9")

    with pytest.raises(people.Throttled):
        enter(house, address="203.0.113.9")
    assert enter(house, address="10.0.0.1").person.person_id == ana


def test_an_address_that_tries_many_accounts_is_slowed(house: House) -> None:
    for number in range(throttle.ADDRESS_TRIES):
        fail(house, 1, email=f"p{number}@example.mx", address="203.0.113.9")

    with pytest.raises(people.Throttled):
        people.sign_in(house.app, "otra@example.mx", "x", address="203.0.113.9")
    with pytest.raises(people.SignInRefused):
        people.sign_in(house.app, "otra@example.mx", "x", address="198.51.100.2")


def test_a_password_typed_as_e_mail_is_kept_nowhere(house: House) -> None:
    fail(house, 1, email="MiClaveSecreta99")

    with house.app.read() as session:
        stored = session.execute(text("SELECT email FROM sign_in")).scalars().all()
        entries = repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "clavesecreta" not in repr(stored).lower() + entries.lower()


@pytest.mark.parametrize(
    ("idle", "alive"), [(timedelta(minutes=19, seconds=59), True), (timedelta(minutes=20), False)]
)
def test_a_session_ends_after_twenty_idle_minutes(
    house: House, ana: int, idle: timedelta, alive: bool
) -> None:
    token = enter(house).token

    house.clock.now += idle

    assert (people.actor_of(house.app, token) is not None) is alive


def test_a_session_that_is_used_lives_ten_hours_and_no_longer(house: House, ana: int) -> None:
    token = enter(house).token
    for _ in range(39):
        house.clock.pass_(minutes=15)
        assert people.actor_of(house.app, token) is not None

    house.clock.pass_(minutes=15)

    assert people.actor_of(house.app, token) is None


def test_the_last_use_is_written_at_most_once_a_minute(house: House, ana: int) -> None:
    token = enter(house).token

    def seen() -> timedelta:
        people.actor_of(house.app, token)
        with house.app.read() as session:
            row = session.scalars(select(WebSession)).one()
            return row.seen_at - row.created_at

    house.clock.pass_(seconds=59)
    assert seen() == timedelta(0)
    house.clock.pass_(seconds=1)
    assert seen() == timedelta(seconds=60)


def test_a_fourth_session_ends_the_oldest(house: House, ana: int) -> None:
    tokens = []
    for _ in range(signin.MAX_SESSIONS + 1):
        tokens.append(enter(house).token)
        house.clock.pass_(seconds=1)

    alive = [people.actor_of(house.app, token) is not None for token in tokens]
    assert alive == [False, True, True, True]


def test_a_person_sees_and_ends_only_their_own_sessions(house: House, ana: int) -> None:
    first = enter(house).token
    house.clock.pass_(seconds=1)
    me = enter(house).person
    other = house.actor("COOR")

    rows = people.sessions_of(house.app, me)
    assert [row.current for row in rows] == [True, False]
    with pytest.raises(NotFound):
        people.revoke(house.app, other, rows[1].reference)
    with pytest.raises(NotFound):
        people.revoke(house.app, me, "%")
    people.revoke(house.app, me, rows[1].reference)

    assert people.actor_of(house.app, first) is None


def test_signing_out_ends_the_session(house: House, ana: int) -> None:
    token = enter(house).token

    people.sign_out(house.app, token)
    people.sign_out(house.app, "no existe")

    assert people.actor_of(house.app, token) is None
    assert people.actor_of(house.app, "") is None


def test_whoever_must_change_the_password_has_no_grant_until_then(house: House) -> None:
    made = people.create_first_admin(house.app, email="adm@example.mx", name="Adm")
    entered = people.sign_in(house.app, "ADM@example.mx ", made.password)
    assert entered.must_change
    actor = people.actor_of(house.app, entered.token)
    assert actor is not None
    assert actor.grants == ()

    people.change_password(house.app, actor, current=made.password, new=PASSWORD)

    actor = people.actor_of(house.app, entered.token)
    assert actor is not None
    assert actor.grants == (("ADM", None),)
    assert not people.must_change(house.app, actor)


def test_a_hash_of_an_older_cost_is_made_again_at_sign_in(
    house: House, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "cost", passwords.Cost(memory=128, passes=1))

    enter(house)

    with house.app.read() as session:
        assert "m=128" in session.get_one(Person, ana).password_hash
    enter(house)


def test_ten_guesses_at_once_do_not_slip_past_the_count(house: House, ana: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def guess(_number: int) -> type[Exception]:
        try:
            enter(house, "mal")
        except (people.SignInRefused, people.Throttled) as error:
            return type(error)
        raise AssertionError("entered with a wrong password")

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(guess, range(10)))

    assert outcomes.count(people.SignInRefused) == 5
