from __future__ import annotations

from datetime import timedelta

import pytest

from publisher import people
from publisher.app import SYSTEM
from publisher.errors import Forbidden, NotFound
from publisher.models import Account
from publisher.queries import custody, custody_sheet
from publisher.queries.custody import CURRENT, NOTHING_OWED, PRINTED, STALE, CustodyLine
from tests.support import keeping
from tests.support.house import SmallHouse
from vault.custody_tables import CONFIRMATION_PARTS, CustodyConfirmation, CustodyTerm


def line(small: SmallHouse, account_id: int, who: str = "DIRP.SAL") -> CustodyLine:
    rows = custody.lines(small.app, small.people[who])
    return next(row for row in rows if row.id == account_id)


def test_custody_is_seen_by_its_own_plantel_and_by_the_centre_and_never_by_the_administration(
    small: SmallHouse,
) -> None:
    seen = {
        who: len(custody.lines(small.app, small.people[who]))
        for who in small.people
        if who != "ADM"
    }
    assert {who for who, count in seen.items() if count == 9} == {
        "DIRV",
        "DIRV2",
        "COOR",
        "COOR2",
        "AUD",
    }
    assert set(seen.values()) == {9, 3}
    account_id = small.accounts["TOR", "x"]
    with pytest.raises(Forbidden):
        custody.lines(small.app, small.people["ADM"])
    with pytest.raises(Forbidden):
        custody_sheet.sheet(small.app, small.people["ADM"], account_id)
    with pytest.raises(NotFound):
        custody_sheet.sheet(small.app, small.people["DIRP.SAL"], account_id)


def test_what_presses_most_comes_first(small: SmallHouse) -> None:
    app, oper = small.app, small.operador()
    late, owed, pending = small.account_ids()
    keeping.no_changes(app)
    keeping.obliged(app, late, hours=-1)
    keeping.obliged(app, owed, hours=24)
    keeping.hold(app, pending)
    keeping.changed(app, oper, pending)
    rows = custody.lines(app, small.people["AUD"])
    assert [row.id for row in rows[:3]] == [late, owed, pending]
    assert [row.urgency(app.clock()) for row in rows[:4]] == [0, 1, 2, 3]
    keeping.incident(app, small.accounts["ACU", "x"], "La red pidió verificar la cuenta.")
    assert custody.lines(app, small.people["AUD"])[0].incident.startswith("La red")


def test_the_holder_is_who_was_assigned_else_the_operator_by_office(small: SmallHouse) -> None:
    app, director = small.app, small.people["DIRP.SAL"]
    (account_id,) = small.account_ids("x")
    found = line(small, account_id)
    assert (found.custodian, found.assigned) == ("Persona OPER.SAL", False)
    term = CustodyTerm(
        account_id=account_id,
        custodian_id=director.person_id,
        since=app.clock(),
        made_by=director.person_id,
    )
    keeping.add(app, term)
    found = line(small, account_id)
    assert (found.custodian, found.assigned) == ("Persona DIRP.SAL", True)
    people.disable_person(app, SYSTEM, director.person_id)
    assert line(small, account_id, "AUD").custodian == "Persona OPER.SAL"


def test_an_envelope_is_current_only_while_it_holds_everything_in_force(small: SmallHouse) -> None:
    app, oper = small.app, small.operador()
    (account_id,) = small.account_ids("x")
    keeping.hold(app, account_id)
    assert line(small, account_id).paper == ""
    keeping.envelope(app, oper, account_id)
    assert line(small, account_id).paper == PRINTED
    keeping.sealed(app, oper, account_id, folio="S-2")
    assert line(small, account_id).paper == CURRENT
    keeping.hold(app, account_id, {"login_password": 2})
    sheet = custody_sheet.sheet(app, oper, account_id)
    assert sheet.line.paper == PRINTED
    assert [(row.folio, row.state, row.current) for row in sheet.envelopes] == [
        ("S-2", "sealed", False),
        (f"S-{account_id}", "printed", False),
    ]


