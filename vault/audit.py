"""The audit: entries in the transaction of the change, linked into one chain by one sealer.

``append`` reads no head and takes no lock: each entry carries its own MAC over the length-prefixed
values of its columns. ``seal`` links every committed entry once; it works off ``audit_pending``
instead of "id > last", because commits arrive out of order. ``vault.checkpoints`` signs the chain,
``vault.verify`` proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from struct import Struct
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import Connection

from vault.db import Db, connection, is_postgres
from vault.primitives import Mac, public_key

COLUMNS = (
    "id",
    "at",
    "actor_id",
    "actor",
    "role",
    "session_ref",
    "action",
    "object_type",
    "object_id",
    "plantel_id",
    "reason",
    "before_digest",
    "after_digest",
    "result",
    "detail",
)
SEALER_LOCK = 0x70726567
_BATCH = 5_000
_LENGTHS = Struct(f">{len(COLUMNS)}I").pack
_ENTRY = b"audit-entry-v1"


class _Subkeys(Protocol):
    def subkey(self, purpose: str) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class AuditKey:
    """What authenticates entries and links, and the public half of what signs checkpoints."""

    entry: Mac
    link: Mac
    public: bytes

    @classmethod
    def from_keyring(cls, keyring: _Subkeys) -> AuditKey:
        """Derive it from ``keyring`` (or anything that has ``subkey``)."""
        return cls(
            entry=Mac(keyring.subkey("audit")),
            link=Mac(keyring.subkey("audit-link")),
            public=public_key(keyring.subkey("audit-checkpoint")),
        )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act: who, when, what, to which object, why, with which result; never a value.

    ``id`` is unique and the caller's; ``at`` is aware; ``action`` is dotted and namespaced
    (``post.approve``); ``result`` is ``ok``, ``refused`` or ``failed``; digests are hex; ``detail``
    is JSON text or empty. ``plantel_id`` scopes who may read the entry.
    """

    id: str
    at: datetime
    actor_id: int | None
    actor: str
    role: str
    action: str
    object_type: str
    object_id: str
    session_ref: str = ""
    plantel_id: int | None = None
    reason: str = ""
    before_digest: str = ""
    after_digest: str = ""
    result: str = "ok"
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class By:
    """Who acts, as an entry names them."""

    actor_id: int | None
    actor: str
    role: str
    session_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Trail:
    """What a function of the vault needs in order to leave an entry: the key and fresh ids."""

    key: AuditKey
    new_id: Callable[[], str]

    def write(self, db: Db, by: By, *, at: datetime, **facts: Any) -> None:
        """Append one entry of ``by``; ``facts`` are the remaining fields of ``Entry``."""
        entry = Entry(
            id=self.new_id(),
            at=at,
            actor_id=by.actor_id,
            actor=by.actor,
            role=by.role,
            session_ref=by.session_ref,
            **facts,
        )
        append(db, self.key, (entry,))


def canonical_time(at: datetime) -> str:
    """Return aware ``at`` as both databases give it back: ``YYYY-MM-DD HH:MM:SS.ffffff`` UTC."""
    if at.tzinfo is not UTC:
        if at.utcoffset() is None:
            raise ValueError("an audit time is aware")
        at = at.astimezone(UTC)
    return at.isoformat(" ", "microseconds")[:26]


def entry_mac(key: AuditKey, values: Sequence[str]) -> str:
    """Return the MAC of one entry, whose ``values`` are texts in the order of ``COLUMNS``.

    The lengths come first, as 32-bit numbers of characters, so no two rows share a message.
    """
    lengths = _LENGTHS(*map(len, values))
    return key.entry.hex(_ENTRY + lengths + "".join(values).encode())


def link_mac(key: AuditKey, seq: int, previous: str, entry_id: str, mac: str, at: str) -> str:
    """Return the MAC of link ``seq`` to the entry ``entry_id`` whose stored MAC is ``mac``."""
    return key.link.hex(
        f"audit-link-v1:{seq}:{len(previous)}:{len(entry_id)}:{len(mac)}:{len(at)}:"
        f"{previous}{entry_id}{mac}{at}".encode()
    )


