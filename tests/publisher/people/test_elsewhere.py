from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from publisher import people
from publisher.app import SYSTEM, App
from publisher.errors import Conflict, Forbidden, Invalid, NotFound, PublisherError
from publisher.models import ExternalIdentity, Institution, Notice, Person, SignIn, WebSession
from publisher.people import elsewhere, passwords, provider, throttle
from publisher.people.elsewhere import Arrival
from tests.support import provider as local
from tests.support.house import House, make_app
from tests.support.provider import CLIENT, SECRET, Provider
from vault.audit_tables import AuditEntry

BACK = "http://127.0.0.1:8501/entrar/institucion/regreso"


# what no database tells apart is tried on one
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def there() -> Iterator[Provider]:
    provider._published.cache_clear()
    with local.running() as running:
        yield running


@pytest.fixture
def house(engine: Any, tmp_path: Path, there: Provider) -> House:
    """An institution of nobody but Ana, whose sign-in is at the provider ``there``."""
    secret = tmp_path / "oidc"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    app, clock = make_app(
        engine,
        tmp_path,
        oidc_issuer=there.url,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=secret,
    )
    clock.now = datetime.now(UTC)
    with app.write() as session:
        session.add(
            Institution(
                id=1,
                name="Colegio de Pruebas",
                short_name="Pruebas",
                timezone="America/Monterrey",
                mode="sandbox",
                created_at=clock.now,
            )
        )
    people.create_person(app, SYSTEM, email="ana@example.mx", name="Ana", issue_password=False)
    return House(app=app, clock=clock)


def come(house: House, there: Provider, **changes: Any) -> Arrival:
    left = people.depart(house.app, redirect_uri=BACK, wanted="/calendario")
    plain: dict[str, Any] = {"note": left.note, "answer": there.consent(left.address)}
    return people.arrive(house.app, **{"redirect_uri": BACK, "address": "::1", **plain, **changes})


def ana(house: House) -> Person:
    with house.app.read() as session:
        return session.scalars(select(Person).where(col(Person.email) == "ana@example.mx")).one()


def count(house: House, model: Any) -> int:
    with house.app.read() as session:
        return len(session.execute(select(model)).all())


def entries(house: House, action: str) -> list[tuple[str, str, str]]:
    with house.app.read() as session:
        rows = session.execute(
            select(col(AuditEntry.object_id), col(AuditEntry.result), col(AuditEntry.detail))
            .where(col(AuditEntry.action) == action)
            .order_by(col(AuditEntry.at))
        )
        return [tuple(row) for row in rows]


def test_who_the_provider_vouches_for_enters_and_is_known_from_then_on(
    house: House, there: Provider
) -> None:
    first = come(house, there)

    known = people.actor_of(house.app, first.signed.token)
    assert known is not None
    assert (known.email, first.wanted) == ("ana@example.mx", "/calendario")
    assert not first.signed.must_change
    there.person = {"sub": "s-1", "email": "ana.lopez@example.mx", "email_verified": False}
    again = come(house, there)
    assert again.signed.person.person_id == known.person_id
    assert count(house, ExternalIdentity) == 1
    person = str(known.person_id)
    said = json.dumps({"issuer": there.url})
    assert entries(house, "person.identity.link") == [(person, "ok", said)]
    assert entries(house, "person.sign_in") == [(person, "ok", said)] * 2
    with house.app.read() as session:
        told = session.scalars(select(Notice).where(col(Notice.kind) == "person.identity.link"))
        assert [notice.person_id for notice in told] == [known.person_id]


def test_nobody_is_created_and_nobody_shut_out_comes_in(house: House, there: Provider) -> None:
    there.person = {"sub": "s-9", "email": "otra@example.mx", "email_verified": True}
    with pytest.raises(people.SignInRefused, match="Ninguna persona activa"):
        come(house, there)
    there.person = {"sub": "s-1", "email": "ana@example.mx", "email_verified": False}
    with pytest.raises(people.SignInRefused, match="no confirmó"):
        come(house, there)
    there.person["email_verified"] = True
    come(house, there)
    with house.app.write() as session:
        session.execute(update(Person).values(state="disabled"))
    with pytest.raises(people.SignInRefused, match="Ninguna persona activa"):
        come(house, there)
    assert count(house, Person) == 1
    assert count(house, WebSession) == 1
    results = sorted(result for _, result, _ in entries(house, "person.sign_in"))
    assert results == ["ok", "refused", "refused", "refused"]


def test_an_address_given_to_somebody_else_does_not_bring_its_former_rights(
    house: House, there: Provider
) -> None:
    come(house, there)
    there.person["sub"] = "s-2"
    with pytest.raises(people.SignInRefused, match="ya está ligada"):
        come(house, there)

    with pytest.raises(Forbidden):
        people.unlink(house.app, people.actor_for(house.app, ana(house).id or 0), 1)
    people.unlink(house.app, SYSTEM, ana(house).id or 0)
    with pytest.raises(NotFound):
        people.unlink(house.app, SYSTEM, ana(house).id or 0)
    assert entries(house, "person.identity.unlink")
    assert come(house, there).signed.person.person_id == ana(house).id


