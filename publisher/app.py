"""App: settings, engine, vault, connectors, clock and ids, wired once, passed to every verb."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session, col

from connectors.contract import Connector
from connectors.endpoints import SANDBOX_APPLICATIONS, Endpoints
from connectors.registry import load
from publisher import db, localtime, migrations, texts  # noqa: F401 - localtime pins the zones
from publisher.errors import Unready
from publisher.keyplace import key_place
from publisher.models import Institution
from publisher.settings import Settings, load_settings
from publisher.texts import keys as key_texts
from publisher.timing import Timing
from vault import audit
from vault.errors import VaultError
from vault.keys import Keyring, check_or_register, is_registered
from vault.providers import Provider, outside
from vault.ring import open_ring


def _utc_now() -> datetime:
    return datetime.now(UTC)


def since_boot() -> float:
    """Return the seconds since boot, sleep included: a clock that nobody sets."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Actor:
    """Who asks. Built from a session row on every call, never stored.

    ``grants`` are (role, plantel id or None for central roles) in force now.
    """

    person_id: int
    name: str
    email: str
    grants: tuple[tuple[str, int | None], ...] = ()
    session_ref: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere."""
        return frozenset(role for role, _ in self.grants)


SYSTEM = Actor(person_id=0, name="Pregonero", email="", grants=())


@dataclass(frozen=True)
class App:
    """Everything a verb needs.

    Tests replace ``clock``, ``elapsed`` (seconds since boot), ``new_id``, ``jitter``, ``connect``.
    """

    settings: Settings
    engine: Engine
    keyring: Keyring
    clock: Callable[[], datetime] = _utc_now
    elapsed: Callable[[], float] = since_boot
    new_id: Callable[[], str] = _new_id
    jitter: Callable[[], float] = random.random
    connect: Callable[[str], Connector] | None = None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open the write transaction of a public verb."""
        self.keyring.refresh()
        with db.write(self.engine) as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a read transaction."""
        self.keyring.refresh()
        with db.read(self.engine) as session:
            yield session

    @cached_property
    def audit_key(self) -> audit.AuditKey:
        """The key that authenticates audit entries and links."""
        return audit.AuditKey.from_keyring(self.keyring)

    @cached_property
    def institution(self) -> Institution:
        """The institution's row, detached. Raises ``Unready`` on an empty database."""
        with self.read() as session:
            row = session.get(Institution, 1)
        if row is None:
            raise Unready(texts.NOT_INITIALISED)
        return row

    @cached_property
    def timing(self) -> Timing:
        """The timing profile in force."""
        return self.settings.timing(self.institution.mode)

    @property
    def sandboxed(self) -> bool:
        """Tell whether the database is marked as sandbox: only loopback may be reached."""
        return self.institution.mode == "sandbox"

    @cached_property
    def endpoints(self) -> Endpoints:
        """Where the networks are; the environment wins over the sandbox's stored addresses."""
        stored = self.institution.addresses
        chosen = self.settings
        # a demonstration lets people enter the sandbox's networks without any set-up
        shown = self.sandboxed and stored.get("applications")
        known: Mapping[str, str] = SANDBOX_APPLICATIONS if shown else {}
        return Endpoints(
            x_base_url=chosen.x_base_url or stored.get("x") or None,
            graph_base_url=chosen.graph_base_url or stored.get("graph") or None,
            instagram_private_base_url=chosen.instagram_private_base_url
            or stored.get("instagram_private")
            or None,
            graph_version=chosen.graph_version,
            graph_app_id=chosen.graph_app_id or known.get("graph_app_id"),
            graph_app_secret=chosen.graph_app_secret or known.get("graph_app_secret"),
            x_client_id=chosen.x_client_id or known.get("x_client_id"),
            x_client_secret=chosen.x_client_secret or None,
            x_api_key=chosen.x_api_key or known.get("x_api_key"),
            x_api_secret=chosen.x_api_secret or known.get("x_api_secret"),
            loopback_only=self.sandboxed,
            read_timeout=self.timing.read_timeout,
            upload_timeout=min(Endpoints.upload_timeout, self.timing.read_timeout),
        )

    @cached_property
    def media_base_url(self) -> str:
        """The media route's public address without final slash; empty when there is none."""
        chosen = self.settings.media_base_url or self.institution.addresses.get("media", "")
        return chosen.rstrip("/")

    def connector(self, key: str) -> Connector:
        """Return the adapter ``key`` (``x``, ``facebook``, ``instagram``…)."""
        return self.connect(key) if self.connect else load(key, self.endpoints)

    def note(self, session: Session, *entries: audit.Entry) -> None:
        """Append audit entries in the transaction of the change they tell."""
        audit.append(session.connection(), self.audit_key, entries)

    def by(self, actor: Actor) -> audit.By:
        """Return ``actor`` as the vault names who acts."""
        return audit.By(
            actor_id=actor.person_id,
            actor=actor.name,
            role="+".join(sorted(actor.roles)),
            session_ref=actor.session_ref,
        )

    def entry(
        self,
        actor: Actor,
        action: str,
        object_type: str,
        object_id: object,
        *,
        plantel_id: int | None = None,
        reason: str = "",
        before: str = "",
        after: str = "",
        result: str = "ok",
        detail: str = "",
        role: str = "",
    ) -> audit.Entry:
        """Return the audit entry of something ``actor`` does now."""
        return audit.Entry(
            id=self.new_id(),
            at=self.clock(),
            actor_id=actor.person_id,
            actor=actor.name,
            role=role or "+".join(sorted(actor.roles)),
            session_ref=actor.session_ref,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            plantel_id=plantel_id,
            reason=reason,
            before_digest=before,
            after_digest=after,
            result=result,
            detail=detail,
        )


