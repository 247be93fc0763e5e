"""The ways to tamper, as one suite, and weak designs on which that suite must fail.

Each case is an act of somebody who owns the tables. ``missed`` plays every case on one house and
names those that the design neither refuses nor notices; a house is as before afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, exc

from tests.vault.conftest import ANA, NOW, House, make_entries
from vault import audit, envelope, guards, rows, store, verify
from vault.audit import COLUMNS, AuditKey
from vault.checkpoints import checkpoint, stored, write_anchor
from vault.db import is_postgres
from vault.errors import VaultError
from vault.primitives import Mac
from vault.secret import Secret

LATER = NOW + timedelta(minutes=5)
KEPT = (*guards.TABLES, "vault_secret", "vault_secret_version")


class Unkeyed(Mac):
    """What anybody can compute: the weak design's chain, and a forger's best guess at ours."""

    def __init__(self) -> None:
        super().__init__(b"")

    def hex(self, message: bytes) -> str:
        return hashlib.sha256(message).hexdigest()


def unkeyed(house: House) -> House:
    """Return a house whose entries and links carry digests instead of MACs."""
    key = AuditKey(entry=Unkeyed(), link=Unkeyed(), public=house.key.public)
    return replace(house, key=key, trail=replace(house.trail, key=key))


def stage(house: House) -> Path:
    """Fill a house: 5 checkpoints, an anchor, a tail that none covers, secrets of two accounts.

    Tables named ``old_…`` hold what it was at the fortieth link, as a backup of then would.
    """
    anchor = house.folder / "ancla.json"
    for account_id in (1, 2):
        seal_secret(house, account_id, store.put)
    for start in range(0, 50, 10):
        if start == 40:
            with house.write() as session:
                for table in KEPT:
                    copy = f"CREATE TABLE old_{table} AS SELECT * FROM {table}"
                    session.connection().exec_driver_sql(copy)
            seal_secret(house, 1, store.rotate)
        house.append(make_entries(10, start=start))
        house.seal()
        with house.write() as session:
            assert checkpoint(session, house.signer, now=NOW)
    with house.read() as session:
        write_anchor(stored(session), house.key.public, anchor)
    house.append(make_entries(4, start=60))
    house.seal()
    return anchor


def seal_secret(house: House, account_id: int, verb: Callable[..., int]) -> None:
    with house.write() as session:
        verb(
            session,
            house.keyring,
            account_id=account_id,
            field="token",
            value=Secret(f"{verb.__name__} de {account_id}"),
            by=ANA,
            now=NOW,
            reason="Pruebas",
            trail=house.trail,
        )


@dataclass(frozen=True)
class Case:
    """One act. ``refused``: the database must not let it happen, whoever would notice later."""

    name: str
    act: Callable[[House, Connection], None]
    refused: bool = False
    anchor_only: bool = False


def edit(house: House, conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE audit_entry SET actor = 'Otra' WHERE id = 'e00017'")


def reorder(house: House, conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE audit_link SET entry_id = 'x' WHERE entry_id = 'e00017'")
    conn.exec_driver_sql("UPDATE audit_link SET entry_id = 'e00017' WHERE entry_id = 'e00018'")
    conn.exec_driver_sql("UPDATE audit_link SET entry_id = 'e00018' WHERE entry_id = 'x'")


def delete(house: House, conn: Connection) -> None:
    (seq,) = conn.exec_driver_sql("SELECT seq FROM audit_link WHERE entry_id = 'e00017'").one()
    conn.exec_driver_sql("DELETE FROM audit_entry WHERE id = 'e00017'")
    conn.exec_driver_sql(f"DELETE FROM audit_link WHERE seq = {seq}")
    conn.exec_driver_sql(f"UPDATE audit_link SET seq = -seq WHERE seq > {seq}")
    conn.exec_driver_sql("UPDATE audit_link SET seq = -seq - 1 WHERE seq < 0")


def cut_the_tail(house: House, conn: Connection) -> None:
    (seq,) = conn.exec_driver_sql("SELECT seq FROM audit_link WHERE entry_id = 'e00045'").one()
    late = f"SELECT entry_id FROM audit_link WHERE seq > {seq}"
    conn.exec_driver_sql(f"DELETE FROM audit_entry WHERE id IN ({late})")
    conn.exec_driver_sql(f"DELETE FROM audit_link WHERE seq > {seq}")
    conn.exec_driver_sql(f"DELETE FROM audit_checkpoint WHERE seq > {seq}")


def edit_the_tail_and_restamp_by_what_is_public(house: House, conn: Connection) -> None:
    """Nothing signed covers the tail yet: only the MACs' key stands in the way."""
    conn.exec_driver_sql("UPDATE audit_entry SET actor = 'Otra' WHERE id = 'e00062'")
    restamp(conn, unkeyed(house).key, after="e00049")


