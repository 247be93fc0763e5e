from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from publisher import connections, institution
from publisher.app import SYSTEM
from publisher.connections import settling
from publisher.connections.looks import Looked, subjects
from publisher.custody import changes, duties
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Notice
from tests.support.house import SmallHouse
from vault import custody, store
from vault.audit_tables import AuditEntry
from vault.custody_tables import CredentialChange, CustodyEnvelope, RotationDuty
from vault.secret import Secret

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""No statement of its own is tried: one database says it for both."""

FIRST, SECOND = "Primera-Clave-77", "Segunda-Clave-88"


def record(small: SmallHouse, value: str = FIRST, label: str = "OPER.SAL", **options: Any) -> int:
    plain: dict[str, Any] = {"cause": "rotation", "reason": "Cambio del trimestre"}
    fields = options.pop("fields", {custody.PASSWORD: Secret(value)})
    account = options.pop("account", small.accounts["SAL", "x"])
    return changes.record(small.app, small.people[label], account, fields, **(plain | options))


def change(small: SmallHouse, change_id: int) -> CredentialChange:
    with small.app.read() as session:
        return session.get_one(CredentialChange, change_id)


def test_a_change_is_sealed_and_tells_who_when_which_and_why_but_no_value(
    small: SmallHouse,
) -> None:
    change_id = record(
        small, fields={custody.PASSWORD: Secret(FIRST + "\n"), custody.USER: Secret("cecyte_sal")}
    )
    found = change(small, change_id)
    assert found.versions == {custody.USER: 1, custody.PASSWORD: 1}
    assert custody.stage(found) == "registrada"
    with small.app.read() as session:
        heard = session.scalars(select(Notice).where(col(Notice.kind) == "custody.change")).all()
        entries = session.scalars(
            select(AuditEntry).where(col(AuditEntry.object_type).in_(("account", "secret")))
        ).all()
    assert {one.person_id for one in heard} == {
        small.people[label].person_id for label in ("OPER.SAL", "DIRP.SAL", "COOR", "COOR2")
    }
    body = heard[0].body
    for part in ("Persona OPER.SAL", "x_sal", "23 nov 2026", "contraseña", "Cambio del trimestre"):
        assert part in body
    told = json.dumps([one.body + one.subject for one in heard]) + json.dumps(
        [one.detail + one.reason for one in entries]
    )
    assert FIRST not in told
    assert {"credential.change", store.PUT} <= {one.action for one in entries}
    with small.app.read() as session:
        for table in ("notice", "audit_entry", "credential_change", "vault_secret_version"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert FIRST not in repr(rows)


@ON_ONE
def test_nobody_but_the_plantel_records_a_change(small: SmallHouse) -> None:
    for label in ("OPER.TOR", "DIRP.TOR", "ADM", "AUD", "COOR", "DIRV"):
        with pytest.raises(Forbidden):
            record(small, label=label)


def test_a_change_is_known_step_by_step_until_it_is_in_force(small: SmallHouse) -> None:
    app, change_id = small.app, record(small)
    with pytest.raises(Forbidden):
        changes.confirm_as_director(app, small.operador(), change_id)
    with pytest.raises(Forbidden):
        changes.acknowledge(app, small.operador(), change_id)
    with pytest.raises(Forbidden):
        changes.mark_verified(app, small.people["OPER.TOR"], change_id)

    changes.mark_verified(app, small.operador(), change_id)
    changes.confirm_as_director(app, small.people["DIRP.SAL"], change_id)
    changes.acknowledge(app, small.coordinador, change_id)
    assert custody.stage(change(small, change_id)) == "vinculacion_enterada"
    with pytest.raises(Conflict, match="ya estaba"):
        changes.acknowledge(app, small.directora, change_id)
    with app.write() as session:
        envelope = CustodyEnvelope(
            folio="S-1",
            account_id=small.accounts["SAL", "x"],
            contents={custody.PASSWORD: 1},
            printed_by=1,
            printed_at=small.clock(),
        )
        session.add(envelope)
        session.flush()
        assert custody.attach_envelope(session, envelope) == (change_id,)
    assert custody.stage(change(small, change_id)) == "vigente"


@ON_ONE
def test_the_director_who_changes_it_knows_of_it_already(small: SmallHouse) -> None:
    found = change(small, record(small, label="DIRP.SAL"))
    assert found.director_id == small.people["DIRP.SAL"].person_id


@ON_ONE
def test_whoever_made_a_change_does_not_acknowledge_it(small: SmallHouse) -> None:
    from publisher import people

    director = small.people["DIRP.SAL"]
    people.designate(small.app, SYSTEM, director.person_id, "COOR")
    both = people.actor_for(small.app, director.person_id)
    change_id = changes.record(
        small.app,
        both,
        small.accounts["SAL", "x"],
        {custody.PASSWORD: Secret(FIRST)},
        cause="rotation",
        reason="Cambio",
    )
    with pytest.raises(Conflict, match="otra persona"):
        changes.acknowledge(small.app, both, change_id)
    assert change(small, change_id).vinculacion_at is None


def test_a_later_change_takes_the_place_of_the_one_before(small: SmallHouse) -> None:
    first = record(small)
    second = record(small, SECOND)
    assert custody.stage(change(small, first)) == "sustituida"
    assert change(small, second).versions == {custody.PASSWORD: 2}
    with pytest.raises(Conflict, match="posterior"):
        changes.mark_verified(small.app, small.operador(), first)


WRONG: list[tuple[dict[str, str], str]] = [
    ({}, "al menos un dato"),
    ({custody.PASSWORD: "  "}, "al menos un dato"),
    ({"access_token": "abc"}, "se guardan estos datos"),
    ({custody.PASSWORD: "con\x07campana"}, "no se ven"),
    ({custody.PASSWORD: "x" * 2_001}, "2000"),
    ({custody.SEED: "no es base 32 ¿verdad?"}, "segundo factor"),
]


@ON_ONE
def test_what_cannot_be_a_value_is_refused_with_a_sentence(small: SmallHouse) -> None:
    for fields, sentence in WRONG:
        with pytest.raises(Invalid, match=sentence):
            record(small, fields={name: Secret(value) for name, value in fields.items()})


def test_the_value_in_force_or_one_used_before_is_no_change(small: SmallHouse) -> None:
    record(small)
    with pytest.raises(Invalid, match="ya estaba guardado"):
        record(small)
    record(small, SECOND)
    with pytest.raises(Invalid, match="ya se usó"):
        record(small, FIRST)


@ON_ONE
def test_a_reason_that_holds_the_password_is_refused(small: SmallHouse) -> None:
    with pytest.raises(Invalid, match="motivo") as raised:
        record(small, reason=f"La nueva es {FIRST}")
    assert FIRST not in str(raised.value)


def test_a_change_fulfils_the_duties_that_it_covers_and_no_other(small: SmallHouse) -> None:
    app, account = small.app, small.accounts["SAL", "x"]
    with app.write() as session:
        by_password = duties.oblige(session, app, account, "designation", 1, now=small.clock())
        by_codes = duties.oblige(session, app, account, "envelope", 1, now=small.clock())
        session.add(
            CustodyEnvelope(
                id=1,
                folio="S-9",
                account_id=account,
                contents={custody.PASSWORD: 1, custody.CODES: 1},
                printed_by=1,
                printed_at=small.clock(),
            )
        )
    small.clock.pass_(hours=1)
    change_id = record(small)
    with app.read() as session:
        done, waits = (session.get_one(RotationDuty, one) for one in (by_password, by_codes))
        assert (done.change_id, done.fulfilled_at) == (change_id, small.clock())
        assert waits.fulfilled_at is None
    record(small, fields={custody.CODES: Secret("1111 2222\n3333 4444")})
    with app.read() as session:
        assert session.get_one(RotationDuty, by_codes).fulfilled_at == small.clock()


def test_a_token_that_somebody_installs_opens_a_change_that_its_network_verifies(
    small: SmallHouse,
) -> None:
    app, account = small.app, small.accounts["SAL", "x"]
    record(small)
    institution.install_credential(
        app,
        small.people["ADM"],
        account,
        {"access_token": Secret("token-nuevo")},
        reason="Se renovó",
    )
    with app.read() as session:
        token = session.scalars(
            select(CredentialChange).where(
                col(CredentialChange.account_id) == account,
                col(CredentialChange.cause) == "token",
                col(CredentialChange.superseded_at).is_(None),
            )
        ).one()
        heard = set(
            session.scalars(
                select(col(Notice.person_id)).where(col(Notice.kind) == "custody.token")
            )
        )
    assert token.versions == {"access_token": 2}
    assert custody.stage(token) == "registrada"
    assert heard == {
        small.people[label].person_id for label in ("OPER.SAL", "DIRP.SAL", "COOR", "COOR2")
    }
    now = small.clock.pass_(minutes=1)
    with app.write() as session:
        (subject,) = subjects(session, app, [account])
        settling.settle(app, session, [Looked(subject=subject, outcome="ok")], now=now)
    assert change(small, token.id or 0).verified_at == now


def test_a_token_that_was_proven_first_is_verified_at_once(small: SmallHouse) -> None:
    connections.connect_account(
        small.app,
        small.operador(),
        small.accounts["SAL", "x"],
        {"access_token": Secret("EAAnueva")},
        reason="Vencía",
    )
    with small.app.read() as session:
        found = session.scalars(
            select(CredentialChange).order_by(col(CredentialChange.id).desc())
        ).first()
    assert found is not None
    assert (found.cause, custody.stage(found)) == ("token", "verificada")


@ON_ONE
def test_fingerprints_tell_two_accounts_and_two_passwords_apart(small: SmallHouse) -> None:
    record(small)
    record(small, account=small.accounts["SAL", "facebook"])

    def fingerprint(network: str) -> str:
        with small.app.read() as session:
            return custody.fingerprint(session, small.app.keyring, small.accounts["SAL", network])

    first = fingerprint("x")
    assert len(first) == 6
    assert first not in {fingerprint("facebook"), fingerprint("instagram")}
    record(small, SECOND)
    assert fingerprint("x") != first
