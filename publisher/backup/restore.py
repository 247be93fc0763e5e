"""Bring a backup back: into an empty place, or as a drill that is removed again.

Whatever is wrong with the backup or the key is said before anything is written. SQLite's folder is
prepared beside its place and gets its name at the end; PostgreSQL is filled in one transaction. A
drill does exactly the same, in a folder of its own and, on PostgreSQL, in a schema of its own.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event, select, text
from sqlmodel import Session, col

from publisher import db, migrations
from publisher.access import grants_in_force
from publisher.app import Actor, App
from publisher.backup import copies, database, files, manifest
from publisher.backup.confine import Confined, confine
from publisher.backup.manifest import Manifest
from publisher.errors import Conflict, Invalid, NotFound, Unready
from publisher.keyplace import key_place
from publisher.models import Person
from publisher.settings import Settings
from publisher.texts import backup as texts
from vault import audit, checkpoints, proof, verify
from vault.checkpoints import Signer
from vault.keys import Keyring, check_or_register
from vault.proof import Proof
from vault.ring import open_ring
from vault.verify import Verification

MEDIA: Final = "media"


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back and what was proved of it; ``path`` is gone after a drill."""

    path: Path
    manifest: Manifest
    drill: bool
    confined: Confined
    audit: Verification
    secrets: Proof
    media: int
    media_absent: tuple[str, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether everything that was backed up is here, opens and verifies."""
        return self.audit.ok and self.secrets.whole and not self.media_absent


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where the rows and pictures go; ``final`` is the folder's name at the end."""

    folder: Path
    final: Path
    engine: Engine


def restore(
    settings: Settings,
    source: Path,
    *,
    into: Path | None = None,
    drill: bool = False,
    keys: Sequence[str | Path] = (),
    by_email: str = "",
    app_options: dict[str, Any] | None = None,
) -> Restored:
    """Restore the backup ``source`` (or the newest in that folder) and prove it.

    ``keys`` are where the keys rest (files or URLs), the first one in force. PostgreSQL's rows go
    to the database of ``settings``. ``app_options`` are clock and ids, for tests. Raises
    ``Invalid``, ``Conflict``, ``Unready`` or ``KeyProblem`` before anything is written, and leaves
    nothing where it fails later.
    """
    started = time.monotonic()
    source = _chosen(source)
    made, keyring = _checked(settings, source, keys)
    with copies.said(into or source), _place(settings, made, into, drill=drill) as place:
        app = App(
            settings=settings.model_copy(update={"data_dir": place.folder}),
            engine=place.engine,
            keyring=keyring,
            **(app_options or {}),
        )
        if made.dialect == "sqlite":
            database.copy_file(source, place.folder / database.SQLITE_FILE)
        # the rows last: their COMMIT is what nothing can take back
        media, absent = _put_media(app, source, made)
        with app.write() as session:
            confined = _fill(app, session, source, made, by_email)
        with app.read() as session:
            found = verify.verify(session, app.audit_key, now=app.clock())
            opened = proof.open_all(session, keyring)
        return Restored(
            path=place.final,
            manifest=made,
            drill=drill,
            confined=confined,
            audit=found,
            secrets=opened,
            media=media,
            media_absent=absent,
            seconds=round(time.monotonic() - started, 2),
        )


def _chosen(source: Path) -> Path:
    """Return the backup meant: the folder itself, or the newest of those in it."""
    if not (source / manifest.NAME).is_file() and source.is_dir():
        found = copies.complete(source)
        if found:
            return found[-1]
    return source


def _checked(
    settings: Settings, source: Path, keys: Sequence[str | Path]
) -> tuple[Manifest, Keyring]:
    """Return the manifest and the keys, once both are what they must be."""
    made = manifest.read(source)
    if made.schema > migrations.head():
        raise Unready(texts.NEWER.format(found=made.schema, known=migrations.head()))
    keyring = _ring(settings, made, keys)
    if not made.holds(keyring):
        raise Invalid(texts.MANIFEST_DAMAGED.format(path=source), field="from")
    for item in made.files:
        path = source / item.name
        if not path.is_file():
            raise Invalid(texts.FILE_MISSING.format(name=item.name), field="from")
        if files.sha256_of(path) != item.sha256:
            raise Invalid(texts.FILE_DAMAGED.format(name=item.name), field="from")
    return made, keyring


def _ring(settings: Settings, made: Manifest, keys: Sequence[str | Path]) -> Keyring:
    """Return the keys in the order given, with those that lie beside them."""
    places = [key_place(settings, str(url)) for url in keys or (settings.kek_url,)]
    for place in places:
        key = place.read()
        if key is None:
            raise Invalid(texts.NO_KEY.format(place=place.place), field="key")
        if key.root_check_value() != made.root_check:
            raise Invalid(texts.WRONG_KEY.format(place=place.place), field="key")
    return open_ring(*places, may_create=False)


def _fill(app: App, session: Session, source: Path, made: Manifest, by_email: str) -> Confined:
    """Load, compare with the manifest, bring to this program's version, make harmless, seal."""
    connection = session.connection()
    if made.dialect == "postgresql":
        database.require_empty(connection)
        database.load(connection, source, schema=made.schema)
    unlike = database.differences(made.facts, database.gather(connection, app.keyring))
    if unlike:
        raise Unready(texts.DIFFERENT.format(what="; ".join(unlike)))
    migrations.bring(connection)
    check_or_register(session, app.keyring, app.clock())
    confined = confine(
        app, session, made_at=made.made_at, by=_actor(app, session, by_email) if by_email else None
    )
    now = app.clock()
    audit.seal(session, app.audit_key, now=now, wait=True)
    checkpoints.checkpoint(session, Signer.from_keyring(app.keyring), now=now)
    return confined


def _actor(app: App, session: Session, email: str) -> Actor:
    person = session.scalars(
        select(Person).where(
            col(Person.email) == email.strip().lower(), col(Person.state) == "active"
        )
    ).first()
    if person is None:
        raise NotFound(texts.NO_SUCH_PERSON.format(email=email))
    return Actor(
        person_id=person.id or 0,
        name=person.name,
        email=person.email,
        grants=grants_in_force(session, person.id or 0, app.clock()),
    )


def _put_media(app: App, source: Path, made: Manifest) -> tuple[int, tuple[str, ...]]:
    if made.media_copied:
        folder = app.settings.data_dir / MEDIA
        return files.put_back(source, made.media, folder), made.media_missing
    absent = files.absent(app, made.media)
    return len(made.media) - len(absent), (*made.media_missing, *absent)


@contextmanager
def _place(
    settings: Settings, made: Manifest, into: Path | None, *, drill: bool
) -> Iterator[_Place]:
    """Prepare a folder and an engine; give the folder its name only if all went well."""
    final = _require_empty(into, drill=drill)
    folder = Path(
        tempfile.mkdtemp(prefix=".restauracion-", dir=None if final is None else final.parent)
    )
    schema = f"ensayo_{secrets.token_hex(6)}" if drill else ""
    try:
        engine = _engine(settings, made, folder, schema)
        try:
            yield _Place(folder=folder, final=final or folder, engine=engine)
            if made.dialect == "sqlite" and not drill:
                _settle(engine)
        finally:
            if schema and made.dialect == "postgresql":
                _drop_schema(engine, schema)
            engine.dispose()
        if final is not None and not drill:
            if final.exists():
                final.rmdir()
            folder.rename(final)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _require_empty(into: Path | None, *, drill: bool) -> Path | None:
    if into is None:
        if drill:
            return None
        raise Invalid(texts.NEEDS_INTO, field="into")
    final = into.resolve()
    if final.exists() and (not final.is_dir() or any(final.iterdir())):
        raise Conflict(texts.NOT_EMPTY.format(path=into))
    final.parent.mkdir(parents=True, exist_ok=True)
    return final


def _engine(settings: Settings, made: Manifest, folder: Path, schema: str) -> Engine:
    if made.dialect == "sqlite":
        return db.make_engine(f"sqlite:///{folder / database.SQLITE_FILE}")
    if not settings.url.startswith("postgres"):
        raise Invalid(texts.NEEDS_POSTGRES, field="database")
    engine = db.make_engine(settings.url)
    if schema:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        engine.dispose()
        event.listen(engine, "connect", _in_schema(schema))
    return engine


def _in_schema(schema: str) -> Any:
    def enter(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {schema}")
        connection.commit()

    return enter


def _drop_schema(engine: Engine, schema: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


def _settle(engine: Engine) -> None:
    """Leave one file: what is still in SQLite's journal goes into it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
