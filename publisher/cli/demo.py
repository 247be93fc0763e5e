"""``pregonero demo``: everything at once, or headless to the end."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from publisher.cli.context import prepare, sealed
from publisher.cli.output import Progress, print_json, say
from publisher.cli.processes import (
    DASHBOARD_PATIENCE,
    dashboard_child,
    until_stopped,
    worker_child,
)
from publisher.errors import Unready
from publisher.texts import cli as cli_texts
from publisher.texts import demo as texts

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.demo.headless import Prepared
    from publisher.demo.persons import Shown
    from publisher.settings import Settings
    from publisher.supervisor import Child

PUBLISH_TIMEOUT = 300.0
LOCK = ".demo.lock"


def demo(
    headless: Annotated[bool, typer.Option("--headless", help=cli_texts.OPT_HEADLESS)] = False,
    posts: Annotated[int, typer.Option(min=1, max=100_000, help=cli_texts.OPT_POSTS)] = 60,
    seed: Annotated[int, typer.Option(help=cli_texts.OPT_SEED)] = 1,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help=cli_texts.OPT_PREPARE)
    ] = False,
    due_in: Annotated[float, typer.Option(min=0, max=86_400, help=cli_texts.OPT_DUE_IN)] = 0.0,
    passwords: Annotated[bool, typer.Option("--passwords", help=cli_texts.OPT_PASSWORDS)] = False,
    json: Annotated[bool, typer.Option("--json", help=cli_texts.OPT_JSON)] = False,
) -> int:
    """Run the demo on sandbox networks; see README."""
    settings = prepare()
    with _alone(settings, needed=not passwords):
        from publisher.demo.persons import issue_passwords
        from publisher.demo.setup import open_demo

        serves = not (passwords or prepare_only)
        whole = serves and not headless
        app, shown = open_demo(settings, say, require=partial(_require_ports, serves, whole))
        with sealed(app):
            if passwords:
                _show_people(issue_passwords(app), json=json)
                return 0
            if prepare_only or headless:
                made = _prepare(app, posts, seed, due_in)
                return _told(app, made) if prepare_only else _publish(app, made)
            return _run_whole(app, settings, shown)


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What was prepared; ``started`` is when the run's clock (monotonic) started."""

    prepared: Prepared
    started: float
    due_in: float

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return round(time.monotonic() - self.started, 2)


def _prepare(app: App, posts: int, seed: int, due_in: float) -> _Made:
    from publisher.demo.cast import gather_cast
    from publisher.demo.headless import prepare as make

    started = time.monotonic()
    cast = gather_cast(app, by_hand=False)
    made = make(app, cast, posts=posts, seed=seed, due_in=due_in or None, say=Progress())
    for text in made.slipped:
        say(texts.SLIPPED.format(text=text))
    return _Made(prepared=made, started=started, due_in=due_in)


def _told(app: App, made: _Made) -> int:
    """Say what waits to be published by somebody else's worker."""
    from publisher import localtime
    from publisher.demo.headless import count_states

    prepared = made.prepared
    local = localtime.wall_of(prepared.due_at, app.institution.timezone)
    say(texts.PREPARED.format(n=len(prepared.approved), due=local.replace("T", " ")))
    print_json(
        {
            "posts": len(prepared.approved),
            "deliveries": sum(count_states(app, since_post=prepared.first).values()),
            "refused": prepared.refused,
            "returned": prepared.returned,
            "due": prepared.due_at,
            "seconds": made.seconds,
        }
    )
    return 1 if prepared.slipped else 0