def test_a_state_serves_once_even_when_it_comes_twice_at_once(
    house: House, there: Provider
) -> None:
    left = people.depart(house.app, redirect_uri=BACK, wanted="/")

    def back(_: int) -> str:
        answer = there.consent(left.address)
        try:
            people.arrive(house.app, note=left.note, answer=answer, redirect_uri=BACK)
        except PublisherError as error:
            return str(error)
        return "entró"

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(back, range(3)))
    assert said.count("entró") == 1
    assert all("ya se usó" in one for one in said if one != "entró")
    assert count(house, WebSession) == 1


@on_sqlite
def test_only_the_browser_that_left_may_come_back_and_in_time(
    house: House, there: Provider
) -> None:
    mine = people.depart(house.app, redirect_uri=BACK, wanted="/")
    other = people.depart(house.app, redirect_uri=BACK, wanted="/")
    answer = there.consent(mine.address)
    body, _, mac = mine.note.rpartition(".")
    forged = ["", "x", other.note, f"{body}.{mac[:-2]}xx", f"{body[:-4]}AAAA.{mac}"]
    for note in forged:
        with pytest.raises(Conflict, match="caducó"):
            people.arrive(house.app, note=note, answer=answer, redirect_uri=BACK)
    house.clock.pass_(minutes=11)
    with pytest.raises(Conflict, match="caducó"):
        people.arrive(house.app, note=mine.note, answer=answer, redirect_uri=BACK)
    assert count(house, SignIn) == 0, "nothing is stored for whoever only tries notes"
    assert "/token" not in there.asked


@on_sqlite
def test_leaving_the_provider_or_answering_for_another_opens_nothing(
    house: House, there: Provider
) -> None:
    left = people.depart(house.app, redirect_uri=BACK, wanted="/")
    answer = there.consent(left.address)
    denied = {"state": answer["state"], "error": "access_denied"}
    with pytest.raises(people.SignInRefused, match="No se completó"):
        people.arrive(house.app, note=left.note, answer=denied, redirect_uri=BACK)
    for iss in ({"iss": "https://otro.example"}, {}):
        left = people.depart(house.app, redirect_uri=BACK, wanted="/")
        mixed = {**there.consent(left.address), "iss": "", **iss}
        with pytest.raises(provider.ProviderRefused):
            people.arrive(house.app, note=left.note, answer=mixed, redirect_uri=BACK)
    assert count(house, WebSession) == 0
    assert entries(house, "person.sign_in") == [("-", "refused", "")] * 3


@on_sqlite
def test_a_temporary_password_dies_with_the_first_entry_elsewhere(
    house: House, there: Provider
) -> None:
    issued = people.reset_password(house.app, SYSTEM, ana(house).id or 0)
    assert not come(house, there).signed.must_change

    assert ana(house).password_hash == ""
    assert entries(house, "person.password.void")
    with pytest.raises(people.SignInRefused):
        people.sign_in(house.app, "ana@example.mx", issued.password)


@on_sqlite
def test_a_password_of_ones_own_goes_on_serving(house: House, there: Provider) -> None:
    with house.app.write() as session:
        hashed = passwords.hash_password("ventana-lago-motor-sur")
        session.execute(update(Person).values(password_hash=hashed, must_change_password=False))
    come(house, there)
    assert people.sign_in(house.app, "ana@example.mx", "ventana-lago-motor-sur").token


def test_trying_again_and_again_from_one_address_is_slowed(house: House, there: Provider) -> None:
    there.claims = {"aud": "otro"}
    for _ in range(throttle.ADDRESS_TRIES):
        with pytest.raises(provider.ProviderRefused):
            come(house, there)
    with pytest.raises(people.Throttled):
        come(house, there)


def settled(app: App, **changes: Any) -> App:
    return replace(app, settings=app.settings.model_copy(update=changes))


@on_sqlite
def test_a_sandbox_leaves_for_no_other_machine(house: House, network_attempts: list[str]) -> None:
    outside = settled(house.app, oidc_issuer="https://login.example")
    with pytest.raises(Invalid, match="no sale de este equipo"):
        people.depart(outside, redirect_uri=BACK, wanted="/")
    assert not network_attempts


@on_sqlite
def test_what_is_not_configured_is_not_offered(house: House, tmp_path: Path) -> None:
    assert people.sign_in_offered(house.app) == "cuenta institucional"
    assert people.sign_in_offered(settled(house.app, oidc_label="Correo CECyTE")) == "Correo CECyTE"
    unset = settled(house.app, oidc_client_id="")
    assert people.sign_in_offered(unset) == ""
    exposed = settled(house.app, oidc_client_secret_file=tmp_path / "no-existe")
    for app in (unset, exposed):
        with pytest.raises(Invalid, match="no está configurado") as refused:
            people.depart(app, redirect_uri=BACK, wanted="/")
        assert str(tmp_path) not in str(refused.value)


@on_sqlite
def test_a_note_says_nothing_that_its_browser_must_not_know(house: House) -> None:
    left = people.depart(house.app, redirect_uri=BACK, wanted="/")
    state = elsewhere._opened(house.app, left.note)[0]
    assert elsewhere._derived(house.app, "verifier", state) not in left.note + left.address
    assert left.note not in repr(left)
