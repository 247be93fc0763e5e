"""A recorder inside the database: what changed of deliveries, attempts and breakers.

Triggers write to tables of the tests' own, in the transaction of the change and whoever makes it,
so that a whole history can be judged afterwards: ``history`` gives the changes of state,
``closings`` the attempts' outcomes, ``cuts`` when breakers opened and closed, each in its order;
``sends_after`` which sends came after which of them, by the database's own order and no clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from publisher.delivery.outbox.rows import instant
from publisher.delivery.states import SENT_IN, TABLE


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What one recorder notes: ``values`` into ``columns`` when ``column`` changes ``when``.

    Without ``column`` it notes inserts too. ``{time}`` is the dialect's kind for instants.
    ``orders`` holds, by dialect, the one column that tells its place among the others: its
    declaration and its value.
    """

    name: str
    columns: str
    table: str
    column: str
    when: str
    values: str
    orders: tuple[tuple[str, str, str], ...] = ()

    def declared(self, dialect: str, time: str) -> str:
        """Return the columns' declarations in a dialect."""
        own = [column for name, column, _ in self.orders if name == dialect]
        return ", ".join([self.columns.format(time=time), *own])

    def insert(self, dialect: str) -> str:
        """Return the statement that notes one change."""
        own = [(column, value) for name, column, value in self.orders if name == dialect]
        columns = [*self.columns.split(", "), *(column for column, _ in own)]
        names = ", ".join(column.split()[0] for column in columns)
        values = ", ".join([self.values, *(value for _, value in own)])
        return f"INSERT INTO {self.name} ({names}) SELECT {values}"


_SPECS = (
    Spec(
        name="prueba_transicion",
        columns="delivery_id bigint, old text, new text, held text, owner text,"
        " fence_before bigint, fence bigint, due_at {time}, not_after {time}",
        table="delivery",
        column="state",
        when="OLD.state <> NEW.state",
        values="NEW.id, OLD.state, NEW.state, OLD.hold_reason, NEW.owner, OLD.fence, NEW.fence,"
        " NEW.due_at, NEW.not_after",
        orders=(("postgresql", "vista pg_snapshot", "pg_current_snapshot()"),),
    ),
    Spec(
        name="prueba_cierre",
        columns="delivery_id bigint, outcome text, fence bigint, fence_now bigint",
        table="attempt",
        column="outcome",
        when="NEW.outcome IS NOT NULL",
        values="NEW.delivery_id, NEW.outcome, NEW.fence,"
        " (SELECT fence FROM delivery WHERE id = NEW.delivery_id)",
    ),
    Spec(
        name="prueba_corte",
        columns="scope text, state text",
        table="breaker",
        column="",
        when="NEW.state IS NOT NULL",
        values="NEW.scope, NEW.state",
        orders=(
            ("postgresql", "xid xid8", "pg_current_xact_id()"),
            ("sqlite", "tras bigint", "(SELECT COALESCE(MAX(n), 0) FROM prueba_transicion)"),
        ),
    ),
)


class Change(NamedTuple):
    """One change of a delivery's state; ``held`` is the hold's reason that it left."""

    delivery_id: int
    old: str
    new: str
    held: str | None
    owner: str | None
    fence_before: int
    fence: int
    due_at: datetime
    not_after: datetime


class Closing(NamedTuple):
    """An attempt that got its outcome, and its delivery's fence at that moment."""

    delivery_id: int
    outcome: str
    fence: int
    fence_now: int


class Cut(NamedTuple):
    """A breaker that opened, or closed (``state``); ``n`` tells it from the others."""

    n: int
    scope: str
    state: str


_TURNING = (
    "SELECT * FROM (SELECT *, LAG(state, 1, 'closed') OVER (PARTITION BY scope ORDER BY n)"
    " AS before FROM prueba_corte) p WHERE (state = 'closed') <> (before = 'closed')"
)


def record(engine: Engine) -> None:
    """Install the recorder."""
    make = _sqlite if engine.dialect.name == "sqlite" else _postgres
    with engine.begin() as connection:
        for spec in _SPECS:
            for command in make(spec):
                connection.execute(text(command))


def is_recording(engine: Engine) -> bool:
    """Tell whether the recorder is there."""
    schema = (
        "SELECT name FROM sqlite_master WHERE name = 'prueba_transicion'"
        if engine.dialect.name == "sqlite"
        else "SELECT to_regclass('prueba_transicion')"
    )
    with engine.connect() as connection:
        return connection.execute(text(schema)).scalar() is not None


