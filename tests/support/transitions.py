"""A recorder inside the database: what changed of deliveries, attempts and breakers.

Triggers write to tables of the tests' own, in the transaction of the change and whoever makes it,
so that a whole history can be judged afterwards: ``history`` gives the changes of state,
``closings`` the attempts' outcomes, ``cuts`` the breakers' states, each in its order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from publisher.delivery.outbox.rows import instant
from publisher.delivery.states import TABLE


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What one recorder notes: ``values`` into ``columns`` when ``column`` changes ``when``.

    Without ``column`` it notes inserts too. ``{time}`` is the dialect's kind for instants.
    """

    name: str
    columns: str
    table: str
    column: str
    when: str
    values: str


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
        columns="scope text, state text, at {time}",
        table="breaker",
        column="",
        when="NEW.state IS NOT NULL",
        values="NEW.scope, NEW.state, NEW.updated_at",
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
    """A breaker's state from ``at`` on."""

    scope: str
    state: str
    at: datetime


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
    """Return every state that a breaker took or kept so far."""
    return [
        Cut(scope=row["scope"], state=row["state"], at=instant(row["at"]))
        for row in _read(engine, "prueba_corte", Cut)
    ]


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
    columns = spec.columns.format(time="text")
    events = (f"UPDATE OF {spec.column}",) if spec.column else ("INSERT", "UPDATE")
    return [f"CREATE TABLE IF NOT EXISTS {spec.name} (n INTEGER PRIMARY KEY, {columns})"] + [
        f"CREATE TRIGGER IF NOT EXISTS {spec.name}_{n} AFTER {event} ON {spec.table}"
        f" WHEN {spec.when} BEGIN {_insert(spec)}; END"
        for n, event in enumerate(events)
    ]


def _postgres(spec: Spec) -> list[str]:
    columns = spec.columns.format(time="timestamptz")
    event = f"UPDATE OF {spec.column}" if spec.column else "INSERT OR UPDATE"
    function = f"CREATE OR REPLACE FUNCTION {spec.name}_f() RETURNS trigger LANGUAGE plpgsql AS"
    trigger = f"CREATE OR REPLACE TRIGGER {spec.name}_t AFTER {event} ON {spec.table}"
    then = f"FOR EACH ROW WHEN ({spec.when}) EXECUTE FUNCTION {spec.name}_f()"
    return [
        f"CREATE TABLE IF NOT EXISTS {spec.name} (n bigserial PRIMARY KEY, {columns})",
        f"{function} $$ BEGIN {_insert(spec)}; RETURN NULL; END $$",
        f"{trigger} {then}",
    ]


def _insert(spec: Spec) -> str:
    names = ", ".join(column.split()[0] for column in spec.columns.split(", "))
    return f"INSERT INTO {spec.name} ({names}) SELECT {spec.values}"
