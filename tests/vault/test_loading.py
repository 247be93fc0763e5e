from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.vault.conftest import ANA, NOW, House
from vault import loading, store, verify
from vault.audit_tables import AuditEntry
from vault.errors import FieldName, ReasonMissing, SecretEmpty
from vault.secret import Secret

REASON = "Alta de la institución"


def load(
    house: House, values: dict[tuple[int, str], str], *, reason: str = REASON
) -> tuple[tuple[int, str], ...]:
    with house.write() as session:
        return loading.put_first(
            session,
            house.keyring,
            {place: Secret(value) for place, value in values.items()},
            planteles={account: 100 + account for account, _ in values},
            by=ANA,
            now=NOW,
            reason=reason,
            key=house.key,
            ids={place: house.trail.new_id() for place in values},
        )


def reveal(house: House, account: int, field: str) -> str:
    with house.write() as session:
        return store.reveal(
            session,
            house.keyring,
            account_id=account,
            field=field,
            by=ANA,
            reason="Comprobar",
            now=NOW,
            trail=house.trail,
        ).reveal()


def test_many_first_values_open_each_and_the_audit_holds_one_entry_of_each(house: House) -> None:
    values = {(n, "login_password"): f"clave-{n}" for n in range(1, 40)}
    assert load(house, values) == tuple(values)
    assert reveal(house, 7, "login_password") == "clave-7"
    house.seal()
    with house.read() as session:
        entries = session.execute(
            select(AuditEntry.plantel_id).where(AuditEntry.action == store.PUT)
        ).all()
        assert verify.verify(session, house.key, now=NOW).ok
    assert sorted(one.plantel_id or 0 for one in entries) == [100 + n for n in range(1, 40)]


def test_what_is_there_already_is_left_as_it_is(house: House) -> None:
    load(house, {(1, "login_password"): "la-primera"})
    again = load(house, {(1, "login_password"): "otra", (2, "login_password"): "la-suya"})
    assert again == ((2, "login_password"),)
    assert reveal(house, 1, "login_password") == "la-primera"
    with house.write() as session:
        version = store.rotate(
            session,
            house.keyring,
            account_id=2,
            field="login_password",
            value=Secret("nueva"),
            by=ANA,
            now=NOW,
            reason="Cambio",
            trail=house.trail,
        )
    assert version == 2


def test_one_bad_value_and_nothing_is_written(house: House) -> None:
    good = {(1, "login_password"): "buena"}
    for bad, error in (
        ({(2, "login_password"): " "}, SecretEmpty),
        ({(2, "Nombre Raro"): "x"}, FieldName),
    ):
        with pytest.raises(error):
            load(house, good | bad)
    with pytest.raises(ReasonMissing):
        load(house, good, reason=" ")
    with house.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
