"""Prove the audit: every entry, every link, every checkpoint, the anchor, the guards.

Rows are streamed by a raw cursor; nothing is parsed, only re-authenticated. What no database can
show by itself (a tail removed together with its checkpoints, a whole old backup put back) shows
only against an anchor kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from vault import checkpoints, guards, store, texts
from vault.audit import COLUMNS, AuditKey, canonical_time, entry_mac, link_mac
from vault.checkpoints import Checkpoint
from vault.db import Db, connection, is_postgres

UNLINKED_AFTER = timedelta(seconds=60)
_KEPT = 100
_FETCH = 2_000


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was counted and found; ``problems`` are complete Spanish sentences.

    ``pending`` entries are younger than a minute and not linked yet. ``anchored`` says whether an
    anchor was compared.
    """

    ok: bool
    entries: int
    links: int
    checkpoints: int
    pending: int
    anchored: bool
    head: str
    problems: tuple[str, ...]


class _Problems:
    """The first hundred findings, and how many more."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.count = 0

    def add(self, template: str, **facts: object) -> None:
        self.count += 1
        if self.count <= _KEPT:
            self.kept.append(template.format(**facts))

    def all(self) -> tuple[str, ...]:
        more = self.count - len(self.kept)
        return (*self.kept, texts.AND_MORE.format(count=more)) if more else tuple(self.kept)


def verify(db: Db, key: AuditKey, *, now: datetime, anchor: Path | None = None) -> Verification:
    """Verify everything; ``ok`` only if nothing is wrong.

    Reads only. It may run beside writers: what is appended meanwhile counts as pending.
    """
    conn = connection(db)
    problems = _Problems()
    for guard in guards.missing(conn):
        table, _, name = guard.partition(".")
        problems.add(texts.GUARD_MISSING, name=name, table=table)
    signed = checkpoints.stored(conn)
    anchored = [] if anchor is None else checkpoints.read_anchor(anchor)
    wanted: dict[int, str | None] = {item.seq: None for item in (*signed, *anchored)}
    links, matched, head, last = _verify_chain(conn, key, wanted, problems)
    entries = int(conn.exec_driver_sql("SELECT count(*) FROM audit_entry").scalar_one())
    pending = 0
    if entries != matched:
        pending = _verify_unlinked(conn, key, now, problems)
    _verify_checkpoints(signed, key, wanted, last, problems)
    _verify_anchor(anchored, key, wanted, last, problems)
    _verify_marks(conn, problems)
    return Verification(
        ok=problems.count == 0,
        entries=entries,
        links=links,
        checkpoints=len(signed),
        pending=pending,
        anchored=anchor is not None,
        head=head,
        problems=problems.all(),
    )


def export_lines(db: Db, *, plantel_id: int | None = None) -> Iterator[str]:
    """Yield every linked entry in chain order as one line of JSON, with ``seq`` and ``link``."""
    conn = connection(db)
    where = "" if plantel_id is None else f" WHERE e.plantel_id = {int(plantel_id)}"
    sql = _CHAIN.format(columns=_entry_columns(conn), at=_time(conn, "l.at"), where=where)
    for seq, _, linked_at, link, *values in _stream(conn, sql):
        fields = dict(zip((*COLUMNS, "mac"), values, strict=True))
        body = {"seq": seq, **fields, "linked_at": linked_at, "link": link}
        yield json.dumps(body, ensure_ascii=False)


def _verify_chain(
    conn: Connection, key: AuditKey, wanted: dict[int, str | None], problems: _Problems
) -> tuple[int, int, str, int]:
    """Return links read, entries matched, the last link's mac and its seq; fill ``wanted``."""
    sql = _CHAIN.format(columns=_entry_columns(conn), at=_time(conn, "l.at"), where="")
    links = matched = last = 0
    previous = ""
    for seq, entry_id, at, link, *values in _stream(conn, sql):
        links += 1
        if seq != last + 1:
            problems.add(texts.LINK_GAP, expected=last + 1, seq=seq)
        last = seq
        mac = values[-1]
        if values[0] is None:
            problems.add(texts.ENTRY_MISSING, id=entry_id, seq=seq)
            mac = ""
        else:
            matched += 1
            if not _entry_holds(key, values):
                problems.add(texts.ENTRY_ALTERED, id=entry_id)
        try:
            holds = link == link_mac(key, seq, previous, entry_id, mac, at)
        except (TypeError, UnicodeError):
            holds = False
        if not holds:
            problems.add(texts.LINK_ALTERED, seq=seq, id=entry_id)
        previous = link
        if seq in wanted:
            wanted[seq] = link
    return links, matched, str(previous), last


