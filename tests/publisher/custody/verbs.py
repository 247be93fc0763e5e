"""Every verb of custody, keys, credentials and second factor: who may, and how to call it.

A case gives the actions of ``access.TABLE`` of which one must be granted, and the call itself on
rows made for it. What is personal beyond the table (only whoever holds the account confirms as
custodian) is said by ``only``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from publisher import keys, kit
from publisher.access import CENTRAL_ROLES
from publisher.auditing import anchors, export, proving
from publisher.custody import (
    actas,
    changes,
    confirmations,
    disclosures,
    duties,
    envelopes,
    incidents,
    printing,
    terms,
    transfers,
)
from publisher.institution import credentials
from publisher.models import SecondFactor
from publisher.people import enrolment, factor
from tests.support.scene import Call
from vault.custody_tables import (
    CredentialChange,
    CustodyEnvelope,
    CustodyIncident,
    CustodyTransfer,
    Disclosure,
    RotationDuty,
)
from vault.secret import Secret

REASON = "La red pide comprobar la cuenta antes de las diez"
EVERYBODY = frozenset({"DIRV", "COOR", "DIRP", "OPER", "AUD", "ADM", ""})
PLANTEL = frozenset({"DIRP", "OPER"})


@dataclass
class Scene(Call):
    """One call: who acts, on which plantel's account, and makers of the rows that it needs."""

    @property
    def operator(self) -> int:
        return self.small.people[f"OPER.{self.code}"].person_id

    @property
    def somebody(self) -> int:
        """Return a person who is no actor of any call."""
        return self.small.people["DIRV2"].person_id

    @property
    def receiver(self) -> int:
        """Return who receives: the actor where that can be, else the plantel's operator."""
        mine = {plantel for role, plantel in self.actor.grants if role in PLANTEL}
        return self.actor.person_id if self.plantel in mine else self.operator

    def add(self, row: Any) -> int:
        with self.app.write() as session:
            session.add(row)
            session.flush()
            return int(row.id)

    def opening(self, state: str, kind: str = "request", *, own: bool = False) -> int:
        now = self.app.clock()
        decided = kind == "request" and state in {"approved", "shown"}
        return self.add(
            Disclosure(
                account_id=self.account,
                fields=["login_password"],
                kind=kind,
                state=state,
                reason_code="plataforma",
                reason=REASON,
                asked_by=self.actor.person_id if own else self.somebody,
                asked_at=now,
                expires_at=now + timedelta(minutes=10),
                decided_by=self.operator if decided else None,
                decided_at=now if decided else None,
                shown_at=now if state == "shown" else None,
                break_glass=kind == "break_glass",
                review_due=now if kind == "break_glass" else None,
            )
        )

    def change(self, by: int | None = None) -> int:
        return self.add(
            CredentialChange(
                account_id=self.account,
                versions={"login_password": 1},
                cause="rotation",
                reason=REASON,
                changed_by=by or self.somebody,
                changed_at=self.app.clock(),
            )
        )

    def envelope(self, *, sealed: bool = False) -> int:
        now = self.app.clock()
        with self.app.read() as session:
            version = session.execute(
                text(
                    "SELECT current_version FROM vault_secret "
                    "WHERE account_id = :id AND field = 'login_password'"
                ),
                {"id": self.account},
            ).scalar_one()
        return self.add(
            CustodyEnvelope(
                folio=self.app.new_id(),
                account_id=self.account,
                contents={"login_password": version},
                printed_by=self.somebody,
                printed_at=now,
                seal_number=self.app.new_id() if sealed else "",
                place="Caja" if sealed else "",
                responsible_id=self.operator if sealed else None,
                sealed_at=now if sealed else None,
            )
        )

    def forget(self, table: str) -> None:
        """Empty a table of which an account may have one open row only."""
        with self.app.write() as session:
            session.execute(text(f"DELETE FROM {table}"))

    def duty(self) -> int:
        self.forget("rotation_duty")
        now = self.app.clock()
        return self.add(
            RotationDuty(
                account_id=self.account, cause="transfer", cause_id=1, opened_at=now, due_at=now
            )
        )

    def incident(self) -> int:
        self.forget("custody_incident")
        now = self.app.clock()
        return self.add(
            CustodyIncident(account_id=self.account, sentence="Sesión revocada", opened_at=now)
        )

    def transfer(self, state: str = "open", *, to: int | None = None) -> int:
        """Return a handing over from somebody who is gone, in ``state``."""
        now = self.app.clock()
        line = {"account_id": self.account, "before": "", "after": "", "change_id": None}
        if state != "open":
            self.change(to or self.operator)
        return self.add(
            CustodyTransfer(
                folio=self.app.new_id(),
                plantel_id=self.plantel,
                to_id=to or self.operator,
                cause="Relevo",
                witness="Un testigo",
                accounts=[line],
                opened_by=self.somebody,
                opened_at=now,
                delivered_at=None if state == "open" else now,
                received_at=now if state == "received" else None,
            )
        )

    def opened_transfer(self) -> int:
        """Return a handing over that the other Directora opened, with its entry."""
        self.forget("custody_transfer")
        return transfers.open_transfer(
            self.app,
            self.small.people["DIRV2"],
            self.plantel,
            self.operator,
            [self.account],
            cause="Relevo",
            witness="Un testigo",
        )

    def enrolled(self) -> int:
        """Return somebody who has a second factor to lose."""
        now = datetime.now(UTC)
        with self.app.write() as session:
            row = SecondFactor(
                person_id=self.somebody, salt="00" * 16, created_at=now, confirmed_at=now
            )
            session.merge(row)
        return self.somebody


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way to call a verb.

    ``actions`` of the table, of which one suffices; without any it is everybody's on what is
    theirs. ``only`` narrows the roles. ``settles`` says that whoever may also succeeds: else the
    call stops later, at what the rows do not allow. ``system`` is the action by which the
    installation's own commands may, where it is another one.
    """

    call: Callable[[Scene], object]
    actions: tuple[str, ...] = ()
    only: frozenset[str] = EVERYBODY
    settles: bool = True
    also: str = ""
    system: str = ""


def case(call: Callable[[Scene], object], *actions: str, **options: Any) -> Case:
    """Return a case."""
    return Case(call=call, actions=actions, **options)


FIELDS = ("login_password",)


def _confirm(part: str) -> Callable[[Scene], object]:
    return lambda s: confirmations.confirm(s.app, s.actor, [s.account], part=part)


CASES: Mapping[Any, tuple[Case, ...]] = {
    # first: these read what all other calls before them left in the audit
    proving.links: (case(lambda s: proving.links(s.app, s.actor), "audit.verify"),),
    proving.prove: (case(lambda s: proving.prove(s.app, s.actor), "audit.verify"),),
    export.write: (
        case(
            lambda s: export.write(s.app, s.actor, _folder(s), plantel=s.code),
            "audit.read",
            system="audit.verify",
        ),
        case(
            lambda s: export.write(s.app, s.actor, _folder(s)),
            "audit.read",
            only=CENTRAL_ROLES,
            also="everything",
            system="audit.verify",
        ),
    ),
    disclosures.ask: (
        case(
            lambda s: disclosures.ask(
                s.app, s.actor, s.account, FIELDS, reason_code="plataforma", reason=REASON
            ),
            "disclosure.request",
        ),
    ),
    disclosures.decide: (
        case(
            lambda s: disclosures.decide(s.app, s.actor, s.opening("pending"), allow=True),
            "disclosure.decide",
        ),
        case(
            lambda s: disclosures.decide(
                s.app, s.actor, s.opening("pending"), allow=False, reason=REASON
            ),
            "disclosure.decide",
            also="denying",
        ),
        case(
            lambda s: disclosures.decide(
                s.app, s.actor, s.opening("pending", own=True), allow=True
            ),
            "disclosure.decide",
            only=frozenset(),
            also="one's own",
        ),
    ),
    disclosures.withdraw: (
        case(lambda s: disclosures.withdraw(s.app, s.actor, s.opening("pending", own=True))),
        case(
            lambda s: disclosures.withdraw(s.app, s.actor, s.opening("pending")),
            only=frozenset(),
            also="somebody else's",
        ),
    ),
    disclosures.open_once: (
        case(
            lambda s: disclosures.open_once(s.app, s.actor, s.opening("approved", own=True)),
            "disclosure.request",
        ),
        case(
            lambda s: disclosures.open_once(s.app, s.actor, s.opening("approved")),
            "disclosure.request",
            only=frozenset(),
            also="somebody else's",
        ),
    ),
    disclosures.read_own: (
        case(
            lambda s: disclosures.read_own(s.app, s.actor, s.account, FIELDS, REASON),
            "credential.reveal",
            only=PLANTEL,
        ),
    ),
    disclosures.break_glass: (
        case(
            lambda s: disclosures.break_glass(s.app, s.actor, s.account, FIELDS, REASON),
            "disclosure.break_glass",
        ),
    ),
    disclosures.review: (
        case(
            lambda s: disclosures.review(s.app, s.actor, s.opening("shown", "break_glass"), REASON),
            "disclosure.review",
        ),
        case(
            lambda s: disclosures.review(
                s.app, s.actor, s.opening("shown", "break_glass", own=True), REASON
            ),
            "disclosure.review",
            only=frozenset(),
            also="one's own",
        ),
    ),
    terms.assign: (
        case(
            lambda s: terms.assign(s.app, s.actor, s.account, s.operator, reason=REASON),
            "custody.direct",
        ),
    ),
    changes.record: (
        case(
            lambda s: changes.record(
                s.app,
                s.actor,
                s.account,
                {"login_password": Secret(f"nueva-{s.app.new_id()}")},
                cause="rotation",
                reason=REASON,
            ),
            "credential.rotate",
        ),
    ),
    changes.mark_verified: (
        case(lambda s: changes.mark_verified(s.app, s.actor, s.change()), "custody.keep"),
    ),
    changes.confirm_as_director: (
        case(lambda s: changes.confirm_as_director(s.app, s.actor, s.change()), "custody.direct"),
    ),
    changes.acknowledge: (
        case(lambda s: changes.acknowledge(s.app, s.actor, s.change()), "custody.acknowledge"),
    ),
    confirmations.confirm: (
        case(_confirm("custodian"), "custody.keep", only=frozenset({"OPER"}), also="custodian"),
        case(_confirm("director"), "custody.direct", also="director"),
        case(_confirm("vinculacion"), "custody.acknowledge", also="Vinculación"),
    ),
    duties.discharge: (
        # the account is in use: whoever may hears that
        case(
            lambda s: duties.discharge(s.app, s.actor, s.duty(), reason=REASON),
            "custody.acknowledge",
            settles=False,
        ),
    ),
    incidents.close_incident: (
        case(
            lambda s: incidents.close_incident(s.app, s.actor, s.incident(), resolution=REASON),
            "custody.acknowledge",
            "custody.keep",
        ),
    ),
    printing.print_sheet: (
        case(
            lambda s: printing.print_sheet(s.app, s.actor, s.account, fields=FIELDS, reason=REASON),
            "custody.keep",
        ),
    ),
    envelopes.seal_envelope: (
        case(
            lambda s: envelopes.seal_envelope(
                s.app,
                s.actor,
                s.envelope(),
                seal_number=s.app.new_id(),
                place="Caja fuerte",
                responsible_id=s.operator,
                sealed_on=date(2026, 11, 23),
            ),
            "custody.keep",
        ),
    ),
    envelopes.open_envelope: (
        case(
            lambda s: envelopes.open_envelope(
                s.app, s.actor, s.envelope(sealed=True), reason=REASON, witness="Un testigo"
            ),
            "custody.keep",
            "disclosure.break_glass",
        ),
    ),
    envelopes.void: (
        case(lambda s: envelopes.void(s.app, s.actor, s.envelope(), reason=REASON), "custody.keep"),
        case(
            lambda s: envelopes.void(s.app, s.actor, s.envelope(), reason=REASON, lost=True),
            "custody.keep",
            also="lost",
        ),
    ),
    transfers.open_transfer: (
        case(
            lambda s: transfers.open_transfer(
                s.app,
                s.actor,
                s.plantel,
                s.operator,
                [s.account],
                cause="Relevo",
                witness="Un testigo",
            ),
            "custody.transfer",
        ),
    ),
    transfers.deliver: (
        case(lambda s: transfers.deliver(s.app, s.actor, s.transfer()), "custody.transfer"),
    ),
    transfers.receive: (
        case(
            lambda s: transfers.receive(s.app, s.actor, s.transfer("delivered", to=s.receiver)),
            "custody.keep",
        ),
    ),
    transfers.complete: (
        case(
            lambda s: transfers.complete(s.app, s.actor, s.transfer("received")),
            "custody.transfer",
        ),
    ),
    transfers.cancel: (
        case(
            lambda s: transfers.cancel(s.app, s.actor, s.transfer(), reason=REASON),
            "custody.transfer",
        ),
    ),
    actas.acta: (case(lambda s: actas.acta(s.app, s.actor, s.opened_transfer()), "custody.read"),),
    credentials.install_credential: (
        case(
            lambda s: credentials.install_credential(
                s.app, s.actor, s.account, _token(s), reason=REASON
            ),
            "credential.install",
        ),
    ),
    credentials.install_credentials: (
        case(
            lambda s: credentials.install_credentials(
                s.app, s.actor, {s.account: _token(s)}, reason=REASON
            ),
            "credential.install",
        ),
    ),
    keys.rotate: (
        case(
            lambda s: keys.rotate(
                s.app, s.actor, progress=lambda *_: None, wait=lambda _seconds: None
            ),
            "keys.manage",
        ),
    ),
    keys.erase_old: (
        case(
            lambda s: keys.erase_old(s.app, s.actor, before=s.app.clock() - timedelta(days=1)),
            "keys.manage",
        ),
    ),
    kit.print_kit: (
        # into the folder of the data, where no kit may lie
        case(
            lambda s: kit.print_kit(s.app, s.actor, to=s.app.settings.data_dir),
            "keys.manage",
            settles=False,
        ),
    ),
    anchors.send: (
        # no place is set
        case(lambda s: anchors.send(s.app, s.actor), "audit.verify", settles=False),
    ),
    anchors.begin: (case(lambda s: anchors.begin(s.app, s.actor, _folder(s)), "audit.verify"),),
    anchors.standings: (case(lambda s: anchors.standings(s.app, s.actor), "audit.verify"),),
    anchors.history: (case(lambda s: anchors.history(s.app, s.actor), "audit.verify"),),
    # one's own second factor; a wrong code, or what is there already, stops it
    enrolment.enrol: (case(lambda s: enrolment.enrol(s.app, s.actor), settles=False),),
    enrolment.enrolment_begun: (case(lambda s: enrolment.enrolment_begun(s.app, s.actor)),),
    enrolment.confirm: (case(lambda s: enrolment.confirm(s.app, s.actor, "-"), settles=False),),
    enrolment.renew_codes: (
        case(lambda s: enrolment.renew_codes(s.app, s.actor, "-"), settles=False),
    ),
    enrolment.remove_factor: (
        case(lambda s: enrolment.remove_factor(s.app, s.actor, "-"), settles=False),
    ),
    enrolment.reset_factor: (
        case(
            lambda s: enrolment.reset_factor(s.app, s.actor, s.enrolled(), reason=REASON),
            "people.manage",
        ),
        case(
            lambda s: enrolment.reset_factor(s.app, s.actor, s.actor.person_id, reason=REASON),
            "people.manage",
            only=frozenset(),
            also="one's own",
        ),
    ),
    factor.check_factor: (case(lambda s: factor.check_factor(s.app, s.actor)),),
    factor.factor_state: (case(lambda s: factor.factor_state(s.app, s.actor)),),
    factor.must_enrol: (case(lambda s: factor.must_enrol(s.app, s.actor)),),
    factor.prove: (case(lambda s: factor.prove(s.app, s.actor, "-"), settles=False),),
}


def _folder(scene: Scene) -> Path:
    return scene.app.settings.data_dir / scene.app.new_id()


def _token(scene: Scene) -> dict[str, Secret]:
    return {"access_token": Secret(f"token-{scene.app.new_id()}")}