def forget(engine: Engine, delivery_id: int) -> None:
    """Drop the last change of a delivery: a test made it, not the product."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "DELETE FROM prueba_transicion WHERE n ="
                " (SELECT MAX(n) FROM prueba_transicion WHERE delivery_id = :id)"
            ),
            {"id": delivery_id},
        )


def history(engine: Engine) -> list[Change]:
    """Return every change of a state so far, in the order of each delivery's changes."""
    return [
        Change(**{**row, "due_at": instant(row["due_at"]), "not_after": instant(row["not_after"])})
        for row in _read(engine, "prueba_transicion", Change)
    ]


def closings(engine: Engine) -> list[Closing]:
    """Return every outcome that an attempt got so far."""
    return [Closing(**row) for row in _read(engine, "prueba_cierre", Closing)]


def cuts(engine: Engine) -> list[Cut]:
    """Return when breakers opened and closed so far, in each breaker's order."""
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT n, scope, state FROM ({_TURNING}) c ORDER BY n"))
        return [Cut(**row) for row in rows.mappings()]


def sends_after(engine: Engine) -> dict[tuple[int, int], set[int]]:
    """Return by (delivery, fence) the cuts (``n``) that its send came after.

    SQLite has one writer at a time: a send recorded after a cut was begun when the cut was there
    for all to see. On PostgreSQL the snapshot of the change tells whether it was.
    """
    after = (
        "t.n > c.tras"
        if engine.dialect.name == "sqlite"
        else "pg_visible_in_snapshot(c.xid, t.vista)"
    )
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    with engine.connect() as connection:
        for delivery, fence, cut in connection.execute(
            text(
                f"SELECT t.delivery_id, t.fence, c.n FROM prueba_transicion t"
                f" JOIN ({_TURNING}) c ON {after} WHERE t.new = :sent"
            ),
            {"sent": SENT_IN},
        ):
            found[delivery, fence].add(cut)
    return found


def recorded(engine: Engine) -> list[tuple[int, str, str]]:
    """Return (delivery, from, to) of every change so far."""
    return [(row.delivery_id, row.old, row.new) for row in history(engine)]


def illegal(engine: Engine) -> list[tuple[int, str, str]]:
    """Return the changes that the table of transitions does not have."""
    return strays(recorded(engine))


def strays(changes: Iterable[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Return the ``changes`` (delivery, from, to) that the table of transitions does not have."""
    legal = {(row.state, row.next) for row in TABLE}
    return [change for change in changes if change[1:] not in legal]


def _read(engine: Engine, table: str, shape: Any) -> list[dict[str, Any]]:
    columns = ", ".join(shape._fields)
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY n"))
        return [dict(row) for row in rows.mappings()]


def _sqlite(spec: Spec) -> list[str]:
    columns = spec.declared("sqlite", "text")
    events = (f"UPDATE OF {spec.column}",) if spec.column else ("INSERT", "UPDATE")
    return [f"CREATE TABLE IF NOT EXISTS {spec.name} (n INTEGER PRIMARY KEY, {columns})"] + [
        f"CREATE TRIGGER IF NOT EXISTS {spec.name}_{n} AFTER {event} ON {spec.table}"
        f" WHEN {spec.when} BEGIN {spec.insert('sqlite')}; END"
        for n, event in enumerate(events)
    ]


def _postgres(spec: Spec) -> list[str]:
    columns = spec.declared("postgresql", "timestamptz")
    event = f"UPDATE OF {spec.column}" if spec.column else "INSERT OR UPDATE"
    function = f"CREATE OR REPLACE FUNCTION {spec.name}_f() RETURNS trigger LANGUAGE plpgsql AS"
    trigger = f"CREATE OR REPLACE TRIGGER {spec.name}_t AFTER {event} ON {spec.table}"
    then = f"FOR EACH ROW WHEN ({spec.when}) EXECUTE FUNCTION {spec.name}_f()"
    return [
        f"CREATE TABLE IF NOT EXISTS {spec.name} (n bigserial PRIMARY KEY, {columns})",
        f"{function} $$ BEGIN {spec.insert('postgresql')}; RETURN NULL; END $$",
        f"{trigger} {then}",
    ]