def open_app(settings: Settings | None = None, *, create: bool = False) -> App:
    """Wire an ``App`` on the installation that ``settings`` name.

    ``create`` allows a new database and key (``init``, ``demo``). Raises ``Unready`` with a Spanish
    sentence when the folder, the database or the key cannot be used.
    """
    settings = settings or load_settings()
    if not create:
        _require_file(settings.url)
    _prepare_folder(settings.data_dir)
    engine = _engine(settings.url)
    try:
        return _wire(settings, engine, create=create)
    except VaultError as error:
        engine.dispose()
        raise Unready(str(error)) from error
    except DBAPIError as error:
        engine.dispose()
        raise Unready(texts.DATABASE_UNREACHABLE.format(error=_first_line(error.orig))) from error
    except Unready:
        engine.dispose()
        raise


def _wire(settings: Settings, engine: Engine, *, create: bool) -> App:
    version = migrations.current(engine)
    if version is None and not create:
        raise Unready(texts.NOT_INITIALISED)
    # the key first: a set-up cut short here is repeated whole, not left without its key
    place = key_place(settings)
    if version is not None:
        _keep_sandbox_inside(engine, place)
    keyring = open_ring(place, may_create=version is None)
    migrations.upgrade(engine)
    app = App(settings=settings, engine=engine, keyring=keyring)
    with app.read() as session:
        registered = is_registered(session, app.keyring)
    # one that was stopped may keep every writer out until a new worker, which opens first, kills it
    with app.read() if registered else app.write() as session:
        check_or_register(session, app.keyring, app.clock())
    return app


def _keep_sandbox_inside(engine: Engine, place: Provider) -> None:
    """Raise ``Unready`` where the key of a sandbox database would be asked of a real service."""
    host = outside(place.home().url)
    if host:
        with db.read(engine) as session:
            mode = session.scalar(select(col(Institution.mode)).where(col(Institution.id) == 1))
        if mode == "sandbox":
            raise Unready(key_texts.SANDBOX_OUTSIDE.format(host=host))


def _engine(url: str) -> Engine:
    try:
        return db.make_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise Unready(texts.DATABASE_URL) from None
    except OSError as error:
        raise Unready(texts.DATABASE_UNREACHABLE.format(error=error.strerror)) from None


def _require_file(url: str) -> None:
    """Raise ``Unready`` where there is no SQLite file yet: looking at a place changes nothing."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not Path(url.removeprefix(prefix)).exists():
        raise Unready(texts.NOT_INITIALISED)


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0]


def _prepare_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".escritura"
        probe.touch()
        probe.unlink()
    except OSError:
        raise Unready(texts.DATA_DIR_READ_ONLY.format(path=path)) from None
