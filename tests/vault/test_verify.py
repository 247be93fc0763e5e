"""Every way to tamper that a table owner has, with the guards put back to hide it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.vault.conftest import ANA, NOW, House, make_entries
from vault import audit, guards, rows, store, verify
from vault.audit import COLUMNS, AuditKey
from vault.checkpoints import Signer, checkpoint, due, read_anchor, stored, write_anchor
from vault.errors import AnchorContradicts, AnchorUnreadable, NothingToAnchor
from vault.keys import MasterKey
from vault.secret import Secret
from vault.verify import Verification


def check(house: House, anchor: Path | None = None, *, after: float = 0) -> Verification:
    with house.read() as session:
        now = NOW + timedelta(seconds=after)
        return verify.verify(session, house.key, now=now, anchor=anchor)


@pytest.fixture
def chain(house: House) -> House:
    """Fifty linked entries, a checkpoint at each ten, the last of them anchored."""
    for start in range(0, 50, 10):
        house.append(make_entries(10, start=start))
        house.seal()
        with house.write() as session:
            assert checkpoint(session, house.signer, now=NOW)
    with house.read() as session:
        write_anchor(stored(session), house.key.public, house.folder / "ancla.json")
    return house


def anchor_of(house: House) -> Path:
    return house.folder / "ancla.json"


def restamp(conn: Connection, key: AuditKey, *, entries: bool = True) -> None:
    """What a thief of the MAC key does: every mac made anew over what the tables hold now."""
    if entries:
        for batch in list(rows.batches(conn, rows.entries_sql(conn))):
            for values in batch:
                texts = ["" if value is None else str(value) for value in values[:-1]]
                mac = audit.entry_mac(key, texts)
                conn.exec_driver_sql(
                    f"UPDATE audit_entry SET mac = '{mac}' WHERE id = '{values[0]}'"
                )
    macs = dict(conn.exec_driver_sql("SELECT id, mac FROM audit_entry").all())  # type: ignore[arg-type]
    found = [row for batch in rows.batches(conn, rows.links_sql(conn)) for row in batch]
    conn.exec_driver_sql("UPDATE audit_link SET seq = -seq")
    previous = ""
    for seq, (old, entry_id, at, _) in enumerate(found, 1):
        previous = audit.link_mac(key, seq, previous, entry_id, macs[entry_id], at)
        conn.exec_driver_sql(
            f"UPDATE audit_link SET seq = {seq}, mac = '{previous}' WHERE seq = {-old}"
        )


def test_an_untouched_chain_verifies_with_and_without_anchor(chain: House) -> None:
    result = check(chain, anchor_of(chain), after=3600)
    assert result.ok
    assert (result.entries, result.links, result.checkpoints) == (50, 50, 5)
    assert result.anchored
    assert not check(chain).anchored


def test_an_empty_house_verifies(house: House) -> None:
    result = check(house)
    assert result.ok
    assert (result.entries, result.links, result.head) == (0, 0, "")


@pytest.mark.parametrize("column", [*COLUMNS, "mac"])
def test_a_change_of_any_column_of_one_row_turns_it_red_and_names_the_row(
    chain: House, column: str
) -> None:
    new = {
        "id": "'e99999'",
        "at": "(SELECT at FROM audit_entry WHERE id = 'e00018')",
        "actor_id": "actor_id IS NULL" if chain.engine.dialect.name == "sqlite" else "1",
        "plantel_id": "0",
        "result": "'refused'",
    }.get(column, f"'x' || {column}")
    with chain.attacker() as conn:
        changed = conn.exec_driver_sql(
            f"UPDATE audit_entry SET {column} = {new} WHERE id = 'e00017'"
        )
        assert changed.rowcount == 1
    result = check(chain)
    assert not result.ok
    assert any("e00017" in sentence for sentence in result.problems)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(row=st.integers(0, 49), column=st.sampled_from(["reason", "actor", "mac", "object_id"]))
def test_one_byte_of_one_row_is_enough(chain: House, row: int, column: str) -> None:
    where = f"WHERE id = 'e{row:05d}'"
    with chain.attacker() as conn:
        old = conn.exec_driver_sql(f"SELECT {column} FROM audit_entry {where}").scalar_one()
        new = chr(ord(old[0]) ^ 1) + old[1:] if old else "x"
        conn.exec_driver_sql(f"UPDATE audit_entry SET {column} = '{new}' {where}")
    assert not check(chain).ok
    with chain.attacker() as conn:
        conn.exec_driver_sql(f"UPDATE audit_entry SET {column} = '{old}' {where}")
    assert check(chain).ok


def test_a_value_of_another_type_or_nothing_is_altered_not_a_crash(chain: House) -> None:
    if chain.engine.dialect.name == "postgresql":
        with chain.attacker() as conn:
            conn.exec_driver_sql("ALTER TABLE audit_entry ALTER COLUMN reason DROP NOT NULL")
            conn.exec_driver_sql("UPDATE audit_entry SET reason = NULL WHERE id = 'e00003'")
            conn.exec_driver_sql("UPDATE audit_entry SET actor_id = NULL WHERE id = 'e00004'")
        assert len(check(chain).problems) == 2
        return
    with chain.attacker() as conn:
        for n, value in enumerate(("x'00ff'", "CAST(reason AS BLOB)")):
            conn.exec_driver_sql(f"UPDATE audit_entry SET reason = {value} WHERE id = 'e0000{n}'")
        conn.exec_driver_sql("UPDATE audit_entry SET plantel_id = 'x' WHERE id = 'e00002'")
        conn.exec_driver_sql("UPDATE audit_entry SET plantel_id = '' WHERE id = 'e00004'")
        conn.exec_driver_sql("UPDATE audit_link SET mac = x'00' WHERE seq = 50")
    assert len([p for p in check(chain).problems if "fue alterado: su sello" in p]) == 4


def renumber(conn: Connection, after: int) -> None:
    conn.exec_driver_sql(f"UPDATE audit_link SET seq = -seq WHERE seq > {after}")
    conn.exec_driver_sql("UPDATE audit_link SET seq = -seq - 1 WHERE seq < 0")


def delete_both(conn: Connection) -> None:
    conn.exec_driver_sql("DELETE FROM audit_link WHERE seq = 20")
    conn.exec_driver_sql("DELETE FROM audit_entry WHERE id = 'e00019'")


def delete_and_renumber(conn: Connection) -> None:
    delete_both(conn)
    renumber(conn, 20)


def reorder(conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE audit_link SET entry_id = 'x' WHERE seq = 5")
    conn.exec_driver_sql("UPDATE audit_link SET entry_id = 'e00004' WHERE seq = 6")
    conn.exec_driver_sql("UPDATE audit_link SET entry_id = 'e00005' WHERE seq = 5")


def tail_with_its_checkpoint_left(conn: Connection) -> None:
    conn.exec_driver_sql("DELETE FROM audit_link WHERE seq > 45")
    conn.exec_driver_sql("DELETE FROM audit_entry WHERE id >= 'e00045'")


def forged_checkpoint(conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE audit_checkpoint SET at = (SELECT at FROM audit_link LIMIT 1)")
    conn.exec_driver_sql("UPDATE audit_checkpoint SET signature = '00' WHERE seq = 30")


def middle_checkpoint_removed(conn: Connection) -> None:
    conn.exec_driver_sql("DELETE FROM audit_checkpoint WHERE seq = 30")


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (lambda c: c.exec_driver_sql("DELETE FROM audit_entry WHERE id = 'e00019'"), "Falta el a"),
        (lambda c: c.exec_driver_sql("DELETE FROM audit_link WHERE seq = 20"), "Falta el eslabón"),
        (delete_both, "Falta el eslabón 20"),
        (delete_and_renumber, "El eslabón 20"),
        (reorder, "cambió de lugar"),
        (tail_with_its_checkpoint_left, "la cadena tiene 45"),
        (forged_checkpoint, "La firma del punto de control 30"),
        (middle_checkpoint_removed, "La firma del punto de control 40"),
    ],
)
def test_each_way_to_tamper_is_found_without_an_anchor(
    chain: House, tamper: Callable[[Connection], object], says: str
) -> None:
    with chain.attacker() as conn:
        tamper(conn)
    result = check(chain)
    assert any(says in sentence for sentence in result.problems), result.problems


def test_a_tail_removed_with_its_checkpoints_shows_only_against_the_anchor(chain: House) -> None:
    with chain.attacker() as conn:
        tail_with_its_checkpoint_left(conn)
        conn.exec_driver_sql("DELETE FROM audit_checkpoint WHERE seq > 45")
    assert check(chain).ok
    result = check(chain, anchor_of(chain))
    assert any("faltan asientos" in sentence for sentence in result.problems)


def test_a_stolen_mac_key_rewrites_the_chain_but_not_the_checkpoints(chain: House) -> None:
    with chain.attacker() as conn:
        conn.exec_driver_sql("UPDATE audit_entry SET actor = 'Otra' WHERE id = 'e00017'")
        restamp(conn, chain.key)
    problems = check(chain).problems
    assert problems
    assert all("punto de control" in sentence for sentence in problems)
    with chain.attacker() as conn:
        conn.exec_driver_sql("DELETE FROM audit_checkpoint")
    assert check(chain).ok
    assert any("fue rehecha" in sentence for sentence in check(chain, anchor_of(chain)).problems)


def test_an_old_copy_put_back_whole_shows_only_against_the_anchor(chain: House) -> None:
    with chain.write() as session:
        for table in guards.TABLES:
            copy = f"CREATE TABLE old_{table} AS SELECT * FROM {table}"
            session.connection().exec_driver_sql(copy)
    chain.append(make_entries(10, start=50))
    chain.seal()
    with chain.write() as session:
        checkpoint(session, chain.signer, now=NOW)
        write_anchor(stored(session), chain.key.public, anchor_of(chain))
    assert check(chain, anchor_of(chain)).ok
    with chain.attacker() as conn:
        for table in guards.TABLES:
            conn.exec_driver_sql(f"DELETE FROM {table}")
            conn.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM old_{table}")
    assert check(chain).ok
    problems = check(chain, anchor_of(chain)).problems
    assert problems == (
        ("El ancla llega al eslabón 60 y la cadena termina en el 50: faltan asientos."),
    )


def test_an_entry_written_past_the_house_is_found_even_when_linked(chain: House) -> None:
    with chain.write() as session:
        stranger = AuditKey.from_keyring(MasterKey(b"x" * 32, b"y" * 32))
        audit.append(session, stranger, make_entries(1, start=70))
    assert any("e00070" in sentence for sentence in check(chain).problems)
    chain.seal()
    assert any("e00070" in sentence for sentence in check(chain).problems)


def test_an_entry_deleted_before_it_was_linked_leaves_its_place_in_the_chain(chain: House) -> None:
    chain.append(make_entries(2, start=60))
    with chain.attacker() as conn:
        conn.exec_driver_sql("DELETE FROM audit_entry WHERE id = 'e00060'")
    chain.seal()
    assert any("Falta el asiento e00060" in sentence for sentence in check(chain).problems)


def test_entries_may_wait_a_minute_for_their_link_and_no_more(chain: House) -> None:
    chain.append(make_entries(3, start=60))
    soon = check(chain, after=59)
    assert soon.ok
    assert soon.pending == 3
    late = check(chain, after=61)
    assert len(late.problems) == 3
    assert any("e00061" in sentence for sentence in late.problems)


def test_another_house_key_makes_every_row_red_and_the_list_stays_short(house: House) -> None:
    house.append(make_entries(300))
    house.seal()
    stranger = AuditKey.from_keyring(MasterKey(b"x" * 32, b"y" * 32))
    with house.read() as session:
        result = verify.verify(session, stranger, now=NOW)
    assert len(result.problems) == 101
    assert result.problems[-1] == "… y 500 hallazgos más."


def test_a_chain_whose_order_disagrees_with_storage_still_verifies(
    chain: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored dump may store entries in any order; then rows are read by id."""
    monkeypatch.setattr(verify, "_WINDOW", 4)
    monkeypatch.setattr(rows, "FETCH", 3)
    with chain.attacker() as conn:
        conn.exec_driver_sql("CREATE TABLE copia AS SELECT * FROM audit_entry")
        conn.exec_driver_sql("DELETE FROM audit_entry")
        conn.exec_driver_sql("INSERT INTO audit_entry SELECT * FROM copia ORDER BY id DESC")
        conn.exec_driver_sql("DROP TABLE copia")
    result = check(chain, after=3600)
    assert result.ok, result.problems
    assert result.entries == 50
    with chain.attacker() as conn:
        conn.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE id = 'e00001'")
    assert check(chain).problems == (
        "El asiento e00001 fue alterado: su sello no corresponde a su contenido.",
    )


