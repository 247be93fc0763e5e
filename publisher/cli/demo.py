"""``pregonero demo``: everything at once, or headless to the end."""

from __future__ import annotations

import fcntl
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from publisher import localtime
from publisher.app import App
from publisher.cli.output import Progress, print_json, say
from publisher.demo import headless, stage
from publisher.demo.setup import SANDBOX_FILE, Shown, issue_passwords, open_demo, sandbox_port
from publisher.errors import Unready
from publisher.sealing import seal
from publisher.settings import Settings, load_settings
from publisher.supervisor import Child, Supervisor
from publisher.texts import cli as cli_texts
from publisher.texts import demo as texts

PUBLISH_TIMEOUT = 300.0


def demo(
    headless_: Annotated[bool, typer.Option("--headless", help=cli_texts.OPT_HEADLESS)] = False,
    posts: Annotated[int, typer.Option(min=1, max=100_000, help=cli_texts.OPT_POSTS)] = 60,
    seed: Annotated[int, typer.Option(help=cli_texts.OPT_SEED)] = 1,
    prepare_only: Annotated[bool, typer.Option(help=cli_texts.OPT_PREPARE)] = False,
    due_in: Annotated[float, typer.Option(min=0, help=cli_texts.OPT_DUE_IN)] = 0.0,
    passwords: Annotated[bool, typer.Option(help=cli_texts.OPT_PASSWORDS)] = False,
) -> int:
    """Run the demo on sandbox networks; see README."""
    settings = load_settings()
    if passwords:
        app, _ = open_demo(settings, say)
        _show_people(issue_passwords(app))
        return 0
    with _alone(settings):
        app, shown = open_demo(settings, say)
        if headless_:
            return _run_headless(app, settings, posts, seed, due_in, prepare_only=prepare_only)
        return _run_whole(app, settings, shown)


def _run_headless(
    app: App, settings: Settings, posts: int, seed: int, due_in: float, *, prepare_only: bool
) -> int:
    started = time.monotonic()
    progress = Progress()
    cast = headless.gather_cast(app)
    made = headless.prepare(app, cast, posts=posts, seed=seed, due_in=due_in or None, say=progress)
    if prepare_only:
        local = localtime.wall_of(made.due_at, app.institution.timezone)
        say(texts.PREPARED.format(n=len(made.approved), due=local.replace("T", " ")))
        print_json(
            {
                "posts": len(made.approved),
                "deliveries": sum(headless.count_states(app).values()),
                "refused": made.refused,
                "returned": made.returned,
                "due": made.due_at,
                "seconds": round(time.monotonic() - started, 2),
            }
        )
        return 0
    supervisor = Supervisor(settings.data_dir / "logs")
    try:
        supervisor.start(_sandbox(app, settings))
        supervisor.start(Child(name="worker", module="publisher.cli", arguments=("worker",)))
        states = headless.wait_until_done(
            app, timeout=PUBLISH_TIMEOUT, say=progress, check_alive=supervisor.check_alive
        )
        seconds = time.monotonic() - started
        missing, extra, shown = headless.compare(app, app.institution.addresses["x"])
    finally:
        supervisor.stop()
        seal(app)
    exact = not missing and not extra
    if not exact:
        say(texts.MISMATCH.format(missing=missing.total(), extra=extra.total()))
    failed = sum(states.get(state, 0) for state in ("rejected", "dead"))
    waiting = sum(states.get(state, 0) for state in ("held", "needs_decision"))
    print_json(
        {
            "posts": len(made.approved),
            "deliveries": sum(states.values()),
            "published": shown,
            "refused": made.refused,
            "returned": made.returned,
            "failed": failed,
            "waiting": waiting,
            "exact": exact,
            "seconds": round(seconds, 2),
        }
    )
    return 0 if exact and not failed and not waiting else 1


def _run_whole(app: App, settings: Settings, shown: tuple[Shown, ...]) -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    supervisor = Supervisor(settings.data_dir / "logs")
    url = f"http://{settings.host}:{settings.port}"
    try:
        supervisor.start(_sandbox(app, settings))
        say(texts.STEP_SANDBOX.format(url=app.institution.addresses["x"]))
        n = stage.set_stage(app, Progress())
        say(texts.STEP_POSTS.format(n=n))
        supervisor.start(Child(name="worker", module="publisher.cli", arguments=("worker",)))
        say(texts.STEP_WORKER)
        supervisor.start(
            Child(
                name="dashboard",
                module="dashboard",
                arguments=("--port", str(settings.port), "--host", settings.host),
                port=settings.port,
            ),
            patience=60,
        )
        say(texts.STEP_DASHBOARD.format(url=url))
        _show_people(shown, url=url)
        while not stopping.wait(0.5):
            supervisor.check_alive()
        say(texts.STOPPING)
    finally:
        supervisor.stop()
    say(texts.STOPPED)
    return 0


def _sandbox(app: App, settings: Settings) -> Child:
    port = sandbox_port(app)
    data = str(settings.data_dir / SANDBOX_FILE)
    return Child(
        name="sandbox",
        module="connectors.sandbox",
        arguments=("--port", str(port), "--data", data),
        port=port,
    )


def _show_people(shown: tuple[Shown, ...], *, url: str = "") -> None:
    if url:
        typer.echo(texts.READY.format(url=url))
    width = max((len(person.role) for person in shown), default=0)
    for person in shown:
        typer.echo(f"  {person.role.ljust(width)}  {person.email.ljust(30)}  {person.password}")
    typer.echo(texts.PASSWORDS_ONCE if shown else texts.PASSWORDS_KNOWN)
    if url:
        typer.echo(texts.CTRL_C)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the folder's lock: two demos on one folder would fight for its ports and rows."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / ".demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unready(texts.RUNNING) from None
        yield