def append(db: Db, key: AuditKey, entries: Sequence[Entry]) -> None:
    """Insert ``entries`` in the caller's transaction, in one statement.

    Characters that a database cannot hold (NUL, lone surrogates) are replaced, so that no act goes
    unrecorded for them.
    """
    if not entries:
        return
    conn = connection(db)
    rows = []
    for e in entries:
        actor_id, plantel_id = e.actor_id, e.plantel_id
        values = [
            e.id,
            canonical_time(e.at),
            "" if actor_id is None else str(actor_id),
            e.actor,
            e.role,
            e.session_ref,
            e.action,
            e.object_type,
            e.object_id,
            "" if plantel_id is None else str(plantel_id),
            e.reason,
            e.before_digest,
            e.after_digest,
            e.result,
            e.detail,
        ]
        try:
            mac = entry_mac(key, values)
            clean = "\0" not in "".join(values)
        except UnicodeEncodeError:
            clean = False
        if not clean:
            values = [_storable(value) for value in values]
            mac = entry_mac(key, values)
        row: list[Any] = values
        row[2], row[9] = actor_id, plantel_id
        row.append(mac)
        rows.append(row)
    if is_postgres(conn):
        for row in rows:
            row[1] += "+00"
        conn.exec_driver_sql(_PG_APPEND, (_dumps(rows),))
        return
    body = _dumps(rows)
    conn.exec_driver_sql(_SQLITE_APPEND, (body,))
    conn.exec_driver_sql(_SQLITE_PENDING, (body,))


def seal(
    db: Db, key: AuditKey, *, now: datetime, wait: bool = False, thorough: bool = False
) -> int:
    """Link every committed entry that is not linked yet; return how many.

    One sealer at a time: on PostgreSQL an advisory lock of this transaction (returns 0 if another
    holds it, unless ``wait``); on SQLite the caller's ``BEGIN IMMEDIATE``. ``thorough`` compares
    all entries with all links instead of trusting the work list: for repairs.
    """
    conn = connection(db)
    if not lock(conn, wait=wait):
        return 0
    if thorough:
        conn.exec_driver_sql(_ADOPT)
    head = conn.exec_driver_sql(_HEAD).first()
    seq, previous = (0, "") if head is None else (head[0], head[1])
    at, linked = canonical_time(now), 0
    while todo := conn.exec_driver_sql(_TODO).all():
        fresh = {entry_id: mac or "" for _, entry_id, mac, link in todo if link is None}
        rows = []
        for entry_id, mac in fresh.items():
            seq += 1
            previous = link_mac(key, seq, previous, entry_id, mac, at)
            rows.append((seq, entry_id, at, previous))
        if rows:
            _insert_links(conn, rows)
        done = [row[0] for row in todo]
        for_dialect = _PG_DONE if is_postgres(conn) else _SQLITE_DONE
        conn.exec_driver_sql(for_dialect, (_dumps(done),))
        linked += len(rows)
    return linked


def lock(db: Db, *, wait: bool = True) -> bool:
    """Be the one sealer until the transaction ends; false if another one is and ``wait`` is not.

    On SQLite the caller's ``BEGIN IMMEDIATE`` is the lock.
    """
    conn = connection(db)
    if not is_postgres(conn):
        return True
    call = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    return conn.exec_driver_sql(f"SELECT {call}({SEALER_LOCK})").scalar() is not False


def is_waiting(db: Db) -> bool:
    """Say whether any committed entry is not linked yet."""
    return connection(db).exec_driver_sql(WAITING).first() is not None


