"""The rows, out of and into each of the two databases.

SQLite gives a copy of its file by its online backup, in one step, which is one consistent state
and stops no writer. PostgreSQL gives each table by COPY within one REPEATABLE READ transaction:
``pg_dump`` would have to be installed, and of the server's own version; the shape needs no copy,
because a version of ours makes it. A restored database is built by that version and then filled.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlmodel import SQLModel

from publisher import migrations
from publisher.backup.manifest import PURPOSE, Facts
from publisher.errors import Conflict, Invalid
from publisher.texts import backup as texts
from vault import proof
from vault.keys import Keyring

SQLITE_FILE: Final = "pregonero.db"
TABLES: Final = "tablas"
LEVEL: Final = 1
"""gzip's quickest: a quarter of the size already, and a backup must not take the machine."""

T = TypeVar("T")


def dump(engine: Engine, folder: Path, look: Callable[[Connection], T]) -> T:
    """Write every row to files in ``folder``; return what ``look`` sees of that very state."""
    if engine.dialect.name == "sqlite":
        return _dump_sqlite(engine, folder, look)
    return _dump_postgres(engine, folder, look)


def load(connection: Connection, folder: Path, *, schema: str) -> None:
    """Fill an empty PostgreSQL database, in the caller's transaction; SQLite's file is copied."""
    for limit in ("lock_timeout", "statement_timeout"):  # one COPY a table, however large
        connection.execute(text(f"SET LOCAL {limit} = 0"))
    migrations.bring(connection, schema)
    present = {path.name.removesuffix(".gz") for path in (folder / TABLES).glob("*.gz")}
    with _driver(connection).cursor() as cursor:
        for table in _ordered(present):
            _load_table(cursor, table, folder / TABLES / f"{table}.gz")
    _set_sequences(connection, present)


def copy_file(folder: Path, target: Path) -> None:
    """Put SQLite's file of a backup at ``target``."""
    shutil.copyfile(folder / SQLITE_FILE, target)
    target.chmod(0o600)


def size(engine: Engine) -> int:
    """Return how many bytes the database has."""
    if engine.dialect.name == "sqlite":
        return Path(engine.url.database or "").stat().st_size
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT pg_database_size(current_database())"))
    return int(found or 0)


def require_empty(connection: Connection) -> None:
    """Raise ``Conflict`` if the database has any table."""
    if inspect(connection).get_table_names():
        raise Conflict(texts.DATABASE_NOT_EMPTY)


def gather(connection: Connection, keyring: Keyring) -> Facts:
    """Return what must be the same after a restore."""
    counts = {
        table: int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608
        for table in tables(connection)
    }
    head = connection.execute(
        text("SELECT seq, mac FROM audit_link ORDER BY seq DESC LIMIT 1")
    ).first()
    message = "" if head is None else f"{head.seq}:{head.mac}"
    key = keyring.subkey(PURPOSE)
    return Facts(
        counts=counts,
        audit_links=0 if head is None else int(head.seq),
        audit_head=hmac.digest(key, message.encode(), hashlib.sha256).hex(),
        secrets=counts.get("vault_secret_version", 0),
        secrets_digest=proof.fingerprint(connection, keyring),
    )


def differences(wanted: Facts, found: Facts) -> list[str]:
    """Say in what two states differ; empty if they are the same."""
    said = [
        texts.DIFFERENT_COUNT.format(
            table=table, found=found.counts.get(table, 0), wanted=wanted.counts.get(table, 0)
        )
        for table in sorted({*wanted.counts, *found.counts})
        if found.counts.get(table, 0) != wanted.counts.get(table, 0)
    ]
    if found.audit_head != wanted.audit_head:
        said.append(texts.DIFFERENT_AUDIT)
    if found.secrets_digest != wanted.secrets_digest:
        said.append(texts.DIFFERENT_SECRETS)
    return said


def tables(connection: Connection) -> list[str]:
    """Return the tables there are, parents first, without Alembic's own."""
    return _ordered(inspect(connection).get_table_names())


def _ordered(names: Sequence[str] | set[str]) -> list[str]:
    order = {table.name: n for n, table in enumerate(SQLModel.metadata.sorted_tables)}
    known = (name for name in names if name != "alembic_version")
    return sorted(known, key=lambda name: (order.get(name, len(order)), name))


def _dump_sqlite(engine: Engine, folder: Path, look: Callable[[Connection], T]) -> T:
    target = folder / SQLITE_FILE
    with (
        closing(sqlite3.connect(engine.url.database or "", timeout=30)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    target.chmod(0o600)
    plain = create_engine(f"sqlite:///{target}")
    try:
        with plain.connect() as connection:
            return look(connection)
    finally:
        plain.dispose()


def _dump_postgres(engine: Engine, folder: Path, look: Callable[[Connection], T]) -> T:
    (folder / TABLES).mkdir(mode=0o700)
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ")
        seen = look(connection)
        with _driver(connection).cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # one COPY a table, however large
            for table in tables(connection):
                _dump_table(connection, cursor, table, folder / TABLES / f"{table}.gz")
        connection.rollback()
    return seen


def _dump_table(connection: Connection, cursor: Any, table: str, path: Path) -> None:
    columns = ", ".join(column["name"] for column in inspect(connection).get_columns(table))
    with _compressed(path) as file:
        file.write(f"{columns}\n".encode())
        with cursor.copy(f"COPY {table} ({_quoted(columns)}) TO STDOUT") as rows:
            for block in rows:
                file.write(block)


def _load_table(cursor: Any, table: str, path: Path) -> None:
    try:
        with gzip.open(path, "rb") as file:
            columns = file.readline().decode().strip()
            with cursor.copy(f"COPY {table} ({_quoted(columns)}) FROM STDIN") as rows:
                while block := file.read(1 << 20):
                    rows.write(block)
    except (gzip.BadGzipFile, EOFError):
        raise Invalid(texts.FILE_DAMAGED.format(name=path.name), field="from") from None


def _set_sequences(connection: Connection, present: set[str]) -> None:
    """Let each generated key go on after the highest that was loaded."""
    rows = connection.execute(
        text(
            "SELECT table_name, column_name,"
            " pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence"
            " FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
        )
    ).all()
    for table, column, sequence in rows:
        if table in present and sequence:
            connection.execute(
                text(
                    f"SELECT setval(:name, coalesce(max({column}), 1), max({column}) IS NOT NULL)"  # noqa: S608
                    f" FROM {table}"
                ),
                {"name": sequence},
            )


@contextmanager
def _compressed(path: Path) -> Iterator[gzip.GzipFile]:
    with gzip.open(path, "wb", compresslevel=LEVEL) as file:
        yield file
    path.chmod(0o600)


def _quoted(columns: str) -> str:
    return ", ".join(f'"{name.strip()}"' for name in columns.split(","))


def _driver(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("a database connection without its driver")
    return driver