def test_an_opened_envelope_keeps_nothing(small: SmallHouse) -> None:
    app, oper = small.app, small.operador()
    (account_id,) = small.account_ids("x")
    keeping.hold(app, account_id)
    opened = {"opened_by": oper.person_id, "opened_at": app.clock()}
    keeping.sealed(app, oper, account_id, **opened)
    assert line(small, account_id).paper == ""
    keeping.sealed(app, oper, account_id, folio="S-9", contents={"login_user": 1})
    assert line(small, account_id).paper == STALE


def test_an_account_owes_nothing_once_all_confirmed_and_the_envelope_is_sealed(
    small: SmallHouse,
) -> None:
    app, oper = small.app, small.operador()
    (account_id,) = small.account_ids("x")
    keeping.no_changes(app)
    keeping.hold(app, account_id)
    folio = keeping.sealed(app, oper, account_id)
    signed = {"director_id": 1, "director_at": app.clock(), "vinculacion_id": 2}
    change_id = keeping.changed(
        app,
        oper,
        account_id,
        verified_at=app.clock(),
        vinculacion_at=app.clock(),
        envelope_id=folio,
        **signed,
    )
    assert line(small, account_id).missing == CONFIRMATION_PARTS
    for part in CONFIRMATION_PARTS:
        row = CustodyConfirmation(
            account_id=account_id,
            quarter="2026-T4",
            part=part,
            person_id=oper.person_id,
            at=app.clock(),
        )
        keeping.add(app, row)
    found = line(small, account_id)
    assert (found.stage, found.pending, found.missing) == ("vigente", False, ())
    assert found.urgency(app.clock()) == NOTHING_OWED
    sheet = custody_sheet.sheet(app, small.directora, account_id)
    assert set(sheet.confirmations) == set(CONFIRMATION_PARTS)
    assert sheet.confirmations["director"].name == oper.name
    assert [(row.id, row.stage, row.folio) for row in sheet.changes] == [
        (change_id, "vigente", f"S-{account_id}")
    ]
    small.clock.pass_(days=60)
    assert line(small, account_id).missing == CONFIRMATION_PARTS


def test_a_change_that_is_owed_keeps_the_last_one_from_being_in_force(small: SmallHouse) -> None:
    app, oper = small.app, small.operador()
    (account_id,) = small.account_ids("x")
    keeping.no_changes(app)
    keeping.hold(app, account_id)
    keeping.changed(app, oper, account_id)
    keeping.obliged(app, account_id)
    found = line(small, account_id)
    assert (found.stage, found.duties) == ("registrada", 1)
    assert found.due_at == app.clock() + timedelta(hours=24)


def test_the_sheet_says_what_a_person_may_do_here(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "x"]
    may = {}
    for who in ("OPER.SAL", "DIRP.SAL", "COOR", "DIRV", "AUD"):
        sheet = custody_sheet.sheet(small.app, small.people[who], account_id)
        may[who] = {
            name.removeprefix("may_")
            for name in custody_sheet.CustodySheet.__annotations__
            if name.startswith("may_") and getattr(sheet, name)
        }
    assert may == {
        "OPER.SAL": {"change", "keep", "read", "print", "close"},
        "DIRP.SAL": {"change", "keep", "direct", "transfer", "read", "print", "close"},
        "COOR": {"acknowledge", "close"},
        "DIRV": {"acknowledge", "transfer", "open", "close"},
        "AUD": set(),
    }
    term = CustodyTerm(
        account_id=account_id,
        custodian_id=small.people["DIRP.SAL"].person_id,
        since=small.app.clock(),
        made_by=small.people["DIRP.SAL"].person_id,
    )
    keeping.add(small.app, term)
    other = custody_sheet.sheet(small.app, small.operador(), account_id)
    assert (other.may_keep, other.may_read, other.may_print) == (True, False, False)


def test_an_account_that_ended_stays_in_the_list_while_somebody_knows_its_password(
    small: SmallHouse,
) -> None:
    account_id = small.accounts["ACU", "x"]
    with small.app.write() as session:
        for network in ("x", "facebook"):
            session.get_one(Account, small.accounts["ACU", network]).state = "closed"
    assert len(custody.lines(small.app, small.coordinador)) == 7
    keeping.obliged(small.app, account_id, hours=-1)
    found = custody.lines(small.app, small.coordinador)
    assert (found[0].id, found[0].ended, found[0].missing) == (account_id, True, ())
    assert len(found) == 8
    assert not any(row.ended for row in found[1:])