def steal_the_mac_key(house: House, conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE audit_entry SET actor = 'Otra' WHERE id = 'e00017'")
    restamp(conn, house.key)


def swap_secrets(house: House, conn: Connection) -> None:
    sealed = dict(
        conn.exec_driver_sql(
            "SELECT account_id, sealed FROM vault_secret_version WHERE version = 1"
        ).all()  # type: ignore[arg-type]
    )
    mark = "%s" if is_postgres(conn) else "?"
    for account_id, other in ((1, 2), (2, 1)):
        conn.exec_driver_sql(
            f"UPDATE vault_secret_version SET sealed = {mark} "
            f"WHERE account_id = {account_id} AND version = 1",
            (sealed[other],),
        )


def put_back_an_older_secret(house: House, conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE vault_secret SET current_version = 1 WHERE account_id = 1")
    conn.exec_driver_sql("DELETE FROM vault_secret_version WHERE account_id = 1 AND version = 2")


def put_back_an_old_copy(house: House, conn: Connection) -> None:
    for table in reversed(KEPT):
        conn.exec_driver_sql(f"DELETE FROM {table}")
    for table in KEPT:
        conn.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM old_{table}")


def replace_a_row(house: House, conn: Connection) -> None:
    names = ", ".join((*COLUMNS, "mac"))
    other = names.replace("reason", "'otra'")
    copy = f"({names}) SELECT {other} FROM audit_entry WHERE id = 'e00017'"
    if is_postgres(conn):
        conn.exec_driver_sql(
            f"INSERT INTO audit_entry {copy} ON CONFLICT (id) DO UPDATE SET reason = 'otra'"
        )
    else:
        conn.exec_driver_sql(f"INSERT OR REPLACE INTO audit_entry {copy}")


def drop_a_guard(house: House, conn: Connection) -> None:
    if is_postgres(conn):
        conn.exec_driver_sql("DROP TRIGGER audit_entry_insert_only ON audit_entry")
    else:
        conn.exec_driver_sql("DROP TRIGGER audit_entry_no_update")


CASES = (
    Case("edit a row", edit),
    Case("change the order", reorder),
    Case("delete a row", delete),
    Case("cut the tail with its checkpoints", cut_the_tail, anchor_only=True),
    Case("edit and restamp by what is public", edit_the_tail_and_restamp_by_what_is_public),
    Case("steal the MAC key and restamp", steal_the_mac_key),
    Case("swap the secrets of two accounts", swap_secrets),
    Case("put back an older secret", put_back_an_older_secret),
    Case("put back an old copy of everything", put_back_an_old_copy, anchor_only=True),
    Case("replace a row", replace_a_row, refused=True),
    Case("drop a guard", drop_a_guard),
)
GUARDED = {"replace a row", "drop a guard"}
"""What is tried with the guards in place; all else with them dropped, and put back to hide it."""


def missed(house: House, anchor: Path | None) -> set[str]:
    """Return the names of the cases that ``house`` neither refuses nor notices."""
    assert notices(house, anchor) == "", "the house is whole before anybody touches it"
    return {case.name for case in CASES if not catches(house, case, anchor)}


def catches(house: House, case: Case, anchor: Path | None) -> bool:
    """Play one case; tell whether it was refused, or noticed where that is enough."""
    with attacked(house, hidden=case.name not in GUARDED) as conn:
        try:
            with conn.begin_nested():
                case.act(house, conn)
        except exc.DatabaseError as error:
            if case.name not in GUARDED:
                raise
            return "insert-only" in str(error)
        if case.name not in GUARDED:
            guards.install(conn)
        return not case.refused and notices(house, anchor, conn) != ""


@contextmanager
def attacked(house: House, *, hidden: bool) -> Iterator[Connection]:
    """A transaction of the tables' owner that never happened afterwards."""
    with house.engine.connect() as conn:
        outer = conn.begin()
        try:
            if not is_postgres(conn):
                conn.exec_driver_sql("PRAGMA recursive_triggers=OFF")
            if hidden:
                drop_guards(conn)
            yield conn
        finally:
            outer.rollback()


def drop_guards(conn: Connection) -> None:
    if is_postgres(conn):
        for table in guards.TABLES:
            conn.exec_driver_sql(f"DROP TRIGGER {table}_insert_only ON {table}")
        return
    names = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
    for (name,) in names:
        conn.exec_driver_sql(f"DROP TRIGGER {name}")


def notices(house: House, anchor: Path | None, conn: Connection | None = None) -> str:
    """Return what verify, or opening the secrets as a machine does, complains of first."""
    if conn is None:
        with house.engine.connect() as own:
            return notices(house, anchor, own)
    found = verify.verify(conn, house.key, now=LATER, anchor=anchor)
    if not found.ok:
        return found.problems[0]
    try:
        store.use_many(conn, house.keyring, (1, 2))
    except VaultError as error:
        return str(error)
    return ""


def restamp(conn: Connection, key: AuditKey, *, after: str = "") -> None:
    """Make every mac anew with ``key`` over what the tables hold, from the link of ``after`` on."""
    found = [row for batch in rows.batches(conn, rows.links_sql(conn)) for row in batch]
    begin = next((n + 1 for n, row in enumerate(found) if row[1] == after), 0)
    macs: dict[str, str] = {}
    changed = {row[1] for row in found[begin:]}
    for batch in list(rows.batches(conn, rows.entries_sql(conn))):
        for values in batch:
            if values[0] not in changed:
                continue
            plain = ["" if value is None else str(value) for value in values[:-1]]
            macs[values[0]] = audit.entry_mac(key, plain)
            conn.exec_driver_sql(
                f"UPDATE audit_entry SET mac = '{macs[values[0]]}' WHERE id = '{values[0]}'"
            )
    previous = found[begin - 1][3] if begin else ""
    for seq, entry_id, at, _ in found[begin:]:
        previous = audit.link_mac(key, seq, previous, entry_id, macs[entry_id], at)
        conn.exec_driver_sql(f"UPDATE audit_link SET mac = '{previous}' WHERE seq = {seq}")


@dataclass(frozen=True)
class Design:
    """A weak design: what is wrong with it, and the cases that must slip through."""

    name: str
    weaken: Callable[[House, pytest.MonkeyPatch], House]
    slips: frozenset[str]
    anchored: bool = True


def _without_keys(house: House, patch: pytest.MonkeyPatch) -> House:
    return unkeyed(house)


def _without_replace_guard(house: House, patch: pytest.MonkeyPatch) -> House:
    """Guards that know UPDATE and DELETE only, as one writes them at first."""
    wanted = guards._sqlite_wanted
    patch.setattr(
        guards,
        "_sqlite_wanted",
        lambda: {
            table: {name: sql for name, sql in found.items() if not name.endswith("_replace")}
            for table, found in wanted().items()
        },
    )
    with house.write() as session:
        conn = session.connection()
        if not is_postgres(conn):
            for table in guards.TABLES:
                conn.exec_driver_sql(f"DROP TRIGGER {table}_no_replace")
            return house
        # there the statement is an UPDATE: a guard of DELETE and TRUNCATE alone lets it through
        for table in guards.TABLES:
            conn.exec_driver_sql(f"DROP TRIGGER {table}_insert_only ON {table}")
            conn.exec_driver_sql(
                f"CREATE TRIGGER {table}_insert_only BEFORE DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {guards._FUNCTION}()"
            )
            conn.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_insert_only")
    weaker = guards._POSTGRES_GUARD.replace("= 58", "IN (42, 58)")
    patch.setattr(guards, "_POSTGRES_GUARD", weaker)
    return house


def _without_looking_at_guards(house: House, patch: pytest.MonkeyPatch) -> House:
    patch.setattr(guards, "missing", lambda conn: [])
    return house


def _without_places(house: House, patch: pytest.MonkeyPatch) -> House:
    patch.setattr(envelope, "_aad", lambda place, kek_id: b"everywhere")
    return house


def _without_marks(house: House, patch: pytest.MonkeyPatch) -> House:
    patch.setattr(verify, "_verify_marks", lambda conn, problems: None)
    return house


def _without_checkpoints(house: House, patch: pytest.MonkeyPatch) -> House:
    def nothing(*_: Any) -> None:
        return None

    patch.setattr(verify, "_verify_checkpoints", nothing)
    return house


def _as_it_is(house: House, patch: pytest.MonkeyPatch) -> House:
    return house


ANCHORED = frozenset(case.name for case in CASES if case.anchor_only)
DESIGNS = (
    Design("an unkeyed chain", _without_keys, frozenset({"edit and restamp by what is public"})),
    Design("no guard of REPLACE", _without_replace_guard, frozenset({"replace a row"})),
    Design("guards nobody looks at", _without_looking_at_guards, frozenset({"drop a guard"})),
    Design("no place in the seal", _without_places, frozenset({CASES[6].name})),
    Design("no version marks", _without_marks, frozenset({CASES[7].name})),
    Design("no anchor", _as_it_is, ANCHORED, anchored=False),
    Design(
        "neither checkpoints nor anchor",
        _without_checkpoints,
        ANCHORED | {"steal the MAC key and restamp"},
        anchored=False,
    ),
)
