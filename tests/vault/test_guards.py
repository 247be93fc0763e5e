from __future__ import annotations

import pytest
from sqlalchemy import exc

from tests.vault.conftest import NOW, House, make_entries
from vault import guards
from vault.checkpoints import checkpoint
from vault.verify import verify

REFUSED = "insert-only"
ATTACKS = [
    "UPDATE audit_entry SET reason = 'otra'",
    "DELETE FROM audit_entry",
    "UPDATE audit_link SET entry_id = 'x'",
    "DELETE FROM audit_link WHERE seq = 1",
    "UPDATE audit_checkpoint SET count = 1",
    "DELETE FROM audit_checkpoint",
]
COLUMNS = (
    "id, at, actor_id, actor, role, session_ref, action, object_type, object_id, plantel_id, "
    "reason, before_digest, after_digest, result, detail, mac"
)
COPY = COLUMNS.replace("reason", "'otra'")
SQLITE_ATTACKS = [
    f"INSERT OR REPLACE INTO audit_entry ({COLUMNS}) SELECT {COPY} FROM audit_entry LIMIT 1",
    f"REPLACE INTO audit_entry ({COLUMNS}) SELECT {COPY} FROM audit_entry LIMIT 1",
    (
        f"INSERT INTO audit_entry ({COLUMNS}) SELECT {COPY} FROM audit_entry WHERE true "
        "ON CONFLICT (id) DO UPDATE SET reason = 'otra'"
    ),
    "INSERT OR REPLACE INTO audit_link SELECT 1, 'x', at, mac FROM audit_link LIMIT 1",
    "INSERT OR REPLACE INTO audit_link SELECT 99, entry_id, at, mac FROM audit_link LIMIT 1",
    "UPDATE OR REPLACE audit_link SET seq = 2 WHERE seq = 1",
    (
        "INSERT OR REPLACE INTO audit_checkpoint "
        "SELECT seq, 1, head, at, signature, public_key FROM audit_checkpoint"
    ),
]
POSTGRES_ATTACKS = [
    "TRUNCATE audit_entry",
    "TRUNCATE audit_link, audit_checkpoint",
    (
        f"INSERT INTO audit_entry ({COLUMNS}) SELECT {COPY} FROM audit_entry LIMIT 1 "
        "ON CONFLICT (id) DO UPDATE SET reason = 'otra'"
    ),
    (
        "MERGE INTO audit_link AS l USING (SELECT 1 AS seq) AS s ON l.seq = s.seq "
        "WHEN MATCHED THEN DELETE"
    ),
    "SET LOCAL session_replication_role = replica; DELETE FROM audit_link",
]


@pytest.fixture
def filled(house: House) -> House:
    house.append(make_entries(4))
    house.seal()
    with house.write() as session:
        checkpoint(session, house.signer, now=NOW)
    return house


def attack(house: House, sql: str, *, recursive: str = "OFF") -> None:
    with house.write() as session:
        if house.engine.dialect.name == "sqlite":  # a tool of another house does not set it
            session.connection().exec_driver_sql(f"PRAGMA recursive_triggers={recursive}")
        session.connection().exec_driver_sql(sql)


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_the_database_refuses_to_change_or_remove_what_the_audit_holds(
    filled: House, recursive: str
) -> None:
    sqlite = filled.engine.dialect.name == "sqlite"
    for sql in ATTACKS + (SQLITE_ATTACKS if sqlite else POSTGRES_ATTACKS):
        with pytest.raises(exc.DatabaseError, match=REFUSED):
            attack(filled, sql, recursive=recursive)
    with filled.read() as session:
        assert verify(session, filled.key, now=NOW).ok


def test_installing_again_changes_nothing_and_nothing_is_missing(filled: House) -> None:
    with filled.write() as session:
        guards.install(session.connection())
    with filled.read() as session:
        assert guards.missing(session.connection()) == []


def test_each_dropped_guard_is_named_and_turns_verify_red(filled: House) -> None:
    with filled.attacker(tidy=False) as conn:
        absent = guards.missing(conn)
    assert {name.split(".")[0] for name in absent} == set(guards.TABLES)
    with filled.read() as session:
        result = verify(session, filled.key, now=NOW)
    assert len(result.problems) == len(absent)
    assert all("Falta la protección" in sentence for sentence in result.problems)
    with filled.write() as session:
        guards.install(session.connection())
    with filled.read() as session:
        assert verify(session, filled.key, now=NOW).ok


def test_a_guard_with_its_teeth_drawn_is_missing(filled: House) -> None:
    if filled.engine.dialect.name == "sqlite":
        attack(filled, "DROP TRIGGER audit_entry_no_update")
        attack(
            filled,
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END",
        )
        expected = ["audit_entry.audit_entry_no_update"]
        with filled.read() as session:
            assert guards.missing(session.connection()) == expected
        return
    whole = [f"{table}.{table}_insert_only" for table in guards.TABLES]
    for sql, absent in (
        ("ALTER TABLE audit_link DISABLE TRIGGER ALL", ["audit_link.audit_link_insert_only"]),
        (
            (
                "CREATE OR REPLACE FUNCTION pregonero_audit_refuse() RETURNS trigger "
                "LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
            ),
            whole,
        ),
    ):
        attack(filled, sql)
        with filled.write() as session:
            assert guards.missing(session.connection()) == absent
            guards.install(session.connection())
            assert guards.missing(session.connection()) == []
