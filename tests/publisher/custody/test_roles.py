"""Every verb of custody, called as every role on the own plantel and on another one.

The table below is the procedure's (§c), written by hand: it is not read from ``access.TABLE``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import pytest
from sqlalchemy import func, select

import publisher.custody
from publisher.app import SYSTEM, Actor, App
from publisher.custody import (
    actas,
    changes,
    confirmations,
    disclosures,
    duties,
    envelopes,
    incidents,
    terms,
    transfers,
)
from publisher.errors import Forbidden, PublisherError
from tests.support import keeping
from tests.support.custody import keep
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry
from vault.custody_tables import CustodyIncident, CustodyTransfer
from vault.secret import Secret

REASON: Final = "Un motivo bastante largo para quien lo lea después"
LABELS: Final = (
    "DIRV",
    "COOR",
    "AUD",
    "ADM",
    "DIRP.SAL",
    "OPER.SAL",
    "DIRP.TOR",
    "OPER.TOR",
    "SYSTEM",
)
PLANTEL: Final = frozenset({"DIRP.SAL", "OPER.SAL"})
CENTRE: Final = frozenset({"DIRV", "COOR"})


@dataclass
class Desk:
    """One account of Saltillo with a row of everything that a verb can be called on."""

    small: SmallHouse
    account: int
    change: int
    sealed: int
    printed: int
    duty: int
    incident: int
    request: int
    allowed: int
    broken: int
    opened: int
    delivered: int
    received: int

    @property
    def app(self) -> App:
        return self.small.app


Call = Callable[[Desk, Actor], object]
VERBS: Final[dict[str, tuple[frozenset[str], Call]]] = {
    "terms.assign": (
        frozenset({"DIRP.SAL"}),
        lambda d, a: terms.assign(d.app, a, d.account, 0, reason="m"),
    ),
    "changes.record": (
        PLANTEL,
        lambda d, a: changes.record(
            d.app,
            a,
            d.account,
            {"login_user": Secret("usuario.plantel")},
            cause="rotation",
            reason="m",
        ),
    ),
    "changes.mark_verified": (PLANTEL, lambda d, a: changes.mark_verified(d.app, a, d.change)),
    "changes.confirm_as_director": (
        frozenset({"DIRP.SAL"}),
        lambda d, a: changes.confirm_as_director(d.app, a, d.change),
    ),
    "changes.acknowledge": (CENTRE, lambda d, a: changes.acknowledge(d.app, a, d.change)),
    "duties.discharge": (CENTRE, lambda d, a: duties.discharge(d.app, a, d.duty, reason="m")),
    "incidents.close_incident": (
        CENTRE | PLANTEL,
        lambda d, a: incidents.close_incident(d.app, a, d.incident, resolution="m"),
    ),
    "confirmations.confirm": (
        frozenset({"OPER.SAL"}),
        lambda d, a: confirmations.confirm(d.app, a, [d.account], part="custodian"),
    ),
    "disclosures.ask": (
        frozenset({"DIRV"}),
        lambda d, a: disclosures.ask(d.app, a, d.account, (), reason_code="", reason=""),
    ),
    "disclosures.decide": (
        frozenset({"COOR", "DIRP.SAL"}),
        lambda d, a: disclosures.decide(d.app, a, d.request, allow=False, reason=""),
    ),
    "disclosures.withdraw": (
        frozenset({"DIRV"}),
        lambda d, a: disclosures.withdraw(d.app, a, d.opened),
    ),
    "disclosures.open_once": (
        frozenset({"DIRV"}),
        lambda d, a: disclosures.open_once(d.app, a, d.allowed),
    ),
    "disclosures.read_own": (
        PLANTEL,
        lambda d, a: disclosures.read_own(d.app, a, d.account, (), ""),
    ),
    "disclosures.break_glass": (
        frozenset({"DIRV"}),
        lambda d, a: disclosures.break_glass(d.app, a, d.account, (), ""),
    ),
    "disclosures.review": (
        frozenset({"COOR", "AUD"}),
        lambda d, a: disclosures.review(d.app, a, d.broken, ""),
    ),
    "envelopes.print_sheet": (
        PLANTEL,
        lambda d, a: envelopes.print_sheet(d.app, a, d.account, fields=(), reason=""),
    ),
    "envelopes.seal_envelope": (
        PLANTEL,
        lambda d, a: envelopes.seal_envelope(
            d.app,
            a,
            d.printed,
            seal_number="",
            place="",
            responsible_id=0,
            sealed_on=date(2026, 11, 23),
        ),
    ),
    "envelopes.open_envelope": (
        PLANTEL | {"DIRV"},
        lambda d, a: envelopes.open_envelope(d.app, a, d.sealed, reason="", witness=""),
    ),
    "envelopes.void": (PLANTEL, lambda d, a: envelopes.void(d.app, a, d.printed, reason="")),
    "transfers.open_transfer": (
        frozenset({"DIRV", "DIRP.SAL"}),
        lambda d, a: transfers.open_transfer(
            d.app, a, d.small.planteles["SAL"], 0, (), cause="", witness=""
        ),
    ),
    "transfers.deliver": (
        frozenset({"OPER.SAL"}),
        lambda d, a: transfers.deliver(d.app, a, d.delivered),
    ),
    "transfers.receive": (
        frozenset({"DIRP.SAL"}),
        lambda d, a: transfers.receive(d.app, a, d.delivered),
    ),
    "transfers.complete": (
        frozenset({"DIRV"}),
        lambda d, a: transfers.complete(d.app, a, d.delivered),
    ),
    "transfers.cancel": (
        frozenset({"DIRV", "DIRP.SAL"}),
        lambda d, a: transfers.cancel(d.app, a, d.delivered, reason=""),
    ),
    "actas.acta": (
        CENTRE | PLANTEL | {"AUD"},
        lambda d, a: actas.acta(d.app, a, d.received),
    ),
}
"""Verb → who gets past the question of who asks, and a call that changes nothing beyond it."""


@pytest.fixture
def desk(small: SmallHouse) -> Desk:
    app, operator = small.app, small.operador("SAL")
    account = small.accounts["SAL", "facebook"]
    directora, now = small.directora, small.app.clock()
    keep(app, account)
    transfer = {
        "plantel_id": small.planteles["SAL"],
        "from_id": operator.person_id,
        "to_id": small.people["DIRP.SAL"].person_id,
        "cause": "c",
        "witness": "w",
        "accounts": [{"account_id": account, "before": "", "after": "", "change_id": None}],
        "opened_by": directora.person_id,
        "opened_at": now,
        "delivered_at": now,
    }
    delivered = keeping.add(app, CustodyTransfer(folio="A-1", **transfer))
    received = transfers.open_transfer(
        app,
        directora,
        small.planteles["SAL"],
        small.people["DIRP.SAL"].person_id,
        (small.accounts["SAL", "x"],),
        cause="Licencia",
        witness="Testigo",
    )
    return Desk(
        small=small,
        account=account,
        change=keeping.changed(
            app,
            small.people["DIRP.TOR"],
            account,
            verified_at=now,
            director_at=now,
            vinculacion_at=now,
        ),
        sealed=keeping.sealed(app, operator, account, folio="S-1"),
        printed=keeping.envelope(app, operator, account, folio="S-2"),
        duty=keeping.obliged(app, account),
        incident=_closed(app, keeping.incident(app, account, "Señal")),
        request=keeping.asked(app, directora, account, state="pending"),
        allowed=keeping.asked(app, directora, account, state="denied"),
        broken=keeping.asked(
            app,
            directora,
            account,
            kind="break_glass",
            state="shown",
            break_glass=True,
            shown_at=now,
            review_due=now + timedelta(hours=72),
        ),
        opened=keeping.asked(app, directora, account, state="shown"),
        delivered=delivered,
        received=received,
    )


def _closed(app: App, incident_id: int) -> int:
    with app.write() as session:
        session.get_one(CustodyIncident, incident_id).closed_at = app.clock()
    return incident_id


def outcome(desk: Desk, call: Call, actor: Actor) -> str:
    before = entries(desk.app)
    try:
        call(desk, actor)
    except Forbidden:
        assert entries(desk.app) == before
        return "refused"
    except PublisherError:
        return "past"
    return "done"


def entries(app: App) -> int:
    with app.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_whom_the_procedure_names_gets_past_the_question_of_who_asks(desk: Desk) -> None:
    people = {**desk.small.people, "SYSTEM": SYSTEM}

    past = {
        verb: {label for label in LABELS if outcome(desk, call, people[label]) != "refused"}
        for verb, (_, call) in VERBS.items()
    }

    assert past == {verb: set(expected) for verb, (expected, _) in VERBS.items()}


def test_no_verb_of_custody_is_missing_from_the_table() -> None:
    found = set()
    for module in iter_modules(publisher.custody.__path__):
        loaded = import_module(f"publisher.custody.{module.name}")
        found |= {
            f"{module.name}.{name}"
            for name, verb in inspect.getmembers(loaded, inspect.isfunction)
            if verb.__module__ == loaded.__name__
            and not name.startswith("_")
            and list(inspect.signature(verb).parameters)[:2] == ["app", "actor"]
        }
    # what these modules share beneath the verbs takes the same two first
    shared = {"opening.given"}
    known = {name.replace("envelopes.print_sheet", "printing.print_sheet") for name in VERBS}
    assert found - shared == known
