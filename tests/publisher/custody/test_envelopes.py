from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import notices, people, sealing
from publisher.app import Actor
from publisher.custody import changes, duties, envelopes, terms, upkeep
from publisher.documents import sobre
from publisher.errors import Conflict, Forbidden, Invalid, NotFound, Unready
from publisher.models import Notice
from publisher.people import FactorMissing, FactorNeeded
from tests.publisher.documents.test_comprobante import shown
from tests.publisher.documents.test_paper import boxed, pages
from tests.support.factors import proven, seated
from tests.support.house import SmallHouse
from vault import audit, custody
from vault.audit_tables import AuditEntry
from vault.custody_tables import (
    CredentialChange,
    CustodyEnvelope,
    Disclosure,
    RotationDuty,
)
from vault.secret import Secret

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules that no database decides; what one does is asked of both."""
PASSWORD = "Ñandú-7Il1O0"
BOTH = ("login_user", "login_password")
REASON = "Resguardo físico después del cambio de contraseña"
SEALING: dict[str, Any] = {
    "seal_number": "A-0042",
    "place": "Caja fuerte de la dirección",
    "sealed_on": date(2026, 11, 23),
}


@dataclass
class Office:
    """One account of Saltillo with its custodian, who proved a second factor just now."""

    small: SmallHouse
    custodian: Actor
    director: Actor
    account: int
    change: int

    def print(self, **changed: Any) -> bytes:
        given: dict[str, Any] = {"fields": BOTH, "reason": REASON} | changed
        return envelopes.print_sheet(self.small.app, self.custodian, self.account, **given)

    def printed(self) -> int:
        self.print()
        return self.envelope().id or 0

    def sealed(self) -> int:
        envelope_id = self.printed()
        self.seal(envelope_id)
        return envelope_id

    def seal(self, envelope_id: int, actor: Actor | None = None, **changed: Any) -> None:
        given = SEALING | {"responsible_id": self.director.person_id} | changed
        envelopes.seal_envelope(self.small.app, actor or self.custodian, envelope_id, **given)

    def envelope(self) -> CustodyEnvelope:
        with self.small.app.read() as session:
            return session.scalars(
                select(CustodyEnvelope).order_by(col(CustodyEnvelope.id).desc())
            ).first() or pytest.fail("no envelope")

    def rows(self, table: type[Any]) -> list[Any]:
        with self.small.app.read() as session:
            return list(session.scalars(select(table)).all())

    def stage(self) -> str:
        with self.small.app.read() as session:
            change = session.get_one(CredentialChange, self.change)
            return custody.stage(change)

    def tied(self) -> int | None:
        with self.small.app.read() as session:
            return session.get_one(CredentialChange, self.change).envelope_id

    def rotate(self, word: str = "otra-contraseña-9") -> None:
        changes.record(
            self.small.app,
            self.custodian,
            self.account,
            {"login_password": Secret(word)},
            cause="rotation",
            reason="Cambio de rutina",
        )


@pytest.fixture
def drawn() -> bool:
    """Whether sheets are drawn: most tests do not look at them."""
    return False


@pytest.fixture
def office(small: SmallHouse, drawn: bool, monkeypatch: pytest.MonkeyPatch) -> Office:
    if not drawn:
        monkeypatch.setattr(sobre, "render", lambda sheet: repr(sheet).encode())
    custodian = proven(small.app, small.operador("SAL"))
    account = small.accounts["SAL", "facebook"]
    change = changes.record(
        small.app,
        custodian,
        account,
        {"login_user": Secret("redes.acuña@cecyte.mx"), "login_password": Secret(PASSWORD)},
        cause="rotation",
        reason="Primer registro",
    )
    small.clock.pass_(minutes=1)
    return Office(
        small=small,
        custodian=custodian,
        director=small.people["DIRP.SAL"],
        account=account,
        change=change,
    )


@pytest.mark.parametrize("drawn", [True])
def test_the_sheet_has_the_values_inside_and_none_outside_and_a_row_of_its_own(
    office: Office,
) -> None:
    outside, inside = pages(office.print())

    assert PASSWORD[-5:] in re.sub(r"\s", "", boxed(inside)) or "Il" in boxed(inside)
    assert boxed(outside) == ""
    row = office.envelope()
    assert row.folio == f"SOB-2026-{row.id:06d}"
    assert row.contents == {"login_user": 1, "login_password": 1}
    assert row.folio in outside
    assert office.custodian.name in outside
    (opening,) = office.rows(Disclosure)
    assert (opening.kind, opening.state, opening.asked_by) == (
        "print",
        "shown",
        office.custodian.person_id,
    )
    assert office.rows(RotationDuty) == []


@SQLITE
def test_printing_is_in_the_chain_before_the_sheet_exists(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.print()
    entries = [one for one in office.rows(AuditEntry) if one.action == "envelope.print"]
    reveals = [one for one in office.rows(AuditEntry) if one.action == "vault.secret.reveal"]
    assert len(entries) == 1
    assert len(reveals) == 2
    assert len(entries[0].after_digest) == 64
    with office.small.app.read() as session:
        assert audit.all_linked(session, [one.id for one in (*entries, *reveals)])

    monkeypatch.setattr(sealing, "seal", lambda *_, **__: 0)
    with pytest.raises(Unready):
        office.print()


@SQLITE
def test_everybody_who_answers_for_the_account_hears_of_a_printing_and_of_no_value(
    office: Office,
) -> None:
    office.print()

    for label in ("OPER.SAL", "DIRP.SAL", "COOR", "AUD"):
        told = notices.list_for(office.small.app, office.small.people[label])
        assert any("Se imprimió el sobre de" in one.subject for one in told), label
    everything = json.dumps(
        [[one.subject, one.body] for one in office.rows(Notice)]
        + [[one.detail, one.reason] for one in office.rows(AuditEntry)]
        + [[one.folio, one.contents] for one in office.rows(CustodyEnvelope)],
        ensure_ascii=False,
    )
    assert PASSWORD not in everything


@SQLITE
def test_nothing_is_printed_without_a_fresh_second_factor(office: Office) -> None:
    app = office.small.app
    with pytest.raises(FactorMissing):
        envelopes.print_sheet(
            app, seated(app, office.director), office.account, fields=BOTH, reason=REASON
        )
    office.small.clock.pass_(minutes=6)
    with pytest.raises(FactorNeeded):
        office.print()
    assert office.rows(CustodyEnvelope) == []
    assert office.rows(Disclosure) == []


@SQLITE
def test_only_the_custodian_and_the_director_of_the_plantel_print(office: Office) -> None:
    app, small = office.small.app, office.small
    other_id = small.person("Otra operadora")
    people.designate(app, office.director, other_id, "OPER", plantel_id=small.planteles["SAL"])
    strangers = [people.actor_for(app, other_id)]
    strangers += [
        small.people[one] for one in ("OPER.TOR", "DIRP.TOR", "DIRV", "COOR", "AUD", "ADM")
    ]
    for actor in strangers:
        with pytest.raises(Forbidden):
            envelopes.print_sheet(
                app, proven(app, actor), office.account, fields=BOTH, reason=REASON
            )
    terms.assign(app, office.director, office.account, other_id, reason="Nueva titular")
    with pytest.raises(Forbidden, match="Solo quien custodia"):
        office.print()
    assert office.rows(CustodyEnvelope) == []
    assert envelopes.print_sheet(
        app, proven(app, office.director), office.account, fields=BOTH, reason=REASON
    )


@SQLITE
def test_a_sixth_sheet_in_a_day_is_refused(office: Office) -> None:
    for _ in range(5):
        office.print()
    with pytest.raises(Conflict, match="5 veces en 24 horas"):
        office.print()


@SQLITE
def test_a_sheet_that_cannot_be_is_refused_with_the_field_to_correct(office: Office) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"fields": ()}, "fields"),
        ({"fields": ("access_token",)}, "fields"),
        ({"fields": ("login_recovery_codes",)}, "fields"),
        ({"reason": "corto"}, "reason"),
        ({"next_rotation": date(2026, 11, 23)}, "next_rotation"),
    )
    for changed, field in wrong:
        with pytest.raises(Invalid) as refusal:
            office.print(**changed)
        assert refusal.value.field == field
    assert office.rows(CustodyEnvelope) == []


@pytest.mark.parametrize("drawn", [True])
@SQLITE
def test_the_next_change_is_printed_the_soonest_that_something_asks_for(office: Office) -> None:
    assert "A más tardar el 22 may 2027" in shown(office.print())
    assert "A más tardar el 15 ene 2027" in shown(office.print(next_rotation=date(2027, 1, 15)))
    app = office.small.app
    with app.write() as session:
        duties.oblige(
            session,
            app,
            office.account,
            "designation",
            1,
            now=app.clock(),
            within=timedelta(hours=24),
        )
    assert "A más tardar el 24 nov 2026" in shown(office.print())


def test_sealing_confirms_the_physical_custody_of_the_change(office: Office) -> None:
    app = office.small.app
    changes.mark_verified(app, office.custodian, office.change)
    changes.confirm_as_director(app, office.director, office.change)
    changes.acknowledge(app, office.small.coordinador, office.change)
    assert office.stage() == "vinculacion_enterada"

    envelope_id = office.sealed()

    assert office.stage() == "vigente"
    row = office.envelope()
    assert (row.seal_number, row.place) == ("A-0042", "Caja fuerte de la dirección")
    assert row.responsible_id == office.director.person_id
    assert row.sealed_at == app.clock()
    with pytest.raises(Conflict, match="está sellado"):
        office.seal(envelope_id, seal_number="B-1")


@SQLITE
def test_a_sealing_that_cannot_be_is_refused_with_the_field_to_correct(office: Office) -> None:
    envelope_id = office.printed()
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"seal_number": " "}, "seal_number"),
        ({"seal_number": "9" * 121}, "seal_number"),
        ({"place": ""}, "place"),
        ({"responsible_id": 9999}, "responsible_id"),
        ({"sealed_on": date(2026, 11, 24)}, "sealed_on"),
        ({"sealed_on": date(2026, 11, 22)}, "sealed_on"),
    )
    for changed, field in wrong:
        with pytest.raises(Invalid) as refusal:
            office.seal(envelope_id, **changed)
        assert refusal.value.field == field
    assert office.envelope().sealed_at is None


@SQLITE
def test_a_seal_serves_once_and_a_stale_sheet_is_not_sealed(office: Office) -> None:
    office.sealed()
    second = office.printed()
    with pytest.raises(Invalid, match="ya se usó en otro sobre"):
        office.seal(second)
    office.rotate()
    with pytest.raises(Conflict, match="contraseña cambió después de imprimirla"):
        office.seal(second, seal_number="A-0043")


@SQLITE
def test_a_day_before_today_is_kept_as_that_day_of_the_plantel(office: Office) -> None:
    envelope_id = office.printed()
    office.small.clock.pass_(days=2)

    office.seal(envelope_id, actor=office.director)

    kept = office.envelope().sealed_at
    assert kept is not None
    assert kept.isoformat() == "2026-11-24T05:59:59+00:00"


def test_an_opened_envelope_obliges_to_change_what_it_held(office: Office) -> None:
    app = office.small.app
    envelope_id = office.sealed()
    with pytest.raises(Invalid) as refusal:
        envelopes.open_envelope(
            app, office.director, envelope_id, reason="corto", witness="José Muñoz"
        )
    assert refusal.value.field == "reason"
    for witness in ("", f" {office.director.name.upper()} "):
        with pytest.raises(Invalid) as refusal:
            envelopes.open_envelope(
                app, office.director, envelope_id, reason=REASON, witness=witness
            )
        assert refusal.value.field == "witness"

    envelopes.open_envelope(app, office.director, envelope_id, reason=REASON, witness="José Muñoz")

    (duty,) = office.rows(RotationDuty)
    assert (duty.cause, duty.cause_id) == ("envelope", envelope_id)
    assert duty.due_at - duty.opened_at == timedelta(hours=24)
    assert office.stage() == "registrada"
    row = office.envelope()
    assert (row.opened_by, row.witness) == (office.director.person_id, "José Muñoz")
    with pytest.raises(Conflict, match="ya se abrió"):
        envelopes.open_envelope(
            app, office.director, envelope_id, reason=REASON, witness="José Muñoz"
        )
    told = notices.list_for(app, office.small.people["AUD"])
    assert any("Se abrió el sobre" in one.subject for one in told)

    office.rotate()
    (duty,) = office.rows(RotationDuty)
    assert duty.fulfilled_at is not None


@SQLITE
def test_an_old_envelope_obliges_to_nothing(office: Office) -> None:
    envelope_id = office.sealed()
    office.rotate()

    envelopes.open_envelope(
        office.small.app, office.small.directora, envelope_id, reason=REASON, witness="José Muñoz"
    )

    assert office.rows(RotationDuty) == []


@SQLITE
def test_only_the_plantel_and_the_directora_open_one_and_nobody_an_unsealed_one(
    office: Office,
) -> None:
    envelope_id = office.printed()
    app = office.small.app
    for label in ("COOR", "AUD", "ADM", "OPER.TOR", "DIRP.TOR"):
        with pytest.raises(Forbidden):
            envelopes.open_envelope(
                app, office.small.people[label], envelope_id, reason=REASON, witness="José Muñoz"
            )
    with pytest.raises(Conflict, match="sin sellar"):
        envelopes.open_envelope(
            app, office.director, envelope_id, reason=REASON, witness="José Muñoz"
        )
    with pytest.raises(NotFound):
        envelopes.open_envelope(app, office.director, 9999, reason=REASON, witness="José Muñoz")


@SQLITE
def test_a_destroyed_sheet_is_voided_and_a_lost_one_obliges(office: Office) -> None:
    app = office.small.app
    first = office.printed()
    with pytest.raises(Invalid):
        envelopes.void(app, office.custodian, first, reason=" ")
    envelopes.void(app, office.custodian, first, reason="Se imprimió mal")
    assert office.rows(RotationDuty) == []
    with pytest.raises(Conflict, match="está anulado"):
        office.seal(first)

    second = office.sealed()
    assert office.tied() == second
    envelopes.void(app, office.director, second, reason="No está en la caja", lost=True)

    (duty,) = office.rows(RotationDuty)
    assert (duty.cause, duty.cause_id) == ("envelope", second)
    assert office.tied() is None
    told = notices.list_for(app, office.small.coordinador)
    assert any("URGENTE: se perdió el sobre" in one.subject for one in told)


def test_a_sheet_that_lies_about_unsealed_is_told_of_daily(office: Office) -> None:
    app = office.small.app
    envelope_id = office.printed()

    def told() -> int:
        rows = notices.list_for(app, office.director)
        return sum("Falta sellar el sobre" in one.subject for one in rows)

    office.small.clock.pass_(hours=23)
    upkeep.keep(app)
    assert told() == 0
    for day in (1, 2):
        office.small.clock.pass_(hours=24)
        upkeep.keep(app)
        upkeep.keep(app)
        assert told() == day
    envelopes.void(app, office.director, envelope_id, reason="Destruida")
    office.small.clock.pass_(hours=24)
    upkeep.keep(app)
    assert told() == 2
