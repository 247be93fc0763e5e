"""The worker process: clock, engine, heartbeat, signals.

APScheduler is only a clock here: one date job moved to the next due instant, and interval jobs. A
post is never one of its jobs; the Delivery row is. What a worker does beside publishing is in
``chores``.
"""

from __future__ import annotations

import gc
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import TypeVar

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select
from sqlmodel import col

from publisher.app import App, open_app
from publisher.delivery import lockholder, loss, recovery, wakeup
from publisher.delivery.bell import Bell
from publisher.delivery.engine import Engine
from publisher.delivery.retime import retime
from publisher.delivery.route import Route
from publisher.delivery.senders.child import Forked
from publisher.delivery.senders.outpost import Outpost
from publisher.delivery.senders.wire import Hello
from publisher.delivery.sentry import Sentry
from publisher.editorial.recheck import recheck_soon
from publisher.models import Account
from publisher.sealing import seal
from publisher.settings import Settings
from vault import audit

log = structlog.get_logger(__name__)

CHECKPOINT_EVERY = 60.0
MISSED_BEATS = 3

Answer = TypeVar("Answer")


class Worker:
    """One worker; ``run`` returns when it was told to stop and what was in flight has ended."""

    def __init__(self, app: App, forked: Forked | None = None) -> None:
        self._app = app
        self._outpost = None if forked is None else Outpost(forked)
        self._lookout = lockholder.Lookout(app.settings.url, lease=app.timing.lease)
        recovery.kill_stopped(app)
        self._owner = self._insist(lambda: recovery.enrol(app))
        self._wrote = time.monotonic()
        self._asked = Bell()
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._next_due: datetime | None = None
        self._route = Route(app, self._owner)
        self._sealed = -CHECKPOINT_EVERY
        # a clock that is late says so on every beat; what fails in a job is logged by ``_guarded``
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._clock = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._sentry = Sentry(app, on_change=self._clock_changed)
        self._engine = Engine(
            app,
            owner=self._owner,
            on_next_due=self._set_alarm,
            sentry=self._sentry,
            outpost=self._outpost,
        )

    def run(self) -> bool:
        """Work until ``stop``; True if everything in flight was settled."""
        timing = self._app.timing
        self._insist(lambda: recovery.recover(self._app, self._owner))
        self._insist(lambda: retime(self._app))
        if self._sentry.watch().trusted:
            self._insist(lambda: recheck_soon(self._app))
        with ExitStack() as stack:
            stack.callback(self._route.close)
            self._route.open()
            self._warm_up()
            self._clock.start()
            self._engine.start()
            wakeup.watch(
                self._app.engine, self._engine.wake, self._stopping, unlinked=self._news.set
            )
            sealer = self._start_sealing()
            self._schedule(
                [
                    (timing.recover_every, self._route.keep),
                    (timing.recover_every, self._keep_writing),
                    (timing.beat_every, self._beat),
                    (timing.beat_every / 5, self._watch),
                    (timing.upkeep_every, self._tell_losses),
                    *self._chores(),
                ]
            )
            self._asked.wait()
            log.info("worker.stopping")
            self._stopping.set()
            self._news.set()
            settled = self._engine.stop(grace=timing.shutdown_grace)
            self._clock.shutdown(wait=True)
            sealer.join()
            if self._outpost is not None:
                loss.end(self._sentry.alarms, self._owner)
                if settled:
                    self._outpost.close()
            recovery.beat(self._app, self._owner, stopped=settled)
            seal(self._app)
        return settled

    def stop(self) -> None:
        """Ask the worker to finish what is in flight and end; a signal handler may ask."""
        self._asked.ring()

    def _warm_up(self) -> None:
        """Import the SDKs in use where calls are made: the first would wait past its deadline."""
        with self._app.read() as session:
            keys = session.execute(select(col(Account.connector)).distinct()).scalars().all()
        if self._outpost is None:
            for key in keys:
                self._app.connector(key)
            return
        settings = self._app.settings
        self._outpost.open(
            Hello(
                senders=settings.senders,
                endpoints=self._app.endpoints,
                connectors=tuple(keys),
                log_level=settings.log_level,
            )
        )

    def _chores(self) -> list[tuple[float, Callable[[], object]]]:
        """Return what is done at intervals; imported only now, while the engine publishes."""
        from publisher.delivery.chores import Chore, chores

        # what is imported stays: no collection of garbage needs to walk it again
        gc.freeze()
        gc.enable()

        def trusting(chore: Chore) -> Callable[[], None]:
            def run() -> None:
                if chore.in_doubt or self._sentry.trusted:
                    chore.act()

            return run

        found = chores(
            self._app,
            owner=self._owner,
            wake=self._engine.wake,
            stopping=self._stopping.is_set,
        )
        return [(chore.every, trusting(chore)) for chore in found]

    def _schedule(self, jobs: Sequence[tuple[float, Callable[[], object]]]) -> None:
        """Start the interval jobs, each within its first interval, and no two at one instant."""
        now = datetime.now(UTC)
        for number, (seconds, job) in enumerate(jobs, 1):
            first = now + timedelta(seconds=seconds * (1 + number / len(jobs)) / 2)
            self._clock.add_job(_guarded(job), "interval", seconds=seconds, next_run_time=first)

    def _watch(self) -> None:
        """Look what the sender process owes: it must be settled before its lease ends."""
        if self._outpost is not None:
            self._outpost.watch()

    def _tell_losses(self) -> None:
        """Tell who goes on without a sender process; by a clock in doubt nobody is told."""
        if self._sentry.trusted:
            lost = self._outpost is not None and self._outpost.is_lost
            loss.keep_told(self._app, self._sentry.alarms, self._owner, lost=lost)

    def _beat(self) -> None:
        self._sentry.alarms.retry()
        recovery.beat(self._app, self._owner, also=self._sentry.beat)
        self._wrote = time.monotonic()
        self._lookout.report(self._app)

    def _keep_writing(self) -> None:
        """Look who keeps the database, once beats have failed to come through."""
        if time.monotonic() - self._wrote > MISSED_BEATS * self._app.timing.beat_every:
            self._lookout.look()

    def _insist(self, call: Callable[[], Answer]) -> Answer:
        patience = self._app.timing.lease + lockholder.MARGIN
        return lockholder.insist(call, self._lookout, patience=patience)

    def _start_sealing(self) -> threading.Thread:
        thread = threading.Thread(target=self._keep_sealing, name="pregonero-seal", daemon=True)
        thread.start()
        return thread

    def _keep_sealing(self) -> None:
        """Link what was committed, each second at most; without news each tick, for safety."""
        timing = self._app.timing
        seal_now = _guarded(self._seal)
        while not self._stopping.wait(timing.seal_every):
            self._news.wait(timing.tick)
            self._news.clear()
            seal_now()

    def _seal(self) -> None:
        """Link what waits; whether time alone asks for a checkpoint is looked up once a minute."""
        now = time.monotonic()
        if now - self._sealed < CHECKPOINT_EVERY:
            with self._app.read() as session:
                if not audit.is_waiting(session):
                    return
        seal(self._app)
        self._sealed = now

    def _clock_changed(self) -> None:
        """Let every job start again from the instant that the clock shows now.

        APScheduler counts on the wall clock: set back by two hours, it would sleep for two hours.
        """
        for job in self._clock.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def _set_alarm(self, due: datetime | None) -> None:
        if due == self._next_due or not self._clock.running:
            return
        self._next_due = due
        if due is not None:
            self._clock.add_job(
                self._engine.wake, "date", run_date=due, id="due", replace_existing=True
            )


