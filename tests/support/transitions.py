"""A recorder inside the database: every change of a delivery's state, whoever made it.

``illegal`` gives those that the table of ``publisher.delivery.states`` does not have.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, text

from publisher.delivery.states import TABLE

_TABLE = "CREATE TABLE IF NOT EXISTS prueba_transicion (delivery_id bigint, old text, new text)"
_INSERT = "INSERT INTO prueba_transicion VALUES (NEW.id, OLD.state, NEW.state)"
_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS prueba_transicion_t AFTER UPDATE OF state ON delivery"
    f" WHEN OLD.state <> NEW.state BEGIN {_INSERT}; END"
)
_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION prueba_transicion_f() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN {_INSERT}; RETURN NULL; END $$""",
    """CREATE OR REPLACE TRIGGER prueba_transicion_t AFTER UPDATE OF state ON delivery FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION prueba_transicion_f()""",
)


def record(engine: Engine) -> None:
    """Install the recorder."""
    commands = (_SQLITE,) if engine.dialect.name == "sqlite" else _POSTGRES
    with engine.begin() as connection:
        for command in (_TABLE, *commands):
            connection.execute(text(command))


def forget(engine: Engine, delivery_id: int) -> None:
    """Drop the last change of a delivery: a test made it, not the product."""
    which = "ctid" if engine.dialect.name == "postgresql" else "rowid"
    with engine.begin() as connection:
        connection.execute(
            text(
                f"DELETE FROM prueba_transicion WHERE {which} ="
                f" (SELECT MAX({which}) FROM prueba_transicion WHERE delivery_id = :id)"
            ),
            {"id": delivery_id},
        )


def recorded(engine: Engine) -> list[tuple[int, str, str]]:
    """Return (delivery, from, to) of every change so far."""
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT delivery_id, old, new FROM prueba_transicion"))
        return [(row.delivery_id, row.old, row.new) for row in rows]


def illegal(engine: Engine) -> list[tuple[int, str, str]]:
    """Return the changes that the table of transitions does not have."""
    return strays(recorded(engine))


def strays(changes: Iterable[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Return the ``changes`` (delivery, from, to) that the table of transitions does not have."""
    legal = {(row.state, row.next) for row in TABLE}
    return [change for change in changes if change[1:] not in legal]
