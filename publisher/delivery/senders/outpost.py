"""The sender process: a crew outside the interpreter of the turn, with neither database nor key.

One interpreter runs one thread at a time; with the senders in another process, a turn and its
sends take place side by side. Worker and sender process are one unit to everybody else:

- it is forked before the database or the key is opened, so that it inherits neither;
- it dies with the worker, whatever kills it (``lifeline``, Linux), which is why a recovery that
  kills the worker has ended its sends too;
- it gets calls only after the COMMIT of their attempts, as threads do;
- when it ends alone, or is killed because an answer is overdue, each call that it had is in doubt,
  and the worker goes on with threads of its own.

Media stay with the worker, whose store and key they need.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from connectors.errors import OutcomeUnknown
from publisher.delivery.jobs import Job
from publisher.delivery.senders import wire
from publisher.delivery.senders.child import Forked
from publisher.delivery.senders.wire import Answer, Hello
from publisher.delivery.work import Sending, SendResult
from publisher.timing import Timing

log = structlog.get_logger(__name__)

LOST = "engine.sender"
END_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class _Out:
    """A call that was handed over, and until when its answer may take (monotonic seconds)."""

    job: Job
    until: float


def patience(timing: Timing) -> float:
    """Return how long after its deadline the answer of a call is overdue, in seconds.

    Past the longest wait for a reply, and so long before the lease ends that its doubt is settled.
    """
    room = timing.lease - timing.call_deadline - timing.read_timeout
    return timing.read_timeout + room / 3


class Outpost:
    """The worker's end of its sender process; see the module."""

    def __init__(self, forked: Forked) -> None:
        self._forked = forked
        self._lock = threading.Lock()
        self._out: dict[int, _Out] = {}
        self._lost = self._closing = False
        self._reader: threading.Thread | None = None

    def open(self, hello: Hello) -> None:
        """Tell it what it must know before the first call."""
        with suppress(OSError):  # the reader finds it dead
            wire.say(self._forked.connection, hello)

    def start(self, answered: Callable[[SendResult], object]) -> None:
        """Give each answer to ``answered``, in a thread of its own."""
        self._reader = threading.Thread(
            target=self._read, args=(answered,), name="pregonero-answers", daemon=True
        )
        self._reader.start()

    def put(self, works: Sequence[Sending], timing: Timing) -> bool:
        """Hand calls over; False, with nothing done, once the process is lost."""
        margin = patience(timing)
        with self._lock:
            if self._lost:
                return False
            for work in works:
                until = work.call.deadline + margin
                self._out[work.call.id] = _Out(job=work.job, until=until)
        with suppress(OSError):  # the reader finds it dead, and these among what it had
            wire.say(self._forked.connection, [work.call for work in works])
        return True

    @property
    def is_lost(self) -> bool:
        """Tell whether the process has ended, so that nothing can be handed over."""
        return self._lost

    def watch(self) -> None:
        """Kill the process if an answer is overdue: it stands still, or a call never returns.

        Before the lease ends, so that no other worker of this host has to kill us both.
        """
        now = time.monotonic()
        with self._lock:
            overdue = sum(out.until < now for out in self._out.values())
            if overdue:  # so it is not lost, and not yet buried: the pid is still its own
                os.kill(self._forked.pid, signal.SIGKILL)
        if overdue:
            log.error("sender.overdue", pid=self._forked.pid, calls=overdue)

    def close(self) -> None:
        """Let the process end, which has nothing left to do, and wait for it."""
        self._closing = True
        with suppress(OSError):
            wire.say(self._forked.connection, None)
        if self._reader is not None:
            self._reader.join(END_SECONDS)

    def _read(self, answered: Callable[[SendResult], object]) -> None:
        try:
            while True:
                for answer in wire.hear(self._forked.connection):
                    self._take(answer, answered)
        except (EOFError, OSError):
            with self._lock:
                self._lost = True
                out, self._out = self._out, {}
        status = self._forked.bury(kill=not self._closing)
        if not self._closing:
            log.error("sender.lost", pid=self._forked.pid, status=status, in_doubt=len(out))
        for one in out.values():
            lost = OutcomeUnknown("the sender process ended", code=LOST)
            answered(SendResult(job=one.job, result=lost))

    def _take(self, answer: Answer, answered: Callable[[SendResult], object]) -> None:
        with self._lock:
            out = self._out.pop(answer.id)
        if answer.changed:
            out.job.credential.changed(answer.changed)
        answered(SendResult(job=out.job, result=answer.result))
