"""What ails an installation: one look at everything it stands on, which changes nothing.

``examine(settings)`` works where hardly anything else does: each check says what it found and, when
that is not well, the step that mends it. The database is neither made nor upgraded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from publisher import db
from publisher.app import App
from publisher.doctor import activity, ground, key, persons
from publisher.doctor.findings import Check, Report
from publisher.errors import Unready
from publisher.keyplace import key_place
from publisher.settings import Settings
from publisher.texts import doctor as texts
from vault.errors import VaultError
from vault.keys import check_or_register
from vault.ring import open_ring

__all__ = ["Check", "Report", "examine"]

LOOKS = (
    ground.clock,
    ground.store,
    ground.address,
    ground.sign_in,
    persons.second_factor,
    activity.workers,
    activity.audit,
    activity.anchored,
    activity.deliveries,
    activity.breakers,
    activity.alarms,
)


def examine(settings: Settings) -> Report:
    """Look at everything that can be looked at. Never raises for what it looks at."""
    checks = tuple(_examine(settings))
    return Report(ok=all(check.state != "fail" for check in checks), checks=checks)


def _examine(settings: Settings) -> Iterator[Check]:
    yield from ground.folder(settings)
    try:
        engine = db.make_engine(_existing(settings.url))
    except (ArgumentError, Unready, ImportError, OSError, SQLAlchemyError) as error:
        yield _broken("database", _first_line(error), texts.DATABASE_STEP)
        return
    try:
        yield from _installation(settings, engine)
    finally:
        engine.dispose()


def _existing(url: str) -> str:
    """Return ``url``; raise ``Unready`` for a SQLite file that a look would otherwise create."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise Unready(texts.SCHEMA_NONE.rstrip("."))
    return url


def _installation(settings: Settings, engine: Engine) -> Iterator[Check]:
    try:
        yield ground.database(engine)
        schema = ground.schema(engine)
    except DBAPIError as error:
        yield _broken("database", _first_line(error.orig), texts.DATABASE_STEP)
        return
    yield schema
    if schema.state == "fail":
        return
    try:
        keyring = open_ring(key_place(settings), may_create=False)
        app = App(settings=settings, engine=engine, keyring=keyring)
        with app.read() as session:
            check_or_register(session, app.keyring, app.clock())
        app.institution  # noqa: B018 - without it nothing below has a meaning
    except VaultError as error:
        yield Check(name="key", state="fail", sentence=str(error), step=texts.KEY_STEP)
        return
    except Unready as error:
        step = texts.SCHEMA_NONE_STEP
        yield Check(name="schema", state="fail", sentence=str(error), step=step)
        return
    yield from key.look(app)
    for look in LOOKS:
        yield from look(app)


def _broken(name: str, cause: str, step: str) -> Check:
    sentence = texts.DATABASE_DOWN.format(error=cause.rstrip("."))
    return Check(name=name, state="fail", sentence=sentence, step=step)


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]
