"""What the processes of a run do, as functions that the nursery forks."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from connectors.sandbox.server import listen, serve
from connectors.sandbox.state import State
from publisher.app import App, open_app
from publisher.delivery.senders.child import fork
from publisher.delivery.worker import open_patiently, run_worker
from publisher.logs import configure_logs
from publisher.media import serve_media
from publisher.settings import Settings

Prepare = Callable[[], object]
COLD = ("-m", "publisher.cli", "worker")


def work(settings: Settings, prepare: Prepare | None) -> int:
    """Be ``pregonero worker``; ``prepare`` may wrap the product's functions first."""
    configure_logs(settings.log_level)
    if prepare is not None:
        prepare()
    forked = fork()
    app = open_patiently(settings)
    try:
        return 0 if run_worker(app, forked) else 1
    finally:
        app.engine.dispose()


def call(settings: Settings, function: Callable[[App], object]) -> int:
    """Run ``function`` on an App of its own, as another process of the installation."""
    configure_logs(settings.log_level)
    app = open_app(settings)
    try:
        function(app)
    finally:
        app.engine.dispose()
    return 0


def sandbox(port: int, processing: float, path: Path | None) -> None:
    """Be ``python -m connectors.sandbox``, in memory unless there is a ``path``."""
    state = State(path, processing=processing, quota=1_000_000)
    serve(state, listen("127.0.0.1", port))


def media(settings: Settings) -> None:
    """Serve the media route, so that it depends on no worker."""
    if serve_media(open_app(settings)) is None:
        raise RuntimeError("the media route is served by somebody else")
    signal.pause()


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a cold process finds the same settings.

    It keeps its bytecode, as an installation does: cold means a new process, not a first import.
    """
    dropped = ("PREGONERO_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(dropped)}
    given = settings.model_dump(include=set(settings.model_fields_set), mode="json")
    return inherited | {
        f"PREGONERO_{name.upper()}": str(value) for name, value in given.items() if value
    }
