"""What each committed transaction changed, seen at the database, and whether it left an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event

CHANGES = re.compile(r'\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
OWN = frozenset({"audit_entry", "audit_link", "audit_pending", "audit_checkpoint"})


@dataclass
class Ledger:
    """``changed`` has the tables of each committed transaction without an entry, in order."""

    ignored: frozenset[str]
    silent: list[set[str]] = field(default_factory=list)
    told: int = 0
    _open: dict[int, set[str]] = field(default_factory=dict)

    def statement(self, conn: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        """Note the tables that a statement changes."""
        self._open.setdefault(id(conn), set()).update(name.lower() for name in CHANGES.findall(sql))

    def commit(self, conn: Connection) -> None:
        """Judge a transaction that is about to be committed."""
        tables = self._open.pop(id(conn), set())
        self.told += "audit_entry" in tables
        if "audit_entry" not in tables and tables - OWN - self.ignored:
            self.silent.append(tables - OWN - self.ignored)

    def rollback(self, conn: Connection) -> None:
        """Forget a transaction that never was."""
        self._open.pop(id(conn), None)


@contextmanager
def watching(engine: Engine, *, ignored: frozenset[str]) -> Iterator[Ledger]:
    """Watch every transaction of ``engine``; tables ``ignored`` may change without an entry."""
    ledger = Ledger(ignored)
    hooks = (
        ("before_cursor_execute", ledger.statement),
        ("commit", ledger.commit),
        ("rollback", ledger.rollback),
    )
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield ledger
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)
