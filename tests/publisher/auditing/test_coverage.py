"""Nothing that a person changes goes unrecorded: read from the source, and seen at the database."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from publisher import connections, institution, people
from publisher.app import SYSTEM, Actor
from publisher.custody import changes, disclosures
from publisher.delivery import spending, stopping
from publisher.editorial import approve, plan, review, submit
from publisher.models import Person
from publisher.sealing import seal
from tests.support.audited import Source
from tests.support.factors import code_of, proven
from tests.support.house import START, SmallHouse
from tests.support.ledger import watching
from vault.audit_tables import AuditEntry
from vault.secret import Secret
from vault.verify import verify

SILENT: Final = {
    "publisher.app.App.write": "the door itself",
    "publisher.auditing.anchors._claim": "a sending begins; its entry tells how it ended",
    "publisher.connections.held.hold": "what waits for a choice, nothing connected yet",
    "publisher.connections.held.take": "a state is used; what it connects has entries",
    "publisher.connections.renewal._take": "a worker's turn at a renewal",
    "publisher.connections.upkeep.keep_up#1": "a worker's turn at a look; the look has its entry",
    "publisher.delivery.changes.change_due#1": "a worker's turn; its end has an entry",
    "publisher.delivery.engine.Engine._release_all": "leases given back, nothing was sent",
    "publisher.delivery.probe._probe#1": "a worker's turn; what it finds has its entry",
    "publisher.delivery.reconcile.reconcile": "a worker's turn; what a look finds has its entry",
    "publisher.delivery.recovery.beat": "a heartbeat",
    "publisher.delivery.survey.survey_due#1": "a worker's turn",
    "publisher.delivery.survey.survey_due#2": "figures read from the networks",
    "publisher.demo.setup._clear_notices": "the demonstration's own notices",
    "publisher.consents.upkeep.remind": "notices of what ends by its date",
    "publisher.editorial.seen._note": "what one had on the screen, nothing of the post",
    "publisher.editorial.by_mail._count": "a token that is none, counted like a try to sign in",
    "publisher.editorial.recheck._everything": "a pass has ended; each of its lots has an entry",
    "publisher.keys.rotate#1": "counts what waits; what follows has its entries",
    "publisher.migrations.__main__._write": "a program of whoever develops",
    "publisher.migrations.upgrade": "the schema, before there is an audit",
    "publisher.notices.inbox.mark_read": "one's own list of notices",
    "publisher.notices.outbox._claim": "a turn at e-mails",
    "publisher.notices.outbox._settle": "what became of e-mails",
    "publisher.people.elsewhere._redeem": "a try; the sign-in or its refusal has its entry",
    "publisher.people.enrolment.enrol#1": "a password is looked at; the second write has the entry",
    "publisher.people.signin.actor_of": "when a session was last seen",
    "publisher.people.signin.sign_in": "a try; the sign-in or its refusal has its entry",
    "publisher.retention.purge._remove": "a batch; one entry tells the whole purge",
    "publisher.sealing.seal": "the chain itself",
    "publisher.sealing.sign": "the chain itself",
}
"""Where a write leaves no entry, and why that is right. A new one goes here only with a reason."""


@pytest.fixture(scope="module")
def source() -> Source:
    """Every module of publisher and vault, as it is now."""
    return Source.read()


def test_every_write_of_the_publisher_reaches_an_entry_or_says_why_not(source: Source) -> None:
    silent = source.silent()
    unexplained = sorted(silent - set(SILENT))
    assert unexplained == [], "app.note is missing in these, or a reason in SILENT"
    assert sorted(set(SILENT) - silent) == [], "these are silent no longer"
    assert len(list(source.writes())) > 100


@pytest.mark.parametrize(
    ("body", "silent"),
    [
        ("with app.write() as s:\n  s.add(1)", True),
        ("with app.write() as s:\n  _told(app, s)", False),
        ("with app.write() as s:\n  rows.told(app, s)", False),
        ("with app.write() as s:\n  pass\n app.note(1)", True),
    ],
)
def test_a_verb_without_an_entry_would_be_named(tmp_path: Path, body: str, silent: bool) -> None:
    package = tmp_path / "casa"
    package.mkdir()
    told = "def told(app, s):\n return _deep(app, s)\ndef _deep(app, s):\n app.note(s, 1)\n"
    (package / "rows.py").write_text(told)
    code = f"from casa import rows\nfrom casa.rows import told as _told\ndef verb(app):\n {body}\n"
    ast.parse(code)
    (package / "verbs.py").write_text(code)
    found = Source.read(tmp_path, ("casa",)).silent()
    assert found == ({"casa.verbs.verb"} if silent else set())


PLANTED: Final = ("contraseña-plantada-1", "token-plantado-2", "usuario-plantado-3")
UNTOLD: Final = frozenset({"notice", "sign_in", "fact"})
"""Tables that a person's act may change before or beside its entry: tries, notices, states."""