def _publish(app: App, made: _Made) -> int:
    """Let a worker publish what was prepared, and compare the networks with it."""
    from publisher.demo.comparison import compare
    from publisher.demo.headless import wait_until_done
    from publisher.supervisor import Supervisor

    prepared = made.prepared
    supervisor = Supervisor(app.settings.data_dir / "logs")
    with until_stopped(supervisor, gracefully=False):
        supervisor.start(_sandbox(app))
        supervisor.start(worker_child())
        states = wait_until_done(
            app,
            since_post=prepared.first,
            timeout=PUBLISH_TIMEOUT + made.due_in,
            say=Progress(),
            check_alive=supervisor.check_alive,
        )
        seconds = made.seconds
        # what a worker still sends while it is compared would look like a difference
        supervisor.stop("worker")
        compared = compare(app, app.institution.addresses["x"], since_post=prepared.first)
    if not compared.exact:
        missing, extra = compared.missing.total(), compared.extra.total()
        say(texts.MISMATCH.format(missing=missing, extra=extra))
    failed = sum(states.get(state, 0) for state in ("rejected", "dead"))
    waiting = sum(states.get(state, 0) for state in ("held", "needs_decision"))
    print_json(
        {
            "posts": len(prepared.approved),
            "deliveries": sum(states.values()),
            "published": compared.per_network,
            "refused": prepared.refused,
            "returned": prepared.returned,
            "failed": failed,
            "waiting": waiting,
            "exact": compared.exact,
            "seconds": seconds,
        }
    )
    return 0 if compared.exact and not (failed or waiting or prepared.slipped) else 1


def _run_whole(app: App, settings: Settings, shown: tuple[Shown, ...]) -> int:
    from publisher.demo import custody, stage
    from publisher.supervisor import Supervisor

    supervisor = Supervisor(settings.data_dir / "logs")
    url = f"http://{settings.host}:{settings.port}"
    with _never_lost(shown) as told, until_stopped(supervisor):
        supervisor.start(_sandbox(app))
        say(texts.STEP_SANDBOX.format(url=app.institution.addresses["x"]))
        n = stage.set_stage(app, Progress())
        say(texts.STEP_POSTS.format(n=n))
        say(texts.STEP_CUSTODY.format(n=custody.set_custody(app)))
        supervisor.start(worker_child())
        say(texts.STEP_WORKER)
        supervisor.start(dashboard_child(settings, settings.port), patience=DASHBOARD_PATIENCE)
        say(texts.STEP_DASHBOARD.format(url=url))
        _show_people(shown, url=url)
        told.set()
        typer.echo(texts.CTRL_C)
        supervisor.watch()
    say(texts.STOPPED)
    return 0


@contextmanager
def _never_lost(shown: tuple[Shown, ...]) -> Iterator[threading.Event]:
    """Show passwords that were issued even where the start fails: they exist only this once."""
    told = threading.Event()
    try:
        yield told
    finally:
        if shown and not told.is_set():
            _show_people(shown)


def _sandbox(app: App) -> Child:
    from publisher.demo.setup import SANDBOX_FILE, sandbox_port
    from publisher.supervisor import Child

    port = sandbox_port(app)
    data = str(app.settings.data_dir / SANDBOX_FILE)
    return Child(
        name="sandbox",
        module="connectors.sandbox",
        arguments=("--port", str(port), "--data", data),
        port=port,
    )


def _require_ports(serves: bool, whole: bool, app: App) -> None:
    """Say at once which port is taken, and not after all the work."""
    from publisher.demo.setup import sandbox_port
    from publisher.supervisor import require_free

    if serves:
        require_free(sandbox_port(app), "sandbox")
        require_free(urlsplit(app.media_base_url).port or 0, "worker")
    if whole:
        require_free(app.settings.port, "dashboard")


def _show_people(shown: tuple[Shown, ...], *, url: str = "", json: bool = False) -> None:
    if json:
        print_json({"people": shown})
        return
    if url:
        typer.echo(texts.READY.format(url=url))
    width = max((len(person.role) for person in shown), default=0)
    for person in shown:
        typer.echo(f"  {person.role.ljust(width)}  {person.email.ljust(30)}  {person.password}")
    typer.echo(texts.PASSWORDS_ONCE if shown else texts.PASSWORDS_KNOWN)


@contextmanager
def _alone(settings: Settings, *, needed: bool) -> Iterator[None]:
    """Hold the folder's lock: two demos on one folder would fight for its ports and rows."""
    if not needed:
        yield
        return
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        lock = (settings.data_dir / LOCK).open("w")
    except OSError:
        from publisher.texts import DATA_DIR_READ_ONLY

        raise Unready(DATA_DIR_READ_ONLY.format(path=settings.data_dir)) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unready(texts.RUNNING) from None
        yield
