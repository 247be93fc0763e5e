from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel, col

from publisher import db, notices, people, sealing
from publisher.app import SYSTEM, Actor, App
from publisher.custody import disclosures, lapses, terms
from publisher.custody.opening import Opened
from publisher.errors import Conflict, Forbidden, Invalid, NotFound, PublisherError, Unready
from publisher.models import Notice
from tests.support.custody import PASSWORD, USER, keep
from tests.support.factors import code_of, proven, seated
from tests.support.house import SmallHouse
from vault import disclosure
from vault.audit import all_linked
from vault.audit_tables import AuditEntry
from vault.custody_tables import Disclosure, RotationDuty

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database decides."""

REASON = "La red pide comprobar la cuenta antes de las diez"
FIELDS = ["login_user", "login_password"]
Result = TypeVar("Result")


@dataclass
class Vault:
    """The small house with a password sealed for Saltillo's Facebook, and people who may prove."""

    small: SmallHouse
    account: int

    @property
    def app(self) -> App:
        return self.small.app

    def actor(self, label: str) -> Actor:
        """Return a person who has just proven their second factor."""
        return proven(self.app, self.small.people[label])

    def ask(self, asker: Actor, **changes: Any) -> int:
        facts: dict[str, Any] = {"reason_code": "plataforma", "reason": REASON}
        return disclosures.ask(self.app, asker, self.account, FIELDS, **facts | changes)

    def allowed(self, asker: Actor, decider: str = "COOR") -> int:
        """Return a request that another person allowed."""
        number = self.ask(asker)
        disclosures.decide(self.app, self.small.people[decider], number, allow=True)
        return number

    def row(self, number: int) -> Disclosure:
        with self.app.read() as session:
            return session.get_one(Disclosure, number)

    def force(self, number: int, **values: Any) -> None:
        with self.app.write() as session:
            for name, value in values.items():
                setattr(session.get_one(Disclosure, number), name, value)

    def entries(self, *actions: str) -> list[AuditEntry]:
        with self.app.read() as session:
            found = session.scalars(
                select(AuditEntry).where(col(AuditEntry.action).in_(actions))
            ).all()
        return list(found)

    def heard(self, kind: str) -> set[str]:
        """Return the labels of who was told something."""
        label = {actor.person_id: name for name, actor in self.small.people.items()}
        with self.app.read() as session:
            told = session.scalars(select(col(Notice.person_id)).where(col(Notice.kind) == kind))
            return {label[person_id] for person_id in told}

    def said(self, kind: str) -> str:
        with self.app.read() as session:
            return session.scalars(
                select(col(Notice.body)).where(col(Notice.kind) == kind).limit(1)
            ).one()

    def duties(self) -> list[RotationDuty]:
        with self.app.read() as session:
            return list(session.scalars(select(RotationDuty)).all())


@pytest.fixture
def vault(small: SmallHouse) -> Vault:
    account = small.accounts["SAL", "facebook"]
    keep(small.app, account, plantel_id=small.planteles["SAL"])
    return Vault(small=small, account=account)


def values(opened: Opened) -> dict[str, str]:
    return {name: secret.reveal() for name, secret in opened.fields.items()}


