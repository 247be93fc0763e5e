"""``pregonero worker``, ``sandbox`` and ``serve``: processes in the foreground."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Annotated

import typer

from publisher.app import open_app
from publisher.cli.output import say
from publisher.delivery.worker import run_worker
from publisher.demo.setup import SANDBOX_FILE, move_sandbox, register_accounts, sandbox_port
from publisher.errors import Unready
from publisher.logs import configure_logs
from publisher.settings import load_settings
from publisher.supervisor import Child, Supervisor
from publisher.texts import cli as texts
from publisher.texts import delivery as delivery_texts
from publisher.texts import demo as demo_texts


def worker() -> int:
    """Publish what is due until told to stop."""
    settings = load_settings()
    configure_logs(settings.log_level)
    app = open_app(settings)
    say(delivery_texts.WORKER_STARTED.format(profile=app.timing.profile))
    settled = run_worker(app)
    say(delivery_texts.WORKER_STOPPED)
    return 0 if settled else 1


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help=texts.OPT_PORT)] = 0,
) -> None:
    """Run the sandbox networks of this database; another port is stored for its processes."""
    settings = load_settings()
    app = open_app(settings)
    if not app.sandboxed:
        raise Unready(demo_texts.NOT_SANDBOX)
    if port and port != sandbox_port(app):
        move_sandbox(app, port)
    path = settings.data_dir / SANDBOX_FILE
    register_accounts(app, path)
    arguments = ["--port", str(port or sandbox_port(app)), "--data", str(path)]
    # the sandbox takes this process over, so that a signal reaches it and nothing else
    os.execv(  # noqa: S606 - our own module, no shell
        sys.executable, [sys.executable, "-m", "connectors.sandbox", *arguments]
    )


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help=texts.OPT_PORT)] = 0,
) -> int:
    """Run the dashboard and one worker until told to stop."""
    settings = load_settings()
    open_app(settings)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    chosen = port or settings.port
    supervisor = Supervisor(settings.data_dir / "logs")
    try:
        supervisor.start(Child(name="worker", module="publisher.cli", arguments=("worker",)))
        supervisor.start(
            Child(
                name="dashboard",
                module="dashboard",
                arguments=("--port", str(chosen), "--host", settings.host),
                port=chosen,
            ),
            patience=60,
        )
        say(texts.DASHBOARD_READY.format(url=f"http://{settings.host}:{chosen}"))
        while not stopping.wait(0.5):
            supervisor.check_alive()
    finally:
        supervisor.stop()
    return 0
