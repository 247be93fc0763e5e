"""What an installation stands on: folder, database, clock, media store, public address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Final

from sqlalchemy import Engine, func, select, text
from sqlmodel import col

from publisher import db, media, migrations, people
from publisher.app import App
from publisher.delivery.disk import MEGABYTE, free_bytes
from publisher.doctor.findings import Check, State
from publisher.errors import PublisherError
from publisher.models import Account
from publisher.settings import Settings
from publisher.texts import doctor as texts

COMFORTABLE_MB: Final = 1024
SKEW_TOLD: Final = 1.0
"""Seconds between two clocks from which a person is told; ``Timing.clock_skew`` stops the sends."""


def folder(settings: Settings) -> Iterator[Check]:
    """Write in the data folder, and measure the room on its disk."""
    path = settings.data_dir.resolve()
    try:
        with TemporaryFile(dir=path):
            pass
    except OSError:
        sentence = texts.FOLDER_READ_ONLY.format(path=path)
        yield Check(name="folder", state="fail", sentence=sentence, step=texts.FOLDER_STEP)
        return
    megabytes = free_bytes(path) // MEGABYTE
    facts = {"path": str(path), "free_mb": megabytes}
    free = f"{megabytes / 1024:.1f} GB"
    if megabytes >= COMFORTABLE_MB:
        sentence = texts.FOLDER.format(path=path, free=free)
        yield Check(name="folder", state="ok", sentence=sentence, facts=facts)
        return
    yield Check(
        name="folder",
        state="warn" if megabytes >= settings.min_free_mb else "fail",
        sentence=texts.DISK_LOW.format(path=path, free=free),
        step=texts.DISK_STEP,
        facts=facts,
    )


def database(engine: Engine) -> Check:
    """Ask the server who it is. Raises ``DBAPIError``."""
    with engine.connect() as connection:
        started = time.monotonic()
        sqlite = engine.dialect.name == "sqlite"
        statement = "SELECT sqlite_version()" if sqlite else "SHOW server_version"
        told = connection.scalar(text(statement))
        milliseconds = _since(started)
    version = f"{'SQLite' if sqlite else 'PostgreSQL'} {told}"
    sentence = texts.DATABASE.format(ms=milliseconds, version=version)
    facts = {"version": version, "milliseconds": milliseconds}
    return Check(name="database", state="ok", sentence=sentence, facts=facts)


def schema(engine: Engine) -> Check:
    """Compare the database's version with this program's. Raises ``DBAPIError``."""
    found, known = migrations.current(engine), migrations.head()
    facts = {"found": found, "known": known}
    if found == known:
        sentence = texts.SCHEMA.format(version=found)
        return Check(name="schema", state="ok", sentence=sentence, facts=facts)
    if found is None:
        sentence, step = texts.SCHEMA_NONE, texts.SCHEMA_NONE_STEP
    else:
        sentence = texts.SCHEMA_OLD.format(found=found, known=known)
        step = texts.SCHEMA_OLD_STEP if found < known else texts.SCHEMA_NEW_STEP
    return Check(name="schema", state="fail", sentence=sentence, step=step, facts=facts)


def clock(app: App) -> Iterator[Check]:
    """Compare this machine's clock with the database's."""
    if app.engine.dialect.name == "sqlite":
        yield Check(name="clock", state="ok", sentence=texts.CLOCK_SAME)
        return
    with app.read() as session:
        session.execute(text("SELECT 1"))
        before = app.clock()
        told = db.read_clock(session.connection())
        after = app.clock()
    # what the answer's way may explain is no skew
    skew = max(0.0, *((before - told).total_seconds(), (told - after).total_seconds()))
    sentence = texts.CLOCK.format(ms=round(skew * 1000))
    state: State = "ok" if skew < SKEW_TOLD else "warn"
    check = Check(name="clock", state=state, sentence=sentence, facts={"seconds": skew})
    if skew > app.timing.clock_skew:
        check = replace(check, state="fail")
    yield check if check.state == "ok" else replace(check, step=texts.CLOCK_STEP)


def store(app: App) -> Iterator[Check]:
    """Write, read and delete a small file in the media store."""
    url = app.settings.media_store
    started = time.monotonic()
    try:
        media.examine(app)
    except PublisherError as error:
        reason = getattr(error, "reason", "foreign")
        yield Check(
            name="store",
            state="fail",
            sentence=str(error),
            step=texts.STORE_STEP,
            facts={"url": url, "reason": reason},
        )
        return
    milliseconds = _since(started)
    sentence = texts.STORE.format(url=url, ms=milliseconds)
    facts = {"url": url, "milliseconds": milliseconds}
    yield Check(name="store", state="ok", sentence=sentence, facts=facts)


def address(app: App) -> Iterator[Check]:
    """Say whether Instagram could fetch our photos; a sandbox fetches them on loopback."""
    with app.read() as session:
        accounts = session.scalar(select(func.count()).where(col(Account.connector) == "instagram"))
    address = app.media_base_url
    facts = {"address": address, "accounts": accounts}
    if not accounts:
        return
    sentence = texts.ADDRESS.format(address=address)
    if not address:
        sentence = texts.ADDRESS_NONE.format(n=accounts)
    elif app.sandboxed or media.reach.is_public(address):
        # a look changes nothing: it is not remembered either
        found = None if app.sandboxed else media.reach.probe(app)
        if found is not None and found.state != "ok":
            step = texts.ADDRESS_REACH_STEP
            yield Check(
                name="address", state="fail", sentence=found.sentence, step=step, facts=facts
            )
            return
        yield Check(name="address", state="ok", sentence=sentence, facts=facts)
        return
    else:
        sentence = texts.ADDRESS_PRIVATE.format(address=address)
    yield Check(
        name="address", state="fail", sentence=sentence, step=texts.ADDRESS_STEP, facts=facts
    )


def sign_in(app: App) -> Iterator[Check]:
    """Read what the institution's sign-in publishes, where one is configured."""
    if not people.sign_in_offered(app):
        return
    issuer = app.settings.oidc_issuer
    facts = {"issuer": issuer}
    try:
        # the sentence of this one names the file, which a visitor of the dashboard never reads
        app.settings.oidc_client_secret  # noqa: B018
        milliseconds = people.reach_provider(app)
    except PublisherError as error:
        step = texts.SIGN_IN_STEP
        yield Check(name="sign_in", state="fail", sentence=str(error), step=step, facts=facts)
        return
    sentence = texts.SIGN_IN.format(issuer=issuer, ms=milliseconds)
    yield Check(name="sign_in", state="ok", sentence=sentence, facts=facts)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
