"""One turn thread owns the engine's writes; sender threads only do HTTP.

A turn is a single transaction: it settles what came back, claims what is due, opens the attempts of
what goes out next, and appends the audit. Senders get their work only after COMMIT: handing over
before it would let a post go out that no row speaks of. Attempts open at once are the sender
threads plus a small adaptive lookahead, and that is what a kill can leave in doubt.

Memory holds only what the rows already say. A turn that fails keeps its outcomes and is repeated;
the fence makes settling twice harmless.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

import structlog
from sqlmodel import Session

from connectors.contract import Pending, Receipt, Staged
from connectors.errors import ConnectorError
from publisher import db
from publisher.app import App
from publisher.delivery import outbox, retry
from publisher.delivery.aftermath import tell, use_entry
from publisher.delivery.jobs import Job, Refusal, load_jobs
from publisher.delivery.outbox import Intent, Settlement
from publisher.delivery.work import (
    Memory,
    Result,
    Sending,
    SendResult,
    StageResult,
    Staging,
    Work,
    with_handle,
)
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

LEASED_MAX = 64
NO_UPLOAD = Staged(handle={})


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """What one committed turn leaves to do and to remember."""

    ready: dict[int, tuple[Job, Staged]]
    waiting: dict[int, tuple[Job, Pending, datetime]]
    stage: tuple[Job, ...]
    going: tuple[tuple[Job, Staged], ...]
    next_due: datetime | None
    worked: bool


class Engine:
    """The engine of one worker process; ``owner`` is its row in ``worker``."""

    def __init__(
        self, app: App, *, owner: str, on_next_due: Callable[[datetime | None], None] | None = None
    ) -> None:
        self._app = app
        self._owner = owner
        self._on_next_due = on_next_due
        self._inbox: SimpleQueue[Result | None] = SimpleQueue()
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._memory = Memory()
        self._unsettled: list[Result] = []
        self._stopping = threading.Event()
        self._renewed = time.monotonic()
        self._senders: list[threading.Thread] = []
        self._turner: threading.Thread | None = None

    def start(self) -> None:
        """Start the sender threads and the turn thread."""
        self._senders = [
            _start(self._serve, f"sender-{n}") for n in range(self._app.settings.senders)
        ]
        self._turner = _start(self._run, "turn")

    def wake(self) -> None:
        """Make the turn thread look now."""
        self._inbox.put(None)

    def stop(self, *, grace: float) -> bool:
        """Claim nothing more and let what is in flight end; True if all was settled in time."""
        self._stopping.set()
        self.wake()
        if self._turner is not None:
            self._turner.join(timeout=grace)
        for _ in self._senders:
            self._work.put(None)
        return self._turner is None or not self._turner.is_alive()

    def turn(self) -> bool:
        """Do one turn with what is in the inbox; True if anything changed or was handed over.

        Public, like ``perform``, so that tests drive the engine a step at a time.
        """
        self._collect(timeout=None)
        return self._turn()

    def perform(self) -> bool:
        """Do one piece of a sender's work in the calling thread; False if there is none."""
        try:
            work = self._work.get_nowait()
        except Empty:
            return False
        if work is not None:
            self._do(work)
        return True

    # -- the turn thread -------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                worked = self._turn()
            except Exception:
                log.exception("turn.failed", kept=len(self._unsettled))
                time.sleep(min(1.0, self._app.timing.tick))
                worked = False
            memory = self._memory
            if self._stopping.is_set() and not (memory.open or memory.staging or self._unsettled):
                self._release_all()
                return
            self._collect(timeout=None if worked else self._nap())

    def _collect(self, *, timeout: float | None) -> None:
        """Move the inbox to the unsettled; wait up to ``timeout`` seconds for the first item."""
        try:
            first = self._inbox.get(block=timeout is not None, timeout=timeout)
        except Empty:
            return
        items = [first]
        while not self._inbox.empty():
            items.append(self._inbox.get_nowait())
        self._unsettled += [item for item in items if item is not None]

    def _nap(self) -> float:
        now = self._app.clock()
        looks = [(at - now).total_seconds() for _, _, at in self._memory.waiting.values()]
        return max(0.005, min([self._app.timing.tick, *looks]))

    def _turn(self) -> bool:
        results = list(self._unsettled)
        with self._app.write() as session:
            turn = self._decide(session, results, self._app.clock())
        self._memory.forget(results)
        del self._unsettled[: len(results)]
        self._hand_over(turn)
        self._memory.adapt(len(results))
        if self._on_next_due is not None:
            self._on_next_due(turn.next_due)
        return turn.worked

    def _decide(self, session: Session, results: Sequence[Result], now: datetime) -> _Turn:
        """Do the whole turn inside its transaction; memory is only read here."""
        app, memory, connection = self._app, self._memory, session.connection()
        ready, waiting = dict(memory.ready), dict(memory.waiting)
        self._settle_sent(session, [r for r in results if isinstance(r, SendResult)], now)
        self._settle_staged(
            session, [r for r in results if isinstance(r, StageResult)], ready, waiting, now
        )
        late = outbox.hold_late(connection, now=now, sentence=texts.HELD_LATE)
        tell(app, session, late)
        again = [waiting.pop(id_) for id_ in [i for i, w in waiting.items() if w[2] <= now]]
        returned = sum(isinstance(result, SendResult) for result in results)
        room = int(app.settings.senders + memory.ahead) - len(memory.open) + returned
        fresh = self._claim(session, room - len(ready), now)
        to_stage = [job for job in fresh if job.part.media]
        outbox.start_staging(connection, [job.lease for job in to_stage])
        ready |= {job.lease.id: (job, NO_UPLOAD) for job in fresh if not job.part.media}
        going = self._begin(session, ready, room, {job.lease.id for job in fresh}, now)
        self._renew(session, now)
        to_stage += [with_handle(job, pending.handle) for job, pending, _ in again]
        return _Turn(
            ready=ready,
            waiting=waiting,
            stage=tuple(to_stage),
            going=tuple(going),
            next_due=outbox.next_due(connection),
            worked=bool(results or late or fresh or going or again),
        )

    def _settle_sent(self, session: Session, sent: Sequence[SendResult], now: datetime) -> None:
        settlements = [self._settlement(item, now) for item in sent]
        done = outbox.settle(session.connection(), settlements, now=now)
        tell(self._app, session, done)
        stale = {item.job.lease.id for item in sent} - set(done)
        if stale:
            log.warning("settle.stale", deliveries=sorted(stale))

    def _settle_staged(
        self,
        session: Session,
        staged: Sequence[StageResult],
        ready: dict[int, tuple[Job, Staged]],
        waiting: dict[int, tuple[Job, Pending, datetime]],
        now: datetime,
    ) -> None:
        connection = session.connection()
        failed: list[int] = []
        for item in staged:
            job, result = item.job, item.result
            if isinstance(result, BaseException):
                verdict = self._verdict(job, result, "stage", now)
                if outbox.settle_stage(connection, job.lease, verdict, now=now):
                    failed.append(job.lease.id)
                continue
            at = now if isinstance(result, Staged) else item.at + timedelta(seconds=result.wait)
            if not outbox.keep_handle(connection, job.lease, result.handle, next_at=at):
                continue
            if isinstance(result, Staged):
                ready[job.lease.id] = (job, result)
            else:
                waiting[job.lease.id] = (job, result, at)
        tell(self._app, session, failed)

    def _claim(self, session: Session, room: int, now: datetime) -> list[Job]:
        room = min(LEASED_MAX - self._memory.unsent, room)
        if self._stopping.is_set() or room <= 0:
            return []
        leases = outbox.claim(
            session.connection(), room, owner=self._owner, now=now, timing=self._app.timing
        )
        jobs, refusals = load_jobs(self._app, session, leases, now=now)
        self._refuse(session, refusals, now)
        return jobs

    def _begin(
        self,
        session: Session,
        ready: dict[int, tuple[Job, Staged]],
        room: int,
        checked: Collection[int],
        now: datetime,
    ) -> list[tuple[Job, Staged]]:
        """Open the attempts of what fits, and take out of ``ready`` all that was decided.

        What was claimed in an earlier transaction is checked again on the rows as they are.
        """
        if self._stopping.is_set() or room <= 0:
            return []
        chosen = sorted(ready.values(), key=lambda pair: (pair[0].lease.due_at, pair[0].lease.id))
        chosen = chosen[:room]
        earlier = [job.lease for job, _ in chosen if job.lease.id not in checked]
        reloaded, refusals = load_jobs(self._app, session, earlier, now=now)
        self._refuse(session, refusals, now)
        jobs = {job.lease.id: job for job, _ in chosen if job.lease.id in checked}
        jobs |= {job.lease.id: job for job in reloaded}
        intents = [
            Intent(
                lease=job.lease,
                digest=job.digest,
                secret_version=job.secret_version,
                key_id=job.key_id,
            )
            for job in jobs.values()
        ]
        begun = outbox.begin(
            session.connection(), intents, owner=self._owner, now=now, timing=self._app.timing
        )
        if begun:
            opened = [intent for intent in intents if intent.lease.id in set(begun)]
            self._app.note(session, use_entry(self._app, opened))
        staged = {job.lease.id: ready.pop(job.lease.id)[1] for job, _ in chosen}
        return [(jobs[id_], staged[id_]) for id_ in begun]

    def _refuse(self, session: Session, refusals: Sequence[Refusal], now: datetime) -> None:
        connection = session.connection()
        back = [refusal.lease for refusal in refusals if refusal.reason == "release"]
        later = now + timedelta(seconds=self._app.timing.tick)
        outbox.release(connection, back, next_at=later)
        held: list[int] = []
        for refusal in refusals:
            if refusal.reason != "release":
                held += outbox.hold(
                    connection,
                    [refusal.lease],
                    reason=refusal.reason,
                    sentence=refusal.sentence,
                    now=now,
                )
        tell(self._app, session, held)

    def _renew(self, session: Session, now: datetime) -> None:
        timing = self._app.timing
        if self._memory.unsent and time.monotonic() - self._renewed > timing.lease / 3:
            leases = list(self._memory.unsent_leases())
            outbox.renew(session.connection(), leases, now=now, timing=timing)
            self._renewed = time.monotonic()

    def _hand_over(self, turn: _Turn) -> None:
        """Remember what the committed rows say and give the senders their work; never before."""
        memory = self._memory
        memory.ready, memory.waiting = turn.ready, turn.waiting
        for job in turn.stage:
            memory.staging[job.lease.id] = job
            self._work.put(Staging(job=job))
        deadline = time.monotonic() + self._app.timing.call_deadline
        for job, staged in turn.going:
            memory.open[job.lease.id] = job
            self._work.put(Sending(job=job, staged=staged, deadline=deadline))

    def _release_all(self) -> None:
        leases = list(self._memory.unsent_leases())
        with self._app.write() as session:
            outbox.release(session.connection(), leases, next_at=self._app.clock())

    def _settlement(self, item: SendResult, now: datetime) -> Settlement:
        if isinstance(item.result, Receipt):
            verdict = retry.after_receipt(now=now, last_part=item.job.last_part)
            return Settlement(lease=item.job.lease, verdict=verdict, receipt=item.result)
        verdict = self._verdict(item.job, item.result, "publish", now)
        return Settlement(lease=item.job.lease, verdict=verdict)

    def _verdict(
        self, job: Job, error: BaseException, phase: retry.Phase, now: datetime
    ) -> retry.Verdict:
        return retry.after_error(
            error,
            phase=phase,
            tries=job.lease.unsent_tries,
            resend_used=job.lease.resend_used,
            now=now,
            jitter=self._app.jitter(),
            timing=self._app.timing,
        )

    # -- the sender threads ----------------------------------------------------------------

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            self._do(work)

    def _do(self, work: Work) -> None:
        if db.in_transaction():
            raise RuntimeError("no network inside a transaction")
        job = work.job
        try:
            connector = self._app.connector(job.connector)
            if isinstance(work, Staging):
                staged = connector.stage(job.credential, job.part, job.lease.handle)
                self._inbox.put(StageResult(job=job, result=staged, at=self._app.clock()))
            else:
                receipt = connector.publish(
                    job.credential, job.part, work.staged, deadline=work.deadline
                )
                self._inbox.put(SendResult(job=job, result=receipt))
        except Exception as error:
            if not isinstance(error, ConnectorError):
                log.exception("connector.defect", delivery=job.lease.id)
            if isinstance(work, Staging):
                self._inbox.put(StageResult(job=job, result=error, at=self._app.clock()))
            else:
                self._inbox.put(SendResult(job=job, result=error))


def _start(target: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=f"pregonero-{name}", daemon=True)
    thread.start()
    return thread
