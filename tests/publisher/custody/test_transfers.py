from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import notices, people
from publisher.app import Actor
from publisher.custody import actas, changes, terms, transfers
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Designation, WebSession
from tests.publisher.documents.test_comprobante import shown
from tests.support.factors import seated
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry
from vault.custody_tables import CustodyTerm, CustodyTransfer, RotationDuty
from vault.secret import Secret

WITNESS = "Lic. José Ángel Muñoz Treviño"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules that no database decides; what one does is asked of both."""


@dataclass
class Handover:
    """Two accounts of Saltillo, their operator, the next one, and the director."""

    small: SmallHouse
    old: Actor
    new: Actor
    director: Actor
    accounts: tuple[int, ...]

    def open(self, **changed: object) -> int:
        given = {"cause": "Cambio de adscripción", "witness": WITNESS} | changed
        return transfers.open_transfer(
            self.small.app,
            self.director,
            self.small.planteles["SAL"],
            self.new.person_id,
            self.accounts,
            **given,  # type: ignore[arg-type]
        )

    def rotate(self, actor: Actor, *, word: str = "nueva", accounts: tuple[int, ...] = ()) -> None:
        for account_id in accounts or self.accounts:
            changes.record(
                self.small.app,
                actor,
                account_id,
                {"login_password": Secret(f"{word}-de-la-cuenta-{account_id}")},
                cause="staff",
                reason="Entrega de la custodia",
            )

    def row(self, transfer_id: int) -> CustodyTransfer:
        with self.small.app.read() as session:
            return session.get_one(CustodyTransfer, transfer_id)

    def terms(self) -> list[tuple[int, object]]:
        with self.small.app.read() as session:
            rows = session.scalars(
                select(CustodyTerm)
                .where(col(CustodyTerm.account_id) == self.accounts[0])
                .order_by(col(CustodyTerm.id))
            ).all()
            return [(row.custodian_id, row.until) for row in rows]

    def leave(self, actor: Actor) -> None:
        app = self.small.app
        with app.read() as session:
            held = session.scalars(
                select(col(Designation.id)).where(col(Designation.person_id) == actor.person_id)
            ).one()
        people.end_designation(app, self.director, held or 0, reason="Renuncia")

    def open_duties(self, cause: str) -> int:
        with self.small.app.read() as session:
            found = session.scalars(
                select(RotationDuty).where(
                    col(RotationDuty.cause) == cause, col(RotationDuty.fulfilled_at).is_(None)
                )
            ).all()
            return len(found)

    def heard(self, actor: Actor) -> list[str]:
        return [row.subject for row in notices.list_for(self.small.app, actor)]


@pytest.fixture
def case(small: SmallHouse) -> Handover:
    director = small.people["DIRP.SAL"]
    new_id = small.person("Ana Núñez Peña")
    people.designate(small.app, director, new_id, "OPER", plantel_id=small.planteles["SAL"])
    accounts = small.account_ids("facebook", "x", code="SAL")
    made = Handover(
        small=small,
        old=small.operador("SAL"),
        new=people.actor_for(small.app, new_id),
        director=director,
        accounts=accounts,
    )
    made.rotate(made.old, word="vieja")
    for account_id in accounts:
        terms.assign(small.app, director, account_id, made.old.person_id, reason="Titular")
    small.clock.pass_(hours=1)
    return made


def test_custody_passes_from_one_to_the_other_with_a_new_password_between(case: Handover) -> None:
    app = case.small.app
    transfer_id = case.open()
    transfers.deliver(app, case.old, transfer_id)
    assert case.open_duties("transfer") == 2
    case.small.clock.pass_(hours=1)
    case.rotate(case.new)
    assert case.open_duties("transfer") == 0
    transfers.receive(app, case.new, transfer_id)
    case.small.clock.pass_(minutes=5)
    transfers.complete(app, case.director, transfer_id)

    row = case.row(transfer_id)
    assert row.folio == f"ACT-2026-{transfer_id:06d}"
    assert row.from_id == case.old.person_id
    assert row.completed_at == app.clock()
    for one in row.accounts:
        assert len(one["before"]) == len(one["after"]) == 6
        assert one["before"] != one["after"]
        assert one["change_id"]
    assert case.terms() == [
        (case.old.person_id, app.clock()),
        (case.new.person_id, None),
    ]
    with app.read() as session:
        holder = terms.custodian_of(session, case.accounts[0], now=app.clock())
    assert holder == case.new.person_id
    with app.read() as session:
        details = session.scalars(
            select(col(AuditEntry.detail))
            .where(col(AuditEntry.action) == "custody.assign")
            .order_by(col(AuditEntry.id).desc())
        ).all()
    assert json.loads(details[0]) == {
        "before": case.old.person_id,
        "now": case.new.person_id,
        "transfer": transfer_id,
    }


@SQLITE
def test_every_step_leaves_its_entry_and_is_told_to_all_four(case: Handover) -> None:
    app = case.small.app
    transfer_id = case.open()
    transfers.deliver(app, case.old, transfer_id)
    case.small.clock.pass_(hours=1)
    case.rotate(case.new)
    transfers.receive(app, case.new, transfer_id)
    transfers.complete(app, case.director, transfer_id)

    with app.read() as session:
        actions = session.scalars(
            select(col(AuditEntry.action))
            .where(
                col(AuditEntry.object_type) == "transfer",
                col(AuditEntry.object_id) == str(transfer_id),
            )
            .order_by(col(AuditEntry.id))
        ).all()
    assert list(actions) == [
        f"custody.transfer.{step}" for step in ("open", "deliver", "receive", "complete")
    ]
    for actor in (case.old, case.new, case.director, case.small.coordinador):
        told = [one for one in case.heard(actor) if "acta ACT-2026" in one]
        assert len(told) == 4


@SQLITE
def test_nobody_signs_for_another_nor_on_both_sides(case: Handover) -> None:
    app = case.small.app
    transfer_id = case.open()
    for actor in (case.director, case.small.directora):
        with pytest.raises(Forbidden, match="Firma la entrega quien custodia"):
            transfers.deliver(app, actor, transfer_id)
    with pytest.raises(Forbidden):
        transfers.deliver(app, case.new, transfer_id)
    transfers.deliver(app, case.old, transfer_id)
    case.small.clock.pass_(hours=1)
    case.rotate(case.new)
    for actor in (case.director, case.old):
        with pytest.raises(Forbidden, match="Firma de recibido Ana Núñez Peña"):
            transfers.receive(app, actor, transfer_id)
    transfers.receive(app, case.new, transfer_id)
    for label in ("OPER.SAL", "COOR", "AUD", "ADM", "DIRP.TOR"):
        with pytest.raises(Forbidden):
            transfers.complete(app, case.small.people[label], transfer_id)


@SQLITE
def test_the_old_password_or_one_that_the_giver_set_is_not_received(case: Handover) -> None:
    app = case.small.app
    transfer_id = case.open()
    transfers.deliver(app, case.old, transfer_id)
    case.small.clock.pass_(hours=1)
    with pytest.raises(Conflict, match=r"Falta cambiar la contraseña de .* y "):
        transfers.receive(app, case.new, transfer_id)
    for account_id in case.accounts:
        changes.record(
            app,
            case.new,
            account_id,
            {"login_user": Secret("otro.usuario")},
            cause="staff",
            reason="Solo el usuario",
        )
    with pytest.raises(Conflict, match="Falta cambiar la contraseña"):
        transfers.receive(app, case.new, transfer_id)
    case.rotate(case.old, word="de-quien-entrega")
    with pytest.raises(Conflict, match="una persona distinta de quien entrega"):
        transfers.receive(app, case.new, transfer_id)
    case.rotate(case.new, accounts=case.accounts[:1])
    with pytest.raises(Conflict, match="Falta cambiar la contraseña de"):
        transfers.receive(app, case.new, transfer_id)
    case.rotate(case.new, accounts=case.accounts[1:])
    transfers.receive(app, case.new, transfer_id)
    case.rotate(case.old, word="otra-vez", accounts=case.accounts[:1])
    with pytest.raises(Conflict, match="Falta cambiar"):
        transfers.complete(app, case.director, transfer_id)


@SQLITE
def test_steps_come_in_their_order_and_once(case: Handover) -> None:
    app = case.small.app
    transfer_id = case.open()
    with pytest.raises(Conflict, match="falta que firme quien entrega"):
        transfers.receive(app, case.new, transfer_id)
    with pytest.raises(Conflict, match="falta que firme quien entrega"):
        transfers.complete(app, case.director, transfer_id)
    transfers.deliver(app, case.old, transfer_id)
    with pytest.raises(Conflict, match="falta que firme quien recibe"):
        transfers.deliver(app, case.old, transfer_id)
    with pytest.raises(NotFound):
        transfers.deliver(app, case.old, 999)


@SQLITE
def test_who_left_without_a_word_is_stood_in_for_by_the_director(case: Handover) -> None:
    app = case.small.app
    case.leave(case.old)
    transfer_id = case.open()
    assert case.row(transfer_id).from_id == case.old.person_id

    with pytest.raises(Forbidden):
        transfers.deliver(app, case.new, transfer_id)
    transfers.deliver(app, case.director, transfer_id)

    text = shown(actas.acta(app, case.director, transfer_id))
    assert f"en ausencia de {case.old.name}" in " ".join(text.split("\n"))
    assert "no firma esta acta" in text


@SQLITE
def test_a_director_who_receives_signs_neither_the_delivery_nor_the_end(case: Handover) -> None:
    app = case.small.app
    case.leave(case.new)
    case.leave(case.old)
    transfer_id = transfers.open_transfer(
        app,
        case.director,
        case.small.planteles["SAL"],
        case.director.person_id,
        case.accounts,
        cause="Renuncia",
        witness=WITNESS,
    )
    with pytest.raises(Forbidden, match="Quien recibe no puede firmar también"):
        transfers.deliver(app, case.director, transfer_id)
    transfers.deliver(app, case.small.directora, transfer_id)
    case.rotate(case.director)
    transfers.receive(app, case.director, transfer_id)
    with pytest.raises(Forbidden, match="Quien recibe no cierra"):
        transfers.complete(app, case.director, transfer_id)
    transfers.complete(app, case.small.directora, transfer_id)


@SQLITE
def test_the_old_custodian_s_sessions_end_before_the_new_term_begins(case: Handover) -> None:
    app = case.small.app
    seated(app, case.old)
    transfer_id = case.open()
    transfers.deliver(app, case.old, transfer_id)
    case.small.clock.pass_(minutes=1)
    case.rotate(case.new)
    transfers.receive(app, case.new, transfer_id)
    transfers.complete(app, case.director, transfer_id)

    with app.read() as session:
        ended = session.scalars(
            select(col(WebSession.revoked_at)).where(
                col(WebSession.person_id) == case.old.person_id
            )
        ).all()
    assert ended == [app.clock()]


@SQLITE
def test_what_cannot_be_an_acta_is_refused_with_the_field_to_correct(case: Handover) -> None:
    app, sal = case.small.app, case.small.planteles["SAL"]

    def refused(field: str, **given: object) -> str:
        plain: dict[str, object] = {
            "to_id": case.new.person_id,
            "account_ids": case.accounts,
            "cause": "Cambio",
            "witness": WITNESS,
        } | given
        to_id, ids = plain.pop("to_id"), plain.pop("account_ids")
        with pytest.raises(Invalid) as refusal:
            transfers.open_transfer(app, case.director, sal, to_id, ids, **plain)  # type: ignore[arg-type]
        assert refusal.value.field == field
        return str(refusal.value)

    other = case.small.account_ids(code="TOR")
    refused("account_ids", account_ids=())
    refused("account_ids", account_ids=(case.accounts[0],) * 2)
    refused("account_ids", account_ids=other)
    refused("account_ids", to_id=case.old.person_id)
    refused("to_id", to_id=case.small.people["OPER.TOR"].person_id)
    refused("cause", cause="  ")
    refused("witness", witness="")
    refused("witness", witness=" ana  núñez PEÑA ")


def test_an_account_is_handed_over_once_at_a_time_and_again_after_a_cancellation(
    case: Handover,
) -> None:
    app = case.small.app
    first = case.open()
    with pytest.raises(Conflict, match="Ya hay una entrega en curso"):
        case.open()
    with pytest.raises(Invalid):
        transfers.cancel(app, case.director, first, reason=" ")
    transfers.cancel(app, case.director, first, reason="Se nombró a otra persona")
    assert case.open_duties("transfer") == 0
    with pytest.raises(Conflict, match="se canceló"):
        transfers.deliver(app, case.old, first)

    second = case.open()
    transfers.deliver(app, case.old, second)
    transfers.cancel(app, case.director, second, reason="Se nombró a otra persona")
    assert case.open_duties("transfer") == 2
    assert "se canceló" in shown(actas.acta(app, case.director, second))


@SQLITE
def test_only_the_director_and_the_directora_open_one(case: Handover) -> None:
    sal = case.small.planteles["SAL"]
    for label in ("OPER.SAL", "DIRP.TOR", "COOR", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            transfers.open_transfer(
                case.small.app,
                case.small.people[label],
                sal,
                case.new.person_id,
                case.accounts,
                cause="Cambio",
                witness=WITNESS,
            )
    assert transfers.open_transfer(
        case.small.app,
        case.small.directora,
        sal,
        case.new.person_id,
        case.accounts,
        cause="Cambio",
        witness=WITNESS,
    )


def test_the_acta_shows_fingerprints_and_the_link_of_its_last_step_and_no_password(
    case: Handover,
) -> None:
    app = case.small.app
    transfer_id = case.open()
    transfers.deliver(app, case.old, transfer_id)
    case.small.clock.pass_(hours=1)
    case.rotate(case.new)
    transfers.receive(app, case.new, transfer_id)
    transfers.complete(app, case.director, transfer_id)

    pdf = actas.acta(app, case.small.people["AUD"], transfer_id)

    text = shown(pdf)
    row = case.row(transfer_id)
    for one in row.accounts:
        assert one["before"] in text
        assert one["after"] in text
    assert row.folio in text
    assert WITNESS in text
    assert "no está cerrada" not in text
    assert "cuenta-" not in text
    assert shown(actas.acta(app, case.director, transfer_id)) == text
    for label in ("ADM", "OPER.TOR"):
        with pytest.raises(Forbidden):
            actas.acta(app, case.small.people[label], transfer_id)


def test_of_two_openings_at_once_one_is_told_of_the_other(case: Handover) -> None:
    ready = Barrier(2)

    def attempt(_: int) -> str:
        ready.wait()
        try:
            return str(case.open())
        except Conflict as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, range(2)))

    assert answers[0].isdecimal()
    assert answers[1].startswith("Ya hay una entrega en curso")