def all_linked(db: Db, entry_ids: Iterable[str]) -> bool:
    """Say whether each of ``entry_ids`` is in the chain."""
    conn = connection(db)
    mark = "%s" if is_postgres(conn) else "?"
    ids = iter(entry_ids)
    while part := tuple(islice(ids, 500)):
        marks = ", ".join([mark] * len(part))
        sql = f"SELECT count(*) FROM audit_link WHERE entry_id IN ({marks})"  # noqa: S608
        if conn.exec_driver_sql(sql, part).scalar() != len(set(part)):
            return False
    return True


def _insert_links(conn: Connection, rows: list[tuple[int, str, str, str]]) -> None:
    if is_postgres(conn):
        body = _dumps([(seq, entry_id, at + "+00", mac) for seq, entry_id, at, mac in rows])
        conn.exec_driver_sql(_PG_LINK, (body,))
    else:
        conn.exec_driver_sql(_SQLITE_LINK, rows)


def _storable(value: str) -> str:
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _dumps(rows: list[Any]) -> str:
    return orjson.dumps(rows).decode()


_NAMES = ", ".join((*COLUMNS, "mac"))
_TYPES = {"at": "timestamptz", "actor_id": "integer", "plantel_id": "integer"}
_FROM_JSON = ", ".join(
    f"CAST(r->>{i} AS {_TYPES[name]})" if name in _TYPES else f"r->>{i}"
    for i, name in enumerate((*COLUMNS, "mac"))
)
# The statements hold no value of a caller: names and positions above are this module's own.
_PG_APPEND = (
    "WITH fresh AS MATERIALIZED (SELECT r FROM json_array_elements(CAST(%s AS json)) AS t(r)), "  # noqa: S608
    f"kept AS (INSERT INTO audit_entry ({_NAMES}) SELECT {_FROM_JSON} FROM fresh) "
    "INSERT INTO audit_pending (entry_id) SELECT r->>0 FROM fresh"
)
# One statement for all rows: at each it would give the interpreter lock away.
_FROM_ARRAY = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(len(COLUMNS) + 1))
_SQLITE_APPEND = f"INSERT INTO audit_entry ({_NAMES}) SELECT {_FROM_ARRAY} FROM json_each(?)"  # noqa: S608
_SQLITE_PENDING = (
    "INSERT INTO audit_pending (entry_id) SELECT json_extract(value, '$[0]') FROM json_each(?)"
)
_PG_LINK = (
    "INSERT INTO audit_link (seq, entry_id, at, mac) "
    "SELECT CAST(r->>0 AS integer), r->>1, CAST(r->>2 AS timestamptz), r->>3 "
    "FROM json_array_elements(CAST(%s AS json)) AS t(r)"
)
_SQLITE_LINK = "INSERT INTO audit_link (seq, entry_id, at, mac) VALUES (?, ?, ?, ?)"
WAITING: Final = "SELECT 1 FROM audit_pending LIMIT 1"
"""What finds a row while any committed entry is not linked yet."""
_HEAD = "SELECT seq, mac FROM audit_link ORDER BY seq DESC LIMIT 1"
# Scalar subqueries: one index probe for each waiting entry, whatever the planner thinks it knows.
_TODO = (
    "SELECT p.n, p.entry_id, "  # noqa: S608
    "(SELECT e.mac FROM audit_entry AS e WHERE e.id = p.entry_id), "
    "(SELECT l.seq FROM audit_link AS l WHERE l.entry_id = p.entry_id) "
    f"FROM (SELECT n, entry_id FROM audit_pending ORDER BY n LIMIT {_BATCH}) AS p ORDER BY p.n"
)
_SQLITE_DONE = "DELETE FROM audit_pending WHERE n IN (SELECT value FROM json_each(?))"
_PG_DONE = (
    "DELETE FROM audit_pending WHERE n IN "
    "(SELECT CAST(json_array_elements_text(CAST(%s AS json)) AS integer))"
)
_ADOPT = (
    "INSERT INTO audit_pending (entry_id) SELECT e.id FROM audit_entry AS e "
    "WHERE NOT EXISTS (SELECT 1 FROM audit_link AS l WHERE l.entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM audit_pending AS p WHERE p.entry_id = e.id)"
)