@dataclass
class Stage:
    """The house, and what one act leaves for the next."""

    small: SmallHouse
    kept: dict[str, Any]

    def who(self, label: str) -> Actor:
        if label not in self.kept:
            self.kept[label] = proven(self.small.app, self.small.people[label])
        return self.kept[label]

    @property
    def account(self) -> int:
        return self.small.accounts["SAL", "facebook"]


Act = Callable[[Stage], Any]


def _created(stage: Stage) -> None:
    issued = people.create_person(
        stage.small.app, stage.who("ADM"), email="nueva@example.mx", name="Nueva"
    )
    stage.kept["person"], stage.kept["password"] = issued.person_id, issued.password


def _signed_in(stage: Stage) -> None:
    app = stage.small.app
    signed = people.sign_in(app, "nueva@example.mx", stage.kept["password"])
    stage.kept["token"] = signed.token
    row = people.actor_of(app, signed.token)
    assert row is not None
    stage.kept["new"] = row


def _refused(stage: Stage) -> None:
    with pytest.raises(people.SignInRefused):
        people.sign_in(stage.small.app, "nueva@example.mx", "no es esta")


def _delegated(stage: Stage) -> None:
    stage.kept["delegation"] = people.delegate(
        stage.small.app,
        stage.who("DIRV"),
        stage.small.coordinador.person_id,
        ends_at=START + timedelta(days=3),
        reason="Viaje de trabajo a Torreón",
    )


def _designated(stage: Stage) -> None:
    stage.kept["designation"] = people.designate(
        stage.small.app, stage.who("ADM"), stage.kept["person"], "AUD"
    )


def _drafted(stage: Stage) -> None:
    stage.kept["post"] = stage.small.draft()


def _approved(stage: Stage) -> None:
    small, post = stage.small, stage.kept["post"]
    approve.approve(small.app, small.directora, post, digest=small.digest(post))


def _recorded(stage: Stage) -> None:
    stage.kept["change"] = changes.record(
        stage.small.app,
        stage.who("OPER.SAL"),
        stage.account,
        {"login_user": Secret(PLANTED[2]), "login_password": Secret(PLANTED[0])},
        cause="rotation",
        reason="Cambio del trimestre",
    )


def _asked(stage: Stage) -> None:
    stage.kept["request"] = disclosures.ask(
        stage.small.app,
        stage.who("DIRV"),
        stage.account,
        ["login_password"],
        reason_code="plataforma",
        reason="La red pide comprobar la cuenta antes de las diez",
    )


def _installed(stage: Stage) -> None:
    institution.install_credential(
        stage.small.app,
        stage.who("ADM"),
        stage.account,
        {"access_token": Secret(PLANTED[1])},
        reason="Prueba",
    )