def put(house: House, value: str) -> None:
    with house.write() as session:
        store.put(
            session,
            house.keyring,
            account_id=4,
            field="token",
            value=Secret(value),
            by=ANA,
            now=NOW,
            reason="cambio",
            trail=house.trail,
        )


def test_a_secret_put_back_to_an_older_version_is_found_by_the_mark(house: House) -> None:
    for value in ("uno", "dos"):
        put(house, value)
    house.seal()
    assert check(house).ok
    with house.write() as session:
        session.connection().exec_driver_sql("UPDATE vault_secret SET current_version = 1")
    assert "está en la versión 1; la bitácora registró la 2" in check(house).problems[0]


def test_a_removed_secret_and_a_foreign_digest_are_found_by_the_mark(house: House) -> None:
    put(house, "uno")
    house.seal()
    with house.write() as session:
        session.connection().exec_driver_sql("UPDATE vault_secret_version SET digest = 'x'")
    assert "no es el que registró" in check(house).problems[0]
    with house.write() as session:
        session.connection().exec_driver_sql("DELETE FROM vault_secret_version")
        session.connection().exec_driver_sql("DELETE FROM vault_secret")
    assert "está en la versión 0" in check(house).problems[0]


def test_the_anchor_grows_and_is_never_written_over_a_contradiction(chain: House) -> None:
    path = anchor_of(chain)
    chain.append(make_entries(1, start=60))
    chain.seal()
    with chain.write() as session:
        checkpoint(session, chain.signer, now=NOW)
        write_anchor(stored(session), chain.key.public, path)
    assert [item.seq for item in read_anchor(path)] == [50, 51]
    body = json.loads(path.read_text())
    body["checkpoints"][0]["head"] = "0" * 64
    path.write_text(json.dumps(body))
    with chain.read() as session, pytest.raises(AnchorContradicts):
        write_anchor(stored(session), chain.key.public, path)
    assert json.loads(path.read_text()) == body


