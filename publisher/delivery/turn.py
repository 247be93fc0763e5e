"""A turn: settle what came back, claim what is due, open the attempts of what goes out next.

Everything happens in the transaction that the engine opened; memory is only read here. After a turn
that failed, the next one takes rows one by one, each in a savepoint, so that one that cannot be
handled waits for a person while all others go on; and it takes back what the failed turn's COMMIT
may have left behind, which was never handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from connectors.contract import Staged
from publisher.app import App
from publisher.delivery import by_hand, outbox
from publisher.delivery.aftermath import tell, use_entry
from publisher.delivery.jobs import BY_HAND, Job, Refusal, load_jobs
from publisher.delivery.outbox import Intent, Lease
from publisher.delivery.outcomes import abandon, settle_sent, settle_staged
from publisher.delivery.pace import Pace, park
from publisher.delivery.retry import INSTANT
from publisher.delivery.sentry import Watch
from publisher.delivery.work import Memory, Ready, Result, SendResult, StageResult, Waiting
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

LEASED_MAX = 64
NO_UPLOAD = Staged(handle={})

Item = TypeVar("Item", Lease, Job, SendResult, StageResult)
Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one turn, once committed, leaves to do and to remember; ``at`` is its instant.

    ``next_due`` was read only if ``looked``: where something was claimed, a turn follows at once.
    """

    at: datetime
    ready: dict[int, Ready]
    waiting: dict[int, Waiting]
    stage: tuple[Job, ...]
    going: tuple[Ready, ...]
    next_due: datetime | None
    looked: bool
    worked: bool


def take_turn(
    app: App,
    session: Session,
    memory: Memory,
    results: Sequence[Result],
    *,
    owner: str,
    stopping: bool,
    after_failure: bool,
    renew: bool,
    sweep: bool,
    watch: Watch,
    pace: Pace,
) -> Turn:
    """Do a turn inside ``session``'s transaction and return what follows once it is committed.

    ``sweep`` holds whatever is late; what is claimed is judged in every turn.
    """
    now = watch.now
    step = _Step(app=app, session=session, owner=owner, one_by_one=after_failure, now=now)
    connection = session.connection()
    ready, waiting = dict(memory.ready), dict(memory.waiting)
    pace.refresh(session)
    step.settle(results, ready, waiting)
    pace.learn(session, results, now=now)
    if after_failure:
        lost = outbox.reclaim(
            connection,
            owner,
            held={lease.id for lease in memory.unsent_leases()},
            sending=set(memory.open),
            now=now,
            timing=app.timing,
        )
        tell(app, session, lost)
    late: list[int] = []
    if sweep and watch.trusted:
        late = outbox.hold_late(connection, now=now, sentence=texts.HELD_LATE)
    tell(app, session, late)
    again: list[Job] = []
    fresh: list[Job] = []
    going: list[Ready] = []
    taken = 0
    if watch.may_begin and not stopping:
        returned = sum(isinstance(result, SendResult) for result in results)
        room = int(app.settings.senders + memory.ahead) - len(memory.open) + returned
        again = step.look_again(waiting)
        spared = pace.spared(now)
        fresh, taken = step.claim(min(LEASED_MAX - memory.unsent, room - len(ready)), spared)
        plain = {
            job.lease.id: Ready(job=job, staged=NO_UPLOAD) for job in fresh if not job.part.media
        }
        ready |= plain
        ready, parked = park(ready, spared, pace.allowance(now), otherwise=step.next_tick)
        step.give_back(parked)
        going = step.begin(ready, room, found=plain)
    if renew:
        outbox.renew(connection, memory.unsent_leases(), timing=app.timing)
    return Turn(
        at=now,
        ready=ready,
        waiting=waiting,
        stage=(*(job for job in fresh if job.part.media), *again),
        going=tuple(going),
        next_due=None if taken else outbox.next_due(connection, after=now),
        looked=not taken,
        worked=bool(results or late or again or taken or going),
    )


