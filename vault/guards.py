"""Triggers that refuse to change or remove what the audit holds, in both databases.

``install`` ends every migration; ``missing`` is asked at start-up and by ``verify``, because an
owner can drop a trigger at any time. SQLite's ``INSERT OR REPLACE`` deletes without firing the
DELETE trigger unless ``recursive_triggers`` is on, so an insert over an
existing row is refused too.
"""

from __future__ import annotations

from sqlalchemy import Connection

from vault.db import is_postgres

TABLES = {"audit_entry": ("id",), "audit_link": ("seq", "entry_id"), "audit_checkpoint": ("seq",)}
_FUNCTION = "pregonero_audit_refuse"
_BODY = (
    "BEGIN RAISE EXCEPTION 'pregonero: % on % is not allowed, the audit is insert-only', "
    "TG_OP, TG_TABLE_NAME; END"
)
_MESSAGE = "pregonero: the audit is insert-only"


def install(conn: Connection) -> None:
    """Create or mend every guard, in the caller's transaction; idempotent."""
    if is_postgres(conn):
        _install_postgres(conn)
    else:
        _install_sqlite(conn)


def missing(conn: Connection) -> list[str]:
    """Name, as ``table.trigger``, each guard that is absent, disabled or not as installed."""
    if is_postgres(conn):
        return _missing_postgres(conn)
    found = _sqlite_found(conn)
    return [
        f"{table}.{name}"
        for table, triggers in _sqlite_wanted().items()
        for name, sql in triggers.items()
        if found.get(name) != sql
    ]


def _sqlite_wanted() -> dict[str, dict[str, str]]:
    wanted = {}
    for table, keys in TABLES.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        clash = " OR ".join(f"{key} = NEW.{key}" for key in keys)
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {clash})"  # noqa: S608
        wanted[table] = {
            f"{table}_no_{verb}": f"CREATE TRIGGER {table}_no_{verb} BEFORE {event} {refuse}"
            for verb, event in (
                ("update", f"UPDATE ON {table}"),
                ("delete", f"DELETE ON {table}"),
                ("replace", f"INSERT ON {table} WHEN {exists}"),
            )
        }
    return wanted


def _sqlite_found(conn: Connection) -> dict[str, str]:
    rows = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row[0]: row[1] for row in rows}


def _install_sqlite(conn: Connection) -> None:
    found = _sqlite_found(conn)
    for triggers in _sqlite_wanted().values():
        for name, sql in triggers.items():
            if found.get(name) == sql:
                continue
            conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            conn.exec_driver_sql(sql)


def _install_postgres(conn: Connection) -> None:
    if not _missing_postgres(conn):
        return
    function = _BODY.replace("%", "%%")
    conn.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger "
        f"LANGUAGE plpgsql AS $guard${function}$guard$",
        (),
    )
    for table in TABLES:
        name = f"{table}_insert_only"
        conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        conn.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
        )
        # ALWAYS: it fires under session_replication_role = replica too.
        conn.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


# tgtype 58 = before (2) delete (8) update (16) truncate (32), per statement; 'A' = enabled always.
_POSTGRES_GUARD = (
    "SELECT 1 FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid "
    "WHERE t.tgrelid = to_regclass(%s) AND t.tgname = %s AND t.tgenabled = 'A' "
    "AND t.tgtype = 58 AND t.tgqual IS NULL AND p.proname = %s AND p.prosrc = %s"
)


def _missing_postgres(conn: Connection) -> list[str]:
    absent = []
    for table in TABLES:
        name = f"{table}_insert_only"
        row = conn.exec_driver_sql(_POSTGRES_GUARD, (table, name, _FUNCTION, _BODY)).first()
        if row is None:
            absent.append(f"{table}.{name}")
    return absent