def _verify_unlinked(conn: Connection, key: AuditKey, now: datetime, problems: _Problems) -> int:
    pending = 0
    oldest, newest = canonical_time(now - UNLINKED_AFTER), canonical_time(now + UNLINKED_AFTER)
    for values in _stream(conn, _UNLINKED.format(columns=_entry_columns(conn))):
        if not _entry_holds(key, values):
            problems.add(texts.ENTRY_ALTERED, id=values[0])
        elif not oldest <= values[1] <= newest:
            seconds = int(UNLINKED_AFTER.total_seconds())
            problems.add(texts.ENTRY_UNLINKED, id=values[0], seconds=seconds)
        else:
            pending += 1
    return pending


def _entry_holds(key: AuditKey, values: Sequence[Any]) -> bool:
    """Say whether a raw row (columns, then mac) is what was appended, types included."""
    *columns, mac = values
    for i in _NUMBERS:
        number = columns[i]
        if number is None:
            columns[i] = ""
        elif type(number) is int:
            columns[i] = str(number)
        else:
            return False
    try:
        return bool(entry_mac(key, columns) == mac)
    except (TypeError, UnicodeError):
        return False


def _verify_checkpoints(
    signed: Iterable[Checkpoint],
    key: AuditKey,
    links: dict[int, str | None],
    last: int,
    problems: _Problems,
) -> None:
    previous = ""
    for item in signed:
        if not item.holds(key.public, previous):
            problems.add(texts.CHECKPOINT_SIGNATURE, seq=item.seq)
        if item.seq > last or item.count != item.seq:
            problems.add(texts.CHECKPOINT_COUNT, seq=item.seq, count=item.count, links=last)
        elif links.get(item.seq) != item.head:
            problems.add(texts.CHECKPOINT_HEAD, seq=item.seq)
        previous = item.signature


def _verify_anchor(
    anchored: Iterable[Checkpoint],
    key: AuditKey,
    links: dict[int, str | None],
    last: int,
    problems: _Problems,
) -> None:
    for item in anchored:
        if item.public_key != key.public.hex():
            problems.add(texts.ANCHOR_KEY)
        if item.seq > last:
            problems.add(texts.ANCHOR_SHORT, seq=item.seq, links=last)
        elif links.get(item.seq) != item.head:
            problems.add(texts.ANCHOR_HEAD, seq=item.seq)


def _verify_marks(conn: Connection, problems: _Problems) -> None:
    """Compare each secret with the newest version that the audit recorded, in one statement."""
    marks: dict[str, tuple[int, str, int | None, str | None]] = {}
    for object_id, detail, after, version, digest in conn.exec_driver_sql(_MARKS):
        try:
            recorded = int(json.loads(detail)["version"])
        except (ValueError, KeyError, TypeError):
            continue  # altered: its entry's own MAC has said so
        if object_id not in marks or marks[object_id][0] < recorded:
            marks[object_id] = (recorded, after, version, digest)
    for object_id, (recorded, after, version, digest) in sorted(marks.items()):
        if version is None or version < recorded:
            problems.add(texts.MARK_AHEAD, object_id=object_id, version=version or 0, mark=recorded)
        elif version > recorded or digest != after:
            problems.add(texts.MARK_DIFFERS, object_id=object_id, version=version)


def _stream(conn: Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Yield plain tuples from the driver's own cursor; on PostgreSQL a server-side one."""
    raw = conn.connection
    cursor: Any = raw.cursor(name=f"audit_{token_hex(4)}") if is_postgres(conn) else raw.cursor()
    try:
        cursor.execute(sql)
        while rows := cursor.fetchmany(_FETCH):
            yield from rows
    finally:
        cursor.close()


def _time(conn: Connection, column: str) -> str:
    if is_postgres(conn):
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return column


def _entry_columns(conn: Connection) -> str:
    names = (_time(conn, "e.at") if name == "at" else f"e.{name}" for name in COLUMNS)
    return ", ".join((*names, "e.mac"))


_NUMBERS = (COLUMNS.index("actor_id"), COLUMNS.index("plantel_id"))
_CHAIN = (
    "SELECT l.seq, l.entry_id, {at}, l.mac, {columns} FROM audit_link AS l "
    "LEFT JOIN audit_entry AS e ON e.id = l.entry_id{where} ORDER BY l.seq"
)
_UNLINKED = (
    "SELECT {columns} FROM audit_entry AS e "
    "WHERE NOT EXISTS (SELECT 1 FROM audit_link AS l WHERE l.entry_id = e.id)"
)
_MARKS = (
    "SELECT e.object_id, e.detail, e.after_digest, s.current_version, v.digest "  # noqa: S608
    "FROM audit_entry AS e "
    "LEFT JOIN vault_secret AS s "
    "ON CAST(s.account_id AS TEXT) || '/' || s.field = e.object_id "
    "LEFT JOIN vault_secret_version AS v ON v.account_id = s.account_id "
    "AND v.field = s.field AND v.version = s.current_version "
    f"WHERE e.object_type = '{store.OBJECT}' AND e.action IN ('{store.PUT}', '{store.ROTATE}')"
)