@dataclass(frozen=True, kw_only=True)
class _Step:
    """What the steps of one turn share."""

    app: App
    session: Session
    owner: str
    one_by_one: bool
    now: datetime

    @property
    def next_tick(self) -> datetime:
        """The instant of the safety tick after this one."""
        return self.now + timedelta(seconds=self.app.timing.tick)

    def settle(
        self, results: Sequence[Result], ready: dict[int, Ready], waiting: dict[int, Waiting]
    ) -> None:
        """Write down what came back; what was prepared moves to ``ready`` or ``waiting``."""
        sent = [item for item in results if isinstance(item, SendResult)]
        staged = [item for item in results if isinstance(item, StageResult)]
        self._each(
            sent,
            lambda some: settle_sent(self.app, self.session, some, now=self.now),
            lambda lease: abandon(self.session, lease, now=self.now),
        )
        prepared = self._each(
            staged,
            lambda some: settle_staged(self.app, self.session, some, now=self.now),
            self._hold_defect,
        )
        for item in prepared:
            if isinstance(item, Ready):
                ready[item.job.lease.id] = item
            else:
                waiting[item.job.lease.id] = item

    def look_again(self, waiting: dict[int, Waiting]) -> list[Job]:
        """Take what is due for another look out of ``waiting``, checked as on the first day."""
        due = [waiting.pop(id_) for id_ in [i for i, w in waiting.items() if w.look_at <= self.now]]
        since = {item.job.lease.id: item.job.since for item in due}
        jobs = self._admit([item.job.lease for item in due])
        return [replace(job, since=since[job.lease.id]) for job in jobs]

    def give_back(self, parked: Sequence[tuple[Ready, datetime]]) -> None:
        """Give back what its platform does not allow now; past its limit it is late at once."""
        self.take([item.job.lease for item, _ in parked])
        for item, until in parked:
            lease = item.job.lease
            next_at = min(until, lease.not_after + INSTANT)
            outbox.release(self.session.connection(), [lease], next_at=next_at)

    def claim(self, room: int, spared: Collection[str]) -> tuple[list[Job], int]:
        """Find what is due, up to ``room``; what has media is leased and begins its staging.

        Returns what may go out, and how many were found. What needs no upload is not leased before
        ``begin``, which claims it with the same statement; after a failed turn all is, so that each
        row can be given up alone.
        """
        if room <= 0:
            return [], 0
        connection, timing = self.session.connection(), self.app.timing
        found = outbox.find_due(connection, room, now=self.now, timing=timing, spared=spared)
        if self.one_by_one:
            found = self.take(found)
        jobs = self._admit(found)
        media = [job.lease for job in jobs if job.part.media]
        self.take(media)
        staging = set(outbox.start_staging(connection, media))
        ours = [job for job in jobs if not job.part.media or job.lease.id in staging]
        return ours, len(found)

    def take(self, found: Sequence[Lease]) -> list[Lease]:
        """Lease what was only found so far."""
        connection, timing = self.session.connection(), self.app.timing
        return outbox.take(connection, found, owner=self.owner, now=self.now, timing=timing)

    def begin(self, ready: dict[int, Ready], room: int, *, found: Collection[int]) -> list[Ready]:
        """Open the attempts of what fits, and take out of ``ready`` all that was decided.

        What was leased in an earlier transaction is checked again on the rows as they are. What was
        ``found`` in this one fits, because ``claim`` looked for no more.
        """
        if room <= 0:
            return []
        chosen = sorted(ready.values(), key=lambda item: (item.job.lease.due_at, item.job.lease.id))
        chosen = chosen[:room]
        earlier = [item.job.lease for item in chosen if item.job.lease.id not in found]
        jobs = {item.job.lease.id: item.job for item in chosen if item.job.lease.id in found}
        jobs |= {job.lease.id: job for job in self._admit(earlier)}
        staged = {item.job.lease.id: ready.pop(item.job.lease.id).staged for item in chosen}
        begun = self._each(list(jobs.values()), self._open, self._hold_defect)
        return [Ready(job=jobs[id_], staged=staged[id_]) for id_ in begun]

    def _open(self, jobs: Sequence[Job]) -> list[int]:
        intents = {
            job.lease.id: Intent(
                lease=job.lease,
                digest=job.digest,
                secret_version=job.secret_version,
                key_id=job.key_id,
            )
            for job in jobs
        }
        begun = outbox.begin(
            self.session.connection(),
            list(intents.values()),
            owner=self.owner,
            now=self.now,
            timing=self.app.timing,
        )
        if begun:
            self.app.note(self.session, use_entry(self.app, [intents[id_] for id_ in begun]))
        return begun

    def _admit(self, leases: Sequence[Lease]) -> list[Job]:
        """Return the jobs that may go out; what may not is held or given back."""

        def admit(some: Sequence[Lease]) -> list[Job]:
            jobs, refusals = load_jobs(self.app, self.session, some, now=self.now)
            self._refuse(refusals)
            return jobs

        return self._each(leases, admit, self._hold_defect)

    def _refuse(self, refusals: Sequence[Refusal]) -> None:
        connection = self.session.connection()
        self.take([refusal.lease for refusal in refusals])
        back = [refusal.lease for refusal in refusals if refusal.reason == "release"]
        outbox.release(connection, back, next_at=self.next_tick)
        held: list[int] = []
        given = [(refusal.lease, refusal.part) for refusal in refusals if refusal.part is not None]
        if given:
            by_hand.hand_over(self.app, self.session, given)
        for refusal in refusals:
            if refusal.reason not in {"release", BY_HAND}:
                held += outbox.hold(
                    connection,
                    [refusal.lease],
                    reason=refusal.reason,
                    sentence=refusal.sentence,
                    now=self.now,
                )
        tell(self.app, self.session, held)

    def _hold_defect(self, lease: Lease) -> None:
        outbox.hold(
            self.session.connection(),
            [lease],
            reason="configuration",
            sentence=texts.HELD_DEFECT,
            now=self.now,
        )

    def _each(
        self,
        items: Sequence[Item],
        act: Callable[[Sequence[Item]], Sequence[Done]],
        give_up: Callable[[Lease], None],
    ) -> list[Done]:
        """Act on all ``items`` at once; after a failed turn on each alone, giving up on defects."""
        if not self.one_by_one:
            return list(act(items)) if items else []
        done: list[Done] = []
        for item in items:
            lease = item if isinstance(item, Lease) else _lease(item)
            try:
                with self.session.begin_nested():
                    results = act([item])
            except (OperationalError, InterfaceError):
                raise  # the database, not this row
            except Exception:
                log.exception("delivery.defect", delivery=lease.id)
                give_up(lease)
            else:
                done += results
        return done


def _lease(item: Job | Result) -> Lease:
    return item.lease if isinstance(item, Job) else item.job.lease
