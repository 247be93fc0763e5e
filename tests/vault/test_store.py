from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session

from tests.support.key_file import key_file
from tests.vault.conftest import ANA, NOW, House
from vault import keys, rotation, store
from vault.audit_tables import AuditEntry
from vault.errors import (
    FieldName,
    KeyInUse,
    ReasonMissing,
    RolledBack,
    SecretEmpty,
    SecretMissing,
    SecretSame,
    Tampered,
    VaultError,
)
from vault.keys import Keyring
from vault.secret import Secret

CANARY = "canario-7f3a-secreto"


def put(
    session: Session,
    house: House,
    value: str = CANARY,
    *,
    account_id: int = 1,
    field: str = "token",
    reason: str = "alta de la cuenta",
    verb: Callable[..., int] = store.put,
) -> int:
    return verb(
        session,
        house.keyring,
        account_id=account_id,
        field=field,
        value=Secret(value),
        by=ANA,
        now=NOW,
        reason=reason,
        trail=house.trail,
        plantel_id=9,
    )


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all())


def test_the_machine_uses_the_current_version_of_every_field(house: House) -> None:
    with house.write() as session:
        assert put(session, house, "uno") == 1
        assert put(session, house, "dos") == 2
        assert put(session, house, "clave", field="password") == 1
        used = store.use(session, house.keyring, 1)
        count = len(entries(session))
    assert {name: secret.reveal() for name, secret in used.fields.items()} == {
        "token": "dos",
        "password": "clave",
    }
    assert used.versions == {"token": 2, "password": 1}
    assert set(used.key_ids.values()) == {house.keyring.primary.key_id}
    assert "dos" not in repr(used)
    assert count == 3


def test_what_people_hold_is_never_opened_for_a_machine(house: House) -> None:
    with house.write() as session:
        put(session, house, "ficha")
        put(session, house, "clave", field=f"{store.HELD}password")
        assert set(store.use(session, house.keyring, 1).fields) == {"token"}


def test_many_accounts_are_opened_together_and_each_asked_one_is_answered(house: House) -> None:
    with house.write() as session:
        for account_id in (1, 2, 3):
            put(session, house, f"t{account_id}", account_id=account_id)
        used = store.use_many(session, house.keyring, [1, 3, 8, 3])
    assert list(used) == [1, 3, 8]
    assert used[3].fields["token"].reveal() == "t3"
    assert used[8].fields == {}


def test_a_change_is_audited_with_digests_and_version_but_no_value(house: House) -> None:
    with house.write() as session:
        put(session, house, CANARY)
        put(session, house, CANARY + "2", verb=store.rotate)
        first, second = entries(session)
    assert (first.action, second.action) == (store.PUT, store.ROTATE)
    assert (first.object_type, first.object_id, first.plantel_id) == ("secret", "1/token", 9)
    assert first.before_digest == ""
    assert second.before_digest == first.after_digest != second.after_digest
    assert json.loads(second.detail)["version"] == 2
    assert second.actor == "Ana Ruiz"
    assert CANARY not in str([first, second])


def test_equal_values_of_two_accounts_look_different_everywhere(house: House) -> None:
    with house.write() as session:
        put(session, house, account_id=1)
        put(session, house, account_id=2)
        first, second = entries(session)
    assert first.after_digest != second.after_digest


def test_no_table_and_no_file_of_the_database_holds_the_value(house: House, tmp_path: Path) -> None:
    with house.write() as session:
        put(session, house)
        store.reveal(
            session,
            house.keyring,
            account_id=1,
            field="token",
            by=ANA,
            reason="revisión",
            now=NOW,
            trail=house.trail,
        )
    with house.read() as session:
        for table in ("vault_secret", "vault_secret_version", "audit_entry", "vault_key"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert CANARY not in str(rows)
    for path in tmp_path.rglob("pregonero.db*"):
        assert CANARY.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"value": ""}, SecretEmpty),
        ({"value": " \n"}, SecretEmpty),
        ({"field": "Mal nombre"}, FieldName),
        ({"field": "x" * 65}, FieldName),
        ({"reason": "  "}, ReasonMissing),
    ],
)
def test_what_makes_no_sense_is_refused_in_spanish(
    house: House, facts: dict[str, str], error: type[VaultError]
) -> None:
    with house.write() as session:
        with pytest.raises(error) as caught:
            put(session, house, **facts)  # type: ignore[arg-type]
        assert re.search(r"[áéíóúñ;.»]", caught.value.sentence)
        assert entries(session) == []


def test_rotating_needs_something_to_replace_and_another_value(house: House) -> None:
    with house.write() as session:
        with pytest.raises(SecretMissing, match="token"):
            put(session, house, verb=store.rotate)
        put(session, house)
        with pytest.raises(SecretSame):
            put(session, house, verb=store.rotate)
        assert put(session, house, "otro", verb=store.rotate) == 2


def test_a_reading_by_a_person_is_written_before_the_value_is_opened(house: House) -> None:
    def reveal(session: Session, reason: str = "relevo de custodia") -> Secret:
        return store.reveal(
            session,
            house.keyring,
            account_id=1,
            field="token",
            by=ANA,
            reason=reason,
            now=NOW,
            trail=house.trail,
            plantel_id=9,
        )

    with house.write() as session:
        put(session, house)
        assert reveal(session).reveal() == CANARY
        entry = entries(session)[-1]
        with pytest.raises(ReasonMissing):
            reveal(session, " ")
    assert (entry.action, entry.reason) == (store.REVEAL, "relevo de custodia")
    with house.write() as session:
        session.connection().exec_driver_sql("UPDATE vault_secret_version SET sealed = '{}'")
        with pytest.raises(Tampered):
            reveal(session)
        assert len(entries(session)) == 3  # the attempt to read was recorded all the same