def open_patiently(settings: Settings) -> App:
    """Return ``open_app``, waiting for one that keeps the database; kills it if it stands still.

    Raises ``Unready`` as ``open_app`` does, and when the database stays locked.
    """
    # what the installation says of its timing cannot be read yet: the longest lease is the safe one
    lease = settings.timing("").lease
    lookout = lockholder.Lookout(settings.url, lease=lease)
    patience = lease + lockholder.MARGIN
    app = lockholder.insist(lambda: open_app(settings), lookout, patience=patience)
    try:
        lockholder.insist(lambda: lookout.report(app), lookout, patience=patience)
    except BaseException:
        app.engine.dispose()
        raise
    return app


def run_worker(app: App, forked: Forked | None = None) -> bool:
    """Run a worker in this process until SIGTERM or SIGINT; a second signal dies at once.

    ``forked`` is its sender process, made before ``app`` was opened; without one it sends by
    threads of its own.

    Dying at once is as safe as a crash: an open attempt is looked up before anything is sent again.
    """
    worker = Worker(app, forked)

    def on_signal(number: int, _frame: FrameType | None) -> None:
        # no log here: the thread interrupted may hold the log's lock
        signal.signal(number, signal.SIG_DFL)
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    log.info("worker.started", profile=app.timing.profile)
    settled = worker.run()
    log.info("worker.stopped", settled=settled)
    return settled


def _guarded(job: Callable[[], object]) -> Callable[[], None]:
    """Return ``job`` such that one failure is logged and the clock goes on."""

    def run() -> None:
        try:
            job()
        except Exception:
            log.exception("clock.job_failed")

    return run