def test_an_anchor_of_another_house_and_an_unreadable_one_are_said(chain: House) -> None:
    path = anchor_of(chain)
    body = json.loads(path.read_text())
    body["checkpoints"][0]["public_key"] = "00" * 32
    path.write_text(json.dumps(body))
    assert any("otra llave" in sentence for sentence in check(chain, path).problems)
    for text in ("", "[]", "{}", '{"format": "pregonero-anchor-v1", "checkpoints": [1]}'):
        path.write_text(text)
        with pytest.raises(AnchorUnreadable):
            check(chain, path)
    path.unlink()
    with pytest.raises(AnchorUnreadable):
        check(chain, path)


def test_a_checkpoint_needs_something_new_and_an_anchor_a_checkpoint(house: House) -> None:
    with house.write() as session:
        assert not checkpoint(session, house.signer, now=NOW)
        assert not due(session, now=NOW)
        with pytest.raises(NothingToAnchor):
            write_anchor(stored(session), house.key.public, house.folder / "a.json")
    house.append(make_entries(3))
    house.seal()
    with house.write() as session:
        assert due(session, now=NOW)
        assert checkpoint(session, house.signer, now=NOW)
        assert not checkpoint(session, house.signer, now=NOW)
    house.append(make_entries(1, start=3))
    house.seal()
    with house.read() as session:
        assert not due(session, now=NOW + timedelta(minutes=14))
        assert due(session, now=NOW + timedelta(minutes=15))


def test_a_checkpoint_signed_by_another_key_is_refused(chain: House) -> None:
    chain.append(make_entries(1, start=60))
    chain.seal()
    with chain.write() as session:
        checkpoint(session, Signer(b"z" * 32), now=NOW)
    assert check(chain).problems == ("La firma del punto de control 51 no es válida.",)
