"""Statements compiled once a run instead of once a test: a quarter of what the tests cost.

SQLAlchemy keeps what it compiled with the engine, and each test has an engine of its own. All of
them come from ``make_engine``, so one dialect's statements serve every engine of that dialect.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import util
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.base import Engine

SIZE = 10_000


def share() -> None:
    """Let every engine that is made from now on use one cache a dialect."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        # the cache's keys name the dialect
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    caches: dict[type, Any] = {}
    make = Engine.__init__

    def make_sharing(self: Engine, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        kind = type(self.dialect)
        self._compiled_cache = caches.setdefault(kind, util.LRUCache(SIZE))

    Engine.__init__ = make_sharing  # type: ignore[method-assign]