@pytest.mark.parametrize(
    "swap",
    [
        (
            "UPDATE vault_secret_version SET sealed = (SELECT sealed FROM vault_secret_version "
            "WHERE account_id = 2 AND field = 'token' AND version = 1) "
            "WHERE account_id = 1 AND field = 'token' AND version = 2"
        ),
        (
            "UPDATE vault_secret_version SET sealed = (SELECT sealed FROM vault_secret_version "
            "WHERE account_id = 1 AND field = 'password') "
            "WHERE account_id = 1 AND field = 'token' AND version = 2"
        ),
        (
            "UPDATE vault_secret_version SET sealed = (SELECT sealed FROM vault_secret_version "
            "WHERE account_id = 1 AND field = 'token' AND version = 1) "
            "WHERE account_id = 1 AND field = 'token' AND version = 2"
        ),
    ],
    ids=["account", "field", "version"],
)
def test_a_sealed_row_moved_elsewhere_does_not_open(house: House, swap: str) -> None:
    with house.write() as session:
        put(session, house, "uno")
        put(session, house, "dos")
        put(session, house, "clave", field="password")
        put(session, house, "ajeno", account_id=2)
        changed = session.connection().exec_driver_sql(swap)
        assert changed.rowcount == 1
        with pytest.raises(Tampered):
            store.use(session, house.keyring, 1)


def test_a_counter_set_back_stops_the_next_change(house: House) -> None:
    with house.write() as session:
        for value in ("uno", "dos", "tres"):
            put(session, house, value)
        session.connection().exec_driver_sql("UPDATE vault_secret SET current_version = 1")
    with pytest.raises(RolledBack), house.write() as session:
        put(session, house, "cuatro")


def test_changes_at_the_same_instant_get_versions_of_their_own(house: House) -> None:
    versions: list[int] = []

    def change(n: int) -> None:
        with house.write() as session:
            versions.append(put(session, house, f"valor {n}"))

    threads = [threading.Thread(target=change, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == list(range(1, 9))


def rotated(house: House, key_path: Path) -> tuple[Keyring, Keyring]:
    """Return the ring of a rotation in progress, and that of the time after it."""
    old = key_file(key_path)
    new = old.successor()
    both = Keyring(new, old)
    with house.write() as session:
        keys.check_or_register(session, both, NOW)
    return both, Keyring(new)


def test_a_rotation_of_the_key_can_stop_anywhere_and_go_on(house: House, key_path: Path) -> None:
    with house.write() as session:
        for account_id in range(10):
            put(session, house, f"t{account_id}", account_id=account_id)
    both, alone = rotated(house, key_path)

    def step(session: Session) -> int:
        return rotation.rewrap(session, both, by=ANA, now=NOW, trail=house.trail, batch=4)

    def killed_before_commit() -> None:
        with house.write() as session:
            step(session)
            raise RuntimeError

    with house.write() as session:
        assert step(session) == 4
    with pytest.raises(RuntimeError):
        killed_before_commit()
    with house.write() as session:
        used = store.use_many(session, both, range(10))
        assert [used[n].fields["token"].reveal() for n in range(10)] == [f"t{n}" for n in range(10)]
        assert len({key for one in used.values() for key in one.key_ids.values()}) == 2
        with pytest.raises(KeyInUse, match="6 secretos"):
            rotation.retire(session, house.keyring.primary.key_id)
    counts = []
    while not counts or counts[-1]:
        with house.write() as session:
            counts.append(step(session))
    assert counts == [4, 2, 0]
    with house.write() as session:
        keys.check_or_register(session, alone, NOW)
        rotation.retire(session, house.keyring.primary.key_id)
        used = store.use_many(session, alone, range(10))
        assert used[7].fields["token"].reveal() == "t7"
        told = [entry for entry in entries(session) if entry.action == rotation.REWRAP]
    assert [json.loads(entry.detail)["secrets"] for entry in told] == [4, 4, 2]


def test_rewrapping_leaves_alone_what_changed_since_it_was_read(
    house: House, key_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.write() as session:
        put(session, house, "uno")
    both, _ = rotated(house, key_path)
    real = rotation.envelope.rewrap

    def meanwhile(*args: object) -> object:
        fresh = real(*args)  # type: ignore[arg-type]
        session.connection().exec_driver_sql(
            "UPDATE vault_secret_version SET sealed = sealed || ' '"
        )
        return fresh

    monkeypatch.setattr(rotation.envelope, "rewrap", meanwhile)
    with house.write() as session:
        assert rotation.rewrap(session, both, by=ANA, now=NOW, trail=house.trail) == 0
        sealed = session.connection().exec_driver_sql("SELECT sealed FROM vault_secret_version")
        assert sealed.scalar_one().endswith(" ")


def test_old_versions_are_erased_after_their_days_and_the_current_one_never(house: House) -> None:
    with house.write() as session:
        for value in ("uno", "dos", "tres"):
            put(session, house, value)
        put(session, house, "solo", account_id=2)

        def erase(days: int) -> int:
            before = NOW + timedelta(days=days)
            return rotation.erase_old(session, before=before, by=ANA, now=NOW, trail=house.trail)

        assert erase(0) == 0
        assert erase(1) == 2
        assert erase(1) == 0
        left = session.connection().exec_driver_sql(
            "SELECT version, sealed = '' FROM vault_secret_version WHERE account_id = 1 "
            "ORDER BY version"
        )
        assert [(row[0], bool(row[1])) for row in left] == [(1, True), (2, True), (3, False)]
        assert store.use(session, house.keyring, 1).fields["token"].reveal() == "tres"
        assert put(session, house, "cuatro") == 4