ACTS: Final[tuple[tuple[str, Act], ...]] = (
    ("person.create", _created),
    ("designation.make", _designated),
    ("person.sign_in", _signed_in),
    ("person.sign_in", _refused),
    (
        "person.password",
        lambda s: people.change_password(
            s.small.app,
            s.kept["new"],
            current=s.kept["password"],
            new="veintidós gatos en Saltillo",
        ),
    ),
    ("person.sign_out", lambda s: people.sign_out(s.small.app, s.kept["token"])),
    (
        "designation.end",
        lambda s: people.end_designation(
            s.small.app, s.who("ADM"), s.kept["designation"], reason="Fin de encargo"
        ),
    ),
    (
        "person.disable",
        lambda s: people.disable_person(s.small.app, s.who("ADM"), s.kept["person"], reason="Baja"),
    ),
    (
        "person.enable",
        lambda s: people.enable_person(s.small.app, s.who("ADM"), s.kept["person"], reason="Alta"),
    ),
    ("person.password", lambda s: people.reset_password(s.small.app, SYSTEM, s.kept["person"])),
    ("delegation.", _delegated),
    (
        "delegation.",
        lambda s: people.revoke_delegation(
            s.small.app, s.who("DIRV"), s.kept["delegation"], reason="Ya volvió"
        ),
    ),
    (
        "person.factor.codes",
        lambda s: people.renew_codes(
            s.small.app, s.who("COOR2"), code_of(s.small.app, s.who("COOR2"))
        ),
    ),
    (
        "person.factor.reset",
        lambda s: people.reset_factor(
            s.small.app,
            s.who("ADM"),
            s.small.people["COOR2"].person_id,
            reason="Perdió su teléfono",
        ),
    ),
    ("post.create", _drafted),
    ("post.", lambda s: submit.submit(s.small.app, s.small.operador(), s.kept["post"], version=1)),
    (
        "post.",
        lambda s: review.give(
            s.small.app,
            s.small.coordinador,
            s.kept["post"],
            decision="reviewed",
            account_ids=s.small.account_ids(),
            local_at="2026-11-27T10:00",
        ),
    ),
    ("post.approve", _approved),
    (
        "post.",
        lambda s: plan.move(
            s.small.app, s.small.coordinador, s.kept["post"], local_at="2026-11-27T10:30"
        ),
    ),
    (
        "post.",
        lambda s: plan.pull_back(
            s.small.app, s.small.directora, s.kept["post"], reason="Se cambia de tema"
        ),
    ),
    (
        "account.pause",
        lambda s: institution.pause_account(
            s.small.app, s.small.coordinador, s.account, reason="Mantenimiento"
        ),
    ),
    (
        "account.resume",
        lambda s: institution.resume_account(s.small.app, s.small.coordinador, s.account),
    ),
    (
        "account.risk",
        lambda s: connections.accept_risk(
            s.small.app,
            s.small.people["DIRP.SAL"],
            s.small.accounts["SAL", "instagram"],
            accepted=True,
        ),
    ),
    (
        "plantel.rename",
        lambda s: institution.rename_plantel(
            s.small.app,
            s.who("ADM"),
            s.small.planteles["ACU"],
            name="CECyTE Acuña",
            reason="Oficio 12",
        ),
    ),
    ("credential.", _installed),
    (
        "queue.stop",
        lambda s: stopping.stop(
            s.small.app, s.small.directora, plantel_id=None, reason="Simulacro de incendio"
        ),
    ),
    (
        "queue.lift",
        lambda s: stopping.lift(
            s.small.app, s.small.directora, plantel_id=None, reason="Terminó el simulacro"
        ),
    ),
    (
        "spending.",
        lambda s: spending.set_cap(
            s.small.app, s.small.directora, "x", Decimal(20), reason="Presupuesto del mes"
        ),
    ),
    ("credential.change", _recorded),
    (
        "custody.",
        lambda s: changes.confirm_as_director(
            s.small.app, s.small.people["DIRP.SAL"], s.kept["change"]
        ),
    ),
    (
        "custody.",
        lambda s: changes.acknowledge(s.small.app, s.small.coordinador, s.kept["change"]),
    ),
    ("disclosure.", _asked),
    (
        "disclosure.",
        lambda s: disclosures.decide(s.small.app, s.who("COOR"), s.kept["request"], allow=True),
    ),
    (
        "disclosure.",
        lambda s: disclosures.open_once(s.small.app, s.who("DIRV"), s.kept["request"]),
    ),
    (
        "plantel.close",
        lambda s: institution.close_plantel(
            s.small.app, s.who("ADM"), s.small.planteles["ACU"], reason="Oficio 13"
        ),
    ),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_kind_of_change_leaves_its_entry_in_its_own_transaction(small: SmallHouse) -> None:
    """Role, designation, delegation, approval, configuration, account, sign-in, secret."""
    app, stage = small.app, Stage(small, {})
    for label in ("ADM", "DIRV", "COOR", "COOR2", "OPER.SAL"):
        stage.who(label)
    wrong = []
    for action, act in ACTS:
        before = ids(small)
        with watching(app.engine, ignored=UNTOLD) as ledger:
            act(stage)
        fresh = [row for row in rows(small) if row.id not in before]
        told = [row.action for row in fresh]
        if ledger.silent or not any(one.startswith(action) for one in told):
            wrong.append((action, told, ledger.silent))
    assert not wrong, wrong
    everything = [repr(row.model_dump()) for row in rows(small)]
    assert not [text for text in everything for value in PLANTED if value in text]
    seal(app, wait=True)
    with app.read() as session:
        assert verify(session, app.audit_key, now=app.clock()).ok


def test_the_ledger_sees_a_change_without_an_entry(small: SmallHouse) -> None:
    with watching(small.app.engine, ignored=UNTOLD) as ledger:
        with small.app.write() as session:
            session.get_one(Person, small.directora.person_id).name = "Otra"
        with pytest.raises(IntegrityError):
            _fail(small)
    assert ledger.silent == [{"person"}]
    assert ledger.told == 0


def _fail(small: SmallHouse) -> None:
    with small.app.write() as session:
        session.get_one(Person, small.directora.person_id).name = "Otra más"
        session.add(Person(email=small.directora.email, name="Doble", created_at=START))


def rows(small: SmallHouse) -> list[AuditEntry]:
    with small.app.read() as session:
        return list(session.scalars(select(AuditEntry).order_by(col(AuditEntry.at))))


def ids(small: SmallHouse) -> set[str]:
    return {row.id for row in rows(small)}