def test_what_vinculacion_asks_another_allows_and_it_is_shown_once(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    number = vault.ask(directora)
    disclosures.decide(vault.app, vault.small.people["DIRP.SAL"], number, allow=True)

    opened = disclosures.open_once(vault.app, directora, number)

    assert values(opened) == {"login_user": USER, "login_password": PASSWORD}
    assert opened.until == vault.small.clock.now + timedelta(seconds=60)
    assert PASSWORD not in repr(opened)
    with pytest.raises(Conflict, match="ya mostrado"):
        disclosures.open_once(vault.app, directora, number)
    actions = ("disclosure.ask", "disclosure.allow", "disclosure.show", "vault.secret.reveal")
    entries = vault.entries(*actions)
    assert sorted(one.action for one in entries) == sorted([*actions, "vault.secret.reveal"])
    with vault.app.read() as session:
        assert all_linked(session, [one.id for one in entries])
    hearers = {"OPER.SAL", "DIRP.SAL", "COOR", "COOR2", "AUD", "DIRV"}
    for kind in ("asked", "allowed", "shown"):
        assert vault.heard(f"disclosure.{kind}") >= hearers
    assert "OPER.TOR" not in vault.heard("disclosure.shown")
    assert "Lo autorizó Persona DIRP.SAL" in vault.said("disclosure.shown")
    (duty,) = vault.duties()
    assert (duty.cause, duty.cause_id) == ("disclosure", number)
    assert duty.due_at == vault.small.clock.now + timedelta(hours=24)


@SQLITE
def test_nothing_is_shown_without_a_second_person(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    number = vault.ask(directora)
    with pytest.raises(Conflict, match="por resolver"):
        disclosures.open_once(vault.app, directora, number)
    with pytest.raises(Forbidden, match="Nadie resuelve su propio"):
        disclosures.decide(vault.app, directora, number, allow=True)
    # as somebody with the database in hand would try
    vault.force(number, state="approved")
    with pytest.raises(Conflict):
        disclosures.open_once(vault.app, directora, number)
    vault.force(number, decided_by=directora.person_id)
    with pytest.raises(Conflict):
        disclosures.open_once(vault.app, directora, number)
    assert not vault.entries("vault.secret.reveal")


@SQLITE
def test_nothing_is_shown_without_a_fresh_second_factor_and_nothing_is_used_up(
    vault: Vault,
) -> None:
    bare = seated(vault.app, vault.small.directora)
    number = vault.allowed(bare)
    for attempt in attempts(vault, bare, number):
        with pytest.raises(people.FactorMissing):
            attempt()
    directora = vault.actor("DIRV")
    vault.small.clock.pass_(minutes=5, seconds=1)
    for attempt in attempts(vault, directora, number):
        with pytest.raises(people.FactorNeeded):
            attempt()
    assert vault.row(number).state == "approved"
    assert not vault.entries("vault.secret.reveal")
    people.prove(vault.app, directora, code_of(vault.app, directora))
    assert values(disclosures.open_once(vault.app, directora, number))["login_user"] == USER


def attempts(vault: Vault, directora: Actor, number: int) -> list[Callable[[], Opened]]:
    """Return the two ways in which the Directora sees a value."""
    return [
        lambda: disclosures.open_once(vault.app, directora, number),
        lambda: disclosures.break_glass(vault.app, directora, vault.account, FIELDS, REASON),
    ]


@SQLITE
def test_nothing_is_shown_whose_entry_the_chain_does_not_hold(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    directora = vault.actor("DIRV")
    number = vault.allowed(directora)
    monkeypatch.setattr(sealing, "seal", lambda *_, **__: 0)
    for attempt in attempts(vault, directora, number):
        with pytest.raises(Unready, match="No se mostró nada"):
            attempt()
    with pytest.raises(Conflict):
        disclosures.open_once(vault.app, directora, number)
    assert len(vault.entries("vault.secret.reveal")) == 4


@SQLITE
def test_nothing_is_shown_of_which_nobody_else_hears(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    directora = vault.actor("DIRV")
    number = vault.allowed(directora)

    def broken(*_: Any, **__: Any) -> int:
        raise OSError("no notice")

    with monkeypatch.context() as patch:
        patch.setattr(notices, "notify", broken)
        for attempt in attempts(vault, directora, number):
            with pytest.raises(OSError, match="no notice"):
                attempt()
    assert vault.row(number).state == "approved"
    assert not vault.entries("vault.secret.reveal")
    for label in ("OPER.SAL", "DIRP.SAL", "COOR", "COOR2", "AUD"):
        with vault.app.write() as session:
            session.execute(
                text("UPDATE person SET state = 'disabled' WHERE id = :id"),
                {"id": vault.small.people[label].person_id},
            )
    for attempt in attempts(vault, directora, number):
        with pytest.raises(Conflict, match="nadie más recibiría"):
            attempt()
    assert vault.row(number).state == "approved"


def test_of_two_clicks_at_once_one_sees_it(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    number = vault.allowed(directora)

    seen, refused = at_once(lambda: disclosures.open_once(vault.app, directora, number))

    assert (len(seen), {type(one) for one in refused}) == (1, {Conflict})
    assert len(vault.entries("vault.secret.reveal")) == 2


def test_nobody_opens_more_than_five_times_a_day_even_at_once(vault: Vault) -> None:
    oper = vault.actor("OPER.SAL")

    def read(actor: Actor = oper) -> Opened:
        return disclosures.read_own(vault.app, actor, vault.account, FIELDS, REASON)

    for _ in range(4):
        read()
    seen, refused = at_once(read)
    assert (len(seen), len(refused)) == (1, 3)
    assert all("24 nov 2026, 09:00" in str(one) for one in refused)
    vault.small.clock.pass_(hours=24)
    assert values(read(vault.actor("OPER.SAL")))


def at_once(verb: Callable[[], Result]) -> tuple[list[Result], list[PublisherError]]:
    """Run ``verb`` in four threads that start together; return what came out and the refusals."""
    seen: list[Result] = []
    refused: list[PublisherError] = []
    ready = threading.Barrier(4)

    def run() -> None:
        ready.wait()
        try:
            seen.append(verb())
        except PublisherError as error:
            refused.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen, refused


@SQLITE
def test_custodian_and_director_read_their_own_and_everyone_hears(vault: Vault) -> None:
    for label in ("OPER.SAL", "DIRP.SAL"):
        opened = disclosures.read_own(
            vault.app, vault.actor(label), vault.account, ["login_password"], REASON
        )
        assert values(opened) == {"login_password": PASSWORD}
        assert (vault.row(opened.id).kind, vault.row(opened.id).state) == ("own", "shown")
    assert vault.heard("disclosure.shown") >= {"OPER.SAL", "DIRP.SAL", "COOR", "AUD"}
    assert vault.duties() == []
    assert len(vault.entries("disclosure.show", "vault.secret.reveal")) == 4


@SQLITE
def test_an_operator_who_is_not_the_custodian_asks_like_everybody(vault: Vault) -> None:
    director = vault.small.people["DIRP.SAL"]
    second = vault.small.actor("OPER", vault.small.planteles["SAL"])
    terms.assign(vault.app, director, vault.account, second.person_id, reason="Relevo")
    with pytest.raises(Forbidden, match="quien custodia"):
        disclosures.read_own(vault.app, vault.actor("OPER.SAL"), vault.account, FIELDS, REASON)
    assert disclosures.read_own(vault.app, proven(vault.app, second), vault.account, FIELDS, REASON)


@SQLITE
@pytest.mark.parametrize("label", ["OPER.TOR", "DIRP.TOR", "DIRV", "COOR"])
def test_nobody_else_reads_an_account_as_their_own(vault: Vault, label: str) -> None:
    actor = vault.actor(label)
    if label == "COOR":
        delegate(vault)
    with pytest.raises(Forbidden):
        disclosures.read_own(vault.app, actor, vault.account, FIELDS, REASON)
    assert not vault.entries("vault.secret.reveal")


def delegate(vault: Vault) -> int:
    ends = vault.small.clock.now + timedelta(days=2)
    coor = vault.small.coordinador.person_id
    return people.delegate(vault.app, vault.small.directora, coor, ends_at=ends, reason="Comisión")


@SQLITE
def test_a_coordinator_asks_only_while_the_directora_delegates(vault: Vault) -> None:
    coor = vault.actor("COOR")
    with pytest.raises(Forbidden, match="delegación"):
        vault.ask(coor)
    delegation = delegate(vault)
    first, second = vault.allowed(coor, "COOR2"), vault.allowed(coor, "COOR2")
    assert disclosures.open_once(vault.app, coor, first)
    people.revoke_delegation(vault.app, vault.small.directora, delegation)
    with pytest.raises(Forbidden, match="delegación"):
        disclosures.open_once(vault.app, coor, second)
    assert vault.row(second).state == "approved"


@SQLITE
def test_in_an_emergency_the_directora_opens_alone_and_loudly(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    opened = disclosures.break_glass(vault.app, directora, vault.account, FIELDS, REASON)

    assert values(opened)["login_password"] == PASSWORD
    everyone = {"OPER.SAL", "DIRP.SAL", "COOR", "COOR2", "AUD", "DIRV", "DIRV2"}
    assert vault.heard("disclosure.break_glass") == everyone
    assert vault.said("disclosure.break_glass").startswith("APERTURA DE EMERGENCIA")
    assert [duty.cause for duty in vault.duties()] == ["break_glass"]
    row = vault.row(opened.id)
    assert row.break_glass
    assert row.review_due == vault.small.clock.now + timedelta(hours=72)
    (entry,) = vault.entries("disclosure.break_glass")
    assert json.loads(entry.detail)["fields"] == FIELDS


def test_another_person_reviews_an_emergency_and_lateness_is_told(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    number = disclosures.break_glass(vault.app, directora, vault.account, FIELDS, REASON).id
    for label in ("DIRV", "DIRV2", "DIRP.SAL", "OPER.SAL", "ADM"):
        with pytest.raises(Forbidden):
            disclosures.review(vault.app, vault.small.people[label], number, REASON)
    with pytest.raises(Invalid, match="al menos 20"):
        disclosures.review(vault.app, vault.small.people["AUD"], number, "Bien")
    vault.small.clock.pass_(hours=72)
    at_once(lambda: lapses.lapse(vault.app))
    lapses.lapse(vault.app)
    with vault.app.read() as session:
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == lapses.OVERDUE)
        ).all()
    assert len(told) == len(set(told)) == 7
    disclosures.review(vault.app, vault.small.people["AUD"], number, REASON)
    assert "después de las 72 horas" in vault.said("disclosure.reviewed")
    with pytest.raises(Conflict):
        disclosures.review(vault.app, vault.small.people["COOR"], number, REASON)
    assert lapses.lapse(vault.app) == 0


@SQLITE
def test_whoever_broke_the_glass_is_not_the_one_who_reviews_it(vault: Vault) -> None:
    both = replace(vault.actor("DIRV"), grants=(("DIRV", None), ("COOR", None)))
    number = disclosures.break_glass(vault.app, both, vault.account, FIELDS, REASON).id
    with pytest.raises(Forbidden, match="Nadie revisa"):
        disclosures.review(vault.app, both, number, REASON)


@SQLITE
@pytest.mark.parametrize("label", ["ADM", "AUD", "SYSTEM"])
def test_whoever_administers_or_audits_sees_nothing_by_any_way(vault: Vault, label: str) -> None:
    plain = SYSTEM if label == "SYSTEM" else vault.actor(label)
    directora = vault.small.directora
    waiting, allowed, own = vault.ask(directora), vault.allowed(directora), vault.allowed(directora)
    vault.force(own, asked_by=plain.person_id)
    app, account = vault.app, vault.account
    ways: list[Callable[[Actor], object]] = [
        vault.ask,
        lambda actor: disclosures.decide(app, actor, waiting, allow=True),
        lambda actor: disclosures.open_once(app, actor, allowed),
        lambda actor: disclosures.open_once(app, actor, own),
        lambda actor: disclosures.read_own(app, actor, account, FIELDS, REASON),
        lambda actor: disclosures.break_glass(app, actor, account, FIELDS, REASON),
    ]
    saltillo = vault.small.planteles["SAL"]
    for also in ((), ("DIRV", None), ("COOR", None), ("DIRP", saltillo), ("OPER", saltillo)):
        actor = replace(plain, grants=(*plain.grants, also) if also else plain.grants)
        for way in ways:
            with pytest.raises(Forbidden):
                way(actor)
    assert vault.row(waiting).state == "pending"
    assert not vault.entries("vault.secret.reveal")


@SQLITE
def test_a_denial_says_why_and_a_request_may_be_taken_back(vault: Vault) -> None:
    directora, coor = vault.small.directora, vault.small.coordinador
    number = vault.ask(directora)
    with pytest.raises(Invalid, match="por qué lo niega"):
        disclosures.decide(vault.app, coor, number, allow=False, reason="No")
    disclosures.decide(vault.app, coor, number, allow=False, reason=REASON)
    assert vault.row(number).state == "denied"
    assert REASON in vault.said("disclosure.denied")
    with pytest.raises(Conflict, match="negado"):
        disclosures.decide(vault.app, coor, number, allow=True)
    other = vault.allowed(directora)
    with pytest.raises(Forbidden, match="quien lo pidió"):
        disclosures.withdraw(vault.app, coor, other)
    disclosures.withdraw(vault.app, directora, other)
    assert vault.row(other).state == "withdrawn"
    with pytest.raises(Conflict):
        disclosures.withdraw(vault.app, directora, other)
    assert vault.entries("disclosure.deny", "disclosure.withdraw")


@SQLITE
def test_time_ends_what_nobody_used_and_whoever_asked_hears(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    waiting, allowed = vault.ask(directora), vault.allowed(directora)
    vault.small.clock.pass_(minutes=15)
    people.prove(vault.app, directora, code_of(vault.app, directora))
    with pytest.raises(Conflict, match="vencido"):
        disclosures.open_once(vault.app, directora, allowed)
    assert lapses.lapse(vault.app) == 1
    assert "no se usó a tiempo" in vault.said("disclosure.expired")
    assert vault.heard("disclosure.expired") == {"DIRV"}
    vault.small.clock.pass_(hours=72)
    with pytest.raises(Conflict, match="vencido"):
        disclosures.decide(vault.app, vault.small.coordinador, waiting, allow=True)
    assert lapses.lapse(vault.app) == 1
    assert len(vault.entries("disclosure.expire")) == 2
    assert lapses.lapse(vault.app) == 0


@SQLITE
def test_what_is_filled_in_wrongly_says_where(vault: Vault) -> None:
    directora = vault.small.directora
    with pytest.raises(Invalid, match="al menos 20") as caught:
        vault.ask(directora, reason="Porque sí")
    assert caught.value.field == "reason"
    with pytest.raises(Invalid, match="de la lista"):
        vault.ask(directora, reason_code="emergencia")
    with pytest.raises(Invalid, match="no se muestran a nadie"):
        disclosures.ask(
            vault.app,
            directora,
            vault.account,
            ["access_token"],
            reason_code="plataforma",
            reason=REASON,
        )
    with pytest.raises(NotFound):
        disclosures.decide(vault.app, vault.small.coordinador, 999, allow=True)
    with pytest.raises(NotFound):
        disclosures.read_own(vault.app, directora, 999, FIELDS, REASON)
    with vault.app.read() as session:
        assert session.scalars(select(Disclosure)).all() == []


@SQLITE
def test_no_value_is_left_anywhere_in_the_database(vault: Vault) -> None:
    directora = vault.actor("DIRV")
    disclosures.open_once(vault.app, directora, vault.allowed(directora))
    disclosures.break_glass(vault.app, directora, vault.account, FIELDS, REASON)
    with db.read(vault.app.engine) as session:
        for table in SQLModel.metadata.sorted_tables:
            rows = session.execute(table.select()).all()
            assert PASSWORD not in repr(rows), table.name
    assert disclosure.OPENINGS == 5
