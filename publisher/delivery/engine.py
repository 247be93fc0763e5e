"""One turn thread owns the engine's writes; senders only do HTTP.

Each turn is a single transaction (``turn``). Senders get their work only after COMMIT: handing over
before it would let a post go out that no row speaks of. Attempts open at once are the senders plus
a small adaptive lookahead, and that is what a kill can leave in doubt.

Memory holds only what the rows already say. A turn that fails hands nothing over and keeps its
outcomes; the next one goes row by row, and takes back what the failed one may have committed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from connectors.contract import Pending, Staged
from connectors.errors import ConnectorError
from connectors.transport import Sleep
from publisher import db
from publisher.app import App
from publisher.delivery import outbox, unlisted
from publisher.delivery.jobs import Job
from publisher.delivery.pace import Pace
from publisher.delivery.senders.call import Call, publish
from publisher.delivery.senders.crew import Crew
from publisher.delivery.senders.outpost import Outpost
from publisher.delivery.sentry import Sentry
from publisher.delivery.turn import Turn, take_turn
from publisher.delivery.work import (
    LOOKAHEAD_MIN,
    Memory,
    Ready,
    Result,
    Sending,
    SendResult,
    StageResult,
    Staging,
    Work,
)

log = structlog.get_logger(__name__)

SHORTEST_NAP = 0.005
LINGER = 0.025
"""Seconds that a turn may wait for more outcomes while its senders have work ahead of them."""
FAILED_NAP = 1.0


class Engine:
    """The engine of one worker process; ``owner`` is its row in ``worker``.

    What has no media goes out by the ``outpost`` while there is one, the rest by threads here.
    """

    def __init__(
        self,
        app: App,
        *,
        owner: str,
        on_next_due: Callable[[datetime | None], None] | None = None,
        sentry: Sentry | None = None,
        outpost: Outpost | None = None,
    ) -> None:
        self._app = app
        self._sentry = sentry or Sentry(app)
        self._pace = Pace(app)
        self._owner = owner
        self._on_next_due = on_next_due
        self._inbox: SimpleQueue[Result | None] = SimpleQueue()
        self._crew: Crew[Work] = Crew(self._do, size=app.settings.senders)
        self._outpost = outpost
        # more ahead than it has senders would wait here past the deadline of its calls
        self._memory = Memory(ahead=min(LOOKAHEAD_MIN, app.settings.senders))
        self._unsettled: list[Result] = []
        self._failed = False
        self._stopping = threading.Event()
        self._renewed = time.monotonic()
        self._swept: datetime | None = None
        self._busy, self._returned = False, 0
        self._turner: threading.Thread | None = None

    def start(self) -> None:
        """Start the senders and the turn thread."""
        self._crew.start()
        if self._outpost is not None:
            self._outpost.start(self._answered)
        self._turner = threading.Thread(target=self._run, name="pregonero-turn", daemon=True)
        self._turner.start()

    def wake(self) -> None:
        """Make the turn thread look now."""
        self._inbox.put(None)

    def stop(self, *, grace: float) -> bool:
        """Claim nothing more and let what is in flight end; True if all was settled in time."""
        self._stopping.set()
        self.wake()
        if self._turner is not None:
            self._turner.join(timeout=grace)
        self._crew.close()
        return self._turner is None or not self._turner.is_alive()

    def turn(self) -> bool:
        """Do one turn with what is in the inbox; True if anything changed or was handed over.

        Public, like ``perform``, so that tests drive the engine a step at a time.
        """
        self._collect(timeout=None)
        return self._turn().worked

    def perform(self) -> bool:
        """Do one piece of a sender's work in the calling thread; False if there is none."""
        work = self._crew.take()
        if work is not None:
            self._do(work)
        return work is not None

    # -- the turn thread -------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                looked = self._turn().looked
                if self._stopping.is_set() and self._is_idle():
                    self._release_all()
                    return
            except Exception:
                log.exception("turn.failed", kept=len(self._unsettled))
                time.sleep(min(FAILED_NAP, self._app.timing.tick))
                looked = True
            # what was claimed may leave more that is due, or the next instant unknown
            self._collect(timeout=self._nap() if looked else SHORTEST_NAP, linger=self._linger())

    def _is_idle(self) -> bool:
        return not (self._memory.open or self._memory.staging or self._unsettled)

    def _collect(self, *, timeout: float | None, linger: float = 0.0) -> None:
        """Move the inbox to the unsettled; wait up to ``timeout`` seconds for the first item.

        Then up to ``linger`` seconds for others, while the senders have enough ahead of them: a
        turn costs nearly the same for one outcome as for ten.
        """
        wait, end = timeout, 0.0
        while True:
            try:
                item = self._inbox.get(block=wait is not None, timeout=wait)
            except Empty:
                return
            if item is not None:
                self._unsettled.append(item)
            if not linger:
                wait = None
                continue
            end = end or time.monotonic() + linger
            left = end - time.monotonic()
            ahead = len(self._memory.open) - len(self._unsettled) - self._app.settings.senders
            wait = left if left > 0 and ahead > self._memory.ahead / 2 else None

    def _linger(self) -> float:
        """Return how long to wait for company: not at all where outcomes come in crowds."""
        return LINGER if 2 * self._returned < self._app.settings.senders else 0.0

    def _nap(self) -> float:
        now = self._app.clock()
        looks = [(item.look_at - now).total_seconds() for item in self._memory.waiting.values()]
        return max(SHORTEST_NAP, min([self._app.timing.tick, *looks]))

    def _turn(self) -> Turn:
        watch = self._sentry.watch()
        sweep = self._must_sweep(watch.now)
        started, sleep, results = time.monotonic(), Sleep(), list(self._unsettled)
        renew = bool(self._memory.unsent) and started - self._renewed > self._app.timing.lease / 3
        try:
            with self._app.write() as session:
                turn = take_turn(
                    self._app,
                    session,
                    self._memory,
                    results,
                    owner=self._owner,
                    stopping=self._stopping.is_set(),
                    after_failure=self._failed,
                    renew=renew,
                    sweep=sweep,
                    watch=watch,
                    pace=self._pace,
                )
        except BaseException:
            self._failed = True
            self._pace.forget()
            raise
        self._failed = False
        if renew:
            self._renewed = started
        self._memory.forget(results)
        del self._unsettled[: len(results)]
        self._hand_over(turn, started, sleep)
        self._memory.adapt(len(results))
        if sweep:
            self._swept = turn.at
        self._busy, self._returned = bool(turn.going), len(results)
        if turn.looked and self._on_next_due is not None:
            self._on_next_due(turn.next_due)
        return turn

    def _must_sweep(self, now: datetime) -> bool:
        """Tell whether to look for what is late: while posts go out, once a tick is enough."""
        if self._swept is None or not self._busy:
            return True
        return abs((now - self._swept).total_seconds()) >= self._app.timing.tick

    def _hand_over(self, turn: Turn, started: float, sleep: Sleep) -> None:
        """Remember what the committed rows say and give the senders their work; never before.

        Deadlines count from before the transaction, so that a slow COMMIT cannot carry a call past
        its lease, and none lies beyond the delivery's own limit. ``sleep`` counts what the machine
        sleeps from then on, which ``time.monotonic()`` does not.
        """
        memory = self._memory
        memory.ready, memory.waiting = turn.ready, turn.waiting
        memory.staging |= {job.lease.id: job for job in turn.stage}
        memory.open |= {item.job.lease.id: item.job for item in turn.going}
        self._crew.put([Staging(job=job) for job in turn.stage])
        sendings = [
            Sending(job=item.job, call=self._call(item, turn.at, started, sleep))
            for item in turn.going
        ]
        plain = [work for work in sendings if not work.call.part.media]
        if plain and self._outpost is not None and self._outpost.put(plain, self._app.timing):
            sendings = [work for work in sendings if work.call.part.media]
        self._crew.put(sendings)

    def _call(self, item: Ready, now: datetime, started: float, sleep: Sleep) -> Call:
        job, lease = item.job, item.job.lease
        left = (lease.not_after - now).total_seconds()
        return Call(
            id=lease.id,
            connector=job.connector,
            credential=job.credential,
            part=job.part,
            staged=item.staged,
            parent=job.parent,
            deadline=started + min(self._app.timing.call_deadline, left),
            sleep=sleep,
            not_after=lease.not_after,
        )

    def _release_all(self) -> None:
        leases = list(self._memory.unsent_leases())
        with self._app.write() as session:
            outbox.release(session.connection(), leases, next_at=self._app.clock())

    # -- the senders -----------------------------------------------------------------------

    def _do(self, work: Work) -> None:
        if db.in_transaction():
            raise RuntimeError("no network inside a transaction")
        job = work.job
        if isinstance(work, Staging):
            staged = self._stage(job)
            self._inbox.put(StageResult(job=job, result=staged, at=self._app.clock()))
        else:
            result = publish(work.call, self._app.connector, self._app.clock)
            self._answered(SendResult(job=job, result=result))

    def _stage(self, job: Job) -> Staged | Pending | Exception:
        """Return what the connector answers, or what it raises: both are results to settle."""
        try:
            connector = self._app.connector(job.connector)
            return connector.stage(job.credential, job.part, job.lease.handle)
        except ConnectorError as error:
            unlisted.report(self._app, error)
            return error
        except Exception as error:
            log.exception("connector.defect", delivery=job.lease.id)
            return error

    def _answered(self, answer: SendResult) -> None:
        if isinstance(answer.result, ConnectorError):
            unlisted.report(self._app, answer.result)
        self._inbox.put(answer)
