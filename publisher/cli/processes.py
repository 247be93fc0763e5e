"""``pregonero worker``, ``sandbox`` and ``serve``: processes in the foreground."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from publisher.cli.context import installation, prepare, sealed
from publisher.cli.output import say
from publisher.errors import Unready
from publisher.texts import cli as texts
from publisher.texts import delivery as delivery_texts
from publisher.texts import demo as demo_texts

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.settings import Settings
    from publisher.supervisor import Child, Supervisor

DASHBOARD_PATIENCE = 90.0
"""Seconds that a loaded machine may take to import and start the dashboard."""


def worker() -> int:
    """Publish what is due until told to stop."""
    # imports make no garbage: looking for it would be a fifth of the start; the worker turns it on
    gc.disable()
    _import_structlog()
    from publisher.delivery.senders.child import fork

    # first, while there is little to share and nothing to keep from it
    forked = fork()
    from publisher.delivery.worker import open_patiently, run_worker
    from publisher.logs import configure_logs
    from publisher.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_level)
    with sealed(open_patiently(settings)) as app:
        _check_media(app)
        say(delivery_texts.WORKER_STARTED.format(profile=app.timing.profile))
        settled = run_worker(app, forked)
        say(delivery_texts.WORKER_STOPPED)
    return 0 if settled else 1


def _import_structlog() -> None:
    """Import structlog as where rich is not installed, which is another eighth of the start.

    It uses rich, where there is one, to colour the tracebacks of a terminal; ours are JSON lines.
    """
    if "rich" not in sys.modules:
        sys.modules["rich"] = None  # type: ignore[assignment]  # so that importing it fails
        try:
            import structlog  # noqa: F401
        finally:
            del sys.modules["rich"]


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help=texts.OPT_PORT)] = 0,
    alone: Annotated[bool, typer.Option("--alone", help=texts.OPT_ALONE)] = False,
    accounts: Annotated[Path | None, typer.Option(help=texts.OPT_ACCOUNTS)] = None,
    faults: Annotated[Path | None, typer.Option(help=texts.OPT_FAULTS)] = None,
    speed: Annotated[float, typer.Option(min=1, max=100_000, help=texts.OPT_SPEED)] = 1,
    quota: Annotated[int, typer.Option(min=1, help=texts.OPT_QUOTA)] = 10_000,
    processing: Annotated[float, typer.Option(min=0, help=texts.OPT_PROCESSING)] = 0.3,
) -> None:
    """Run the sandbox networks of this database; another port is stored for its processes."""
    more = ["--speed", str(speed), "--quota", str(quota), "--processing", str(processing)]
    for name, path in (("--accounts", accounts), ("--faults", faults)):
        more += [name, str(path)] if path else []
    if alone:
        _become_sandbox(port, None, more)
    from publisher.demo.setup import SANDBOX_FILE, move_sandbox, register_accounts, sandbox_port
    from publisher.supervisor import require_free

    with installation() as app:
        if not app.sandboxed:
            raise Unready(demo_texts.NOT_SANDBOX)
        chosen = port or sandbox_port(app)
        require_free(chosen, "sandbox")
        if chosen != sandbox_port(app):
            move_sandbox(app, chosen)
        data = app.settings.data_dir / SANDBOX_FILE
        register_accounts(app, data)
    _become_sandbox(chosen, data, more)


def _become_sandbox(port: int, data: Path | None, more: list[str]) -> NoReturn:
    """Let the sandbox take this process over: a signal reaches it and nothing else."""
    arguments = ["-m", "connectors.sandbox", "--port", str(port), *more]
    arguments += ["--data", str(data)] if data else []
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own module, no shell


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help=texts.OPT_PORT)] = 0,
) -> int:
    """Run the dashboard and one worker until told to stop."""
    from publisher.supervisor import Supervisor, require_free

    settings = prepare()
    chosen = port or settings.port
    require_free(chosen, "dashboard")
    with installation() as app:
        app.institution  # noqa: B018 - says so before anything starts where there is none
        _check_media(app)
        grace = app.timing.shutdown_grace + STOP_MARGIN
    supervisor = Supervisor(settings.data_dir / "logs")
    with until_stopped(supervisor, grace=grace):
        supervisor.start(worker_child())
        supervisor.start(dashboard_child(settings, chosen), patience=DASHBOARD_PATIENCE)
        say(texts.DASHBOARD_READY.format(url=f"http://{settings.host}:{chosen}"))
        try:
            supervisor.watch()
        finally:
            supervisor.stop("dashboard", grace=STOP_GRACE)
    return 0


def _check_media(app: App) -> None:
    """Refuse to start on a media store that is set wrongly; only tell of one that is away."""
    from publisher.media import check_at_start

    if told := check_at_start(app):
        say(told)


STOP_GRACE = 20.0
STOP_MARGIN = 10.0
"""Seconds beyond the worker's own grace: killed before, what is in flight would be in doubt."""

STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def until_stopped(
    supervisor: Supervisor, *, gracefully: bool = True, grace: float = STOP_GRACE
) -> Iterator[None]:
    """Stop every child however the block ends; Ctrl-C and SIGTERM end it.

    ``gracefully`` says that being told to stop is the way it ends, and no failure. ``grace`` is how
    long each child may take; a second signal kills what is left.
    """
    # named, both: whoever starts us in the background may have left SIGINT ignored
    before = {number: signal.signal(number, _interrupt) for number in STOPS}
    try:
        yield
    except KeyboardInterrupt:
        say(demo_texts.STOPPING)
        if not gracefully:
            raise
    finally:
        supervisor.stop(grace=grace)
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def worker_child() -> Child:
    """Return the worker as a process to run."""
    from publisher.supervisor import Child

    return Child(name="worker", module="publisher.cli", arguments=("worker",))


def dashboard_child(settings: Settings, port: int) -> Child:
    """Return the dashboard as a process to run."""
    from publisher.supervisor import Child

    return Child(
        name="dashboard",
        module="dashboard",
        arguments=("--port", str(port), "--host", settings.host),
        port=port,
    )
