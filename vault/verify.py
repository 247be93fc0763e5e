"""Prove the audit: every entry, every link, every checkpoint, the anchor, the guards.

Rows are streamed by a raw cursor; nothing is parsed, only re-authenticated. What no database can
show by itself (a tail removed together with its checkpoints, a whole old backup put back) shows
only against an anchor kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from vault import checkpoints, guards, rows, store, texts
from vault.audit import COLUMNS, AuditKey, canonical_time, entry_mac, link_mac
from vault.checkpoints import Checkpoint
from vault.db import Db, connection, is_postgres

UNLINKED_AFTER = timedelta(seconds=60)
_KEPT = 100
_WINDOW = 100_000


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was counted and found; ``problems`` are complete Spanish sentences.

    ``pending`` entries are not linked yet. ``anchored`` says whether an
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


def verify(
    db: Db,
    key: AuditKey,
    *,
    now: datetime,
    anchor: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Verify everything; ``ok`` only if nothing is wrong. ``progress`` hears of links verified.

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
    entries = _Entries(conn, key, problems)
    links, last, head = _verify_chain(conn, entries, wanted, progress)
    entries.check_early()
    pending = _verify_unlinked(conn, now, problems) if entries.waiting else 0
    _verify_checkpoints(signed, key, wanted, last, problems)
    _verify_anchor(anchored, key, wanted, last, problems)
    _verify_marks(conn, problems)
    return Verification(
        ok=problems.count == 0,
        entries=entries.count,
        links=links,
        checkpoints=len(signed),
        pending=pending,
        anchored=anchor is not None,
        head=head,
        problems=problems.all(),
    )


class _Entries:
    """The entries in storage order, each authenticated once, given out by id in chain order.

    Both orders nearly agree, so a small window of entries waits for its links: no join, no sort.
    What lies outside the window is read by its id.
    """

    def __init__(self, conn: Connection, key: AuditKey, problems: _Problems) -> None:
        self.conn, self.key, self.problems = conn, key, problems
        self.count = 0
        self.waiting: dict[str, str] = {}
        self.early: dict[str, str] = {}
        self._batches = rows.batches(conn, rows.entries_sql(conn))
        self._more = True

    def take(self, entry_id: str) -> str | None:
        """Return the stored mac of ``entry_id``, once; None if there is no such entry."""
        mac = self.waiting.pop(entry_id, None)
        while mac is None and self._more and len(self.waiting) < _WINDOW:
            self.read()
            mac = self.waiting.pop(entry_id, None)
        if mac is None:
            mark = "%s" if is_postgres(self.conn) else "?"
            sql = f"SELECT mac FROM audit_entry WHERE id = {mark}"  # noqa: S608
            mac = self.conn.exec_driver_sql(sql, (entry_id,)).scalar()
            if mac is not None:
                self.early[entry_id] = mac
        return mac

    def read(self) -> bool:
        """Authenticate the next batch; false at the end."""
        batch = next(self._batches, None)
        if batch is None:
            self._more = False
            return False
        self.count += len(batch)
        waiting, early = self.waiting, self.early
        for values in batch:
            entry_id, mac = values[0], values[-1]
            if not entry_holds(self.key, values):
                self.problems.add(texts.ENTRY_ALTERED, id=entry_id)
            if not early or early.pop(entry_id, None) != mac:
                waiting[entry_id] = mac
        return True

    def check_early(self) -> None:
        """Authenticate what was read by id and never came in the stream: committed meanwhile."""
        mark = "%s" if is_postgres(self.conn) else "?"
        sql = rows.entries_sql(self.conn, f"WHERE e.id = {mark}")
        for entry_id in self.early:
            found = self.conn.exec_driver_sql(sql, (entry_id,)).first()
            if found is None or not entry_holds(self.key, tuple(found)):
                self.problems.add(texts.ENTRY_ALTERED, id=entry_id)


def _verify_chain(
    conn: Connection,
    entries: _Entries,
    wanted: dict[int, str | None],
    progress: Callable[[int], None] | None = None,
) -> tuple[int, int, str]:
    """Return links read, the last seq and the last mac; fill ``wanted`` with macs by seq."""
    problems, key, take = entries.problems, entries.key, entries.take
    links = last = 0
    previous = ""
    for batch in rows.batches(conn, rows.links_sql(conn)):
        if progress is not None:
            progress(links)
        links += len(batch)
        for seq, entry_id, at, link in batch:
            if seq != last + 1:
                problems.add(texts.LINK_GAP, expected=last + 1, seq=seq)
            last = seq
            mac = take(entry_id)
            if mac is None:
                problems.add(texts.ENTRY_MISSING, id=entry_id, seq=seq)
            try:
                holds = link == link_mac(key, seq, previous, entry_id, mac or "", at)
            except (TypeError, UnicodeError):
                holds = False
            if not holds:
                problems.add(texts.LINK_ALTERED, seq=seq, id=entry_id)
            previous = link
            if seq in wanted:
                wanted[seq] = link
    while entries.read():
        pass
    return links, last, str(previous)


def _verify_unlinked(conn: Connection, now: datetime, problems: _Problems) -> int:
    """Return how many entries wait for their link, and report those that wait too long."""
    pending = 0
    seconds = int(UNLINKED_AFTER.total_seconds())
    oldest, newest = canonical_time(now - UNLINKED_AFTER), canonical_time(now + UNLINKED_AFTER)
    for batch in rows.batches(conn, rows.entries_sql(conn, _UNLINKED)):
        for entry_id, at, *_ in batch:
            pending += 1
            if not oldest <= str(at) <= newest:
                problems.add(texts.ENTRY_UNLINKED, id=entry_id, seconds=seconds)
    return pending


def entry_holds(key: AuditKey, values: Sequence[Any]) -> bool:
    """Say whether a raw row (columns, then mac) is what was appended, types included."""
    columns = list(values)
    mac = columns.pop()
    for i in _NUMBERS:
        number = columns[i]
        if type(number) is int:
            columns[i] = str(number)
        elif number is None:
            columns[i] = ""
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


_NUMBERS = (COLUMNS.index("actor_id"), COLUMNS.index("plantel_id"))
_UNLINKED = "WHERE NOT EXISTS (SELECT 1 FROM audit_link AS l WHERE l.entry_id = e.id)"
_MARKS = (
    "SELECT e.object_id, e.detail, e.after_digest, s.current_version, v.digest "  # noqa: S608
    "FROM audit_entry AS e "
    "LEFT JOIN vault_secret AS s "
    "ON CAST(s.account_id AS TEXT) || '/' || s.field = e.object_id "
    "LEFT JOIN vault_secret_version AS v ON v.account_id = s.account_id "
    "AND v.field = s.field AND v.version = s.current_version "
    f"WHERE e.object_type = '{store.OBJECT}' AND e.action IN ('{store.PUT}', '{store.ROTATE}')"
)
