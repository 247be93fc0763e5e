"""What passes between the turn thread and its senders, and what the turn thread remembers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.contract import Pending, Receipt, Staged
from publisher.delivery.jobs import Job
from publisher.delivery.outbox import Lease
from publisher.delivery.senders.call import Call

LOOKAHEAD_MIN, LOOKAHEAD_MAX = 16.0, 48.0


@dataclass(frozen=True, kw_only=True)
class Staging:
    """Work for a sender: prepare, invisibly."""

    job: Job


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Work for a sender: the one visible request."""

    job: Job
    call: Call


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """What a staging call gave, and when (the network's wait counts from ``at``)."""

    job: Job
    result: Staged | Pending | BaseException
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """What the visible request gave."""

    job: Job
    result: Receipt | BaseException


Work = Staging | Sending
Result = StageResult | SendResult


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A job that only waits for its attempt."""

    job: Job
    staged: Staged


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A job whose network still processes an upload, until ``look_at``; no thread waits for it."""

    job: Job
    look_at: datetime


@dataclass(kw_only=True)
class Memory:
    """What this process holds; every item is also a row that names this owner.

    ``ready`` waits for its attempt, ``staging`` is with a sender, ``waiting`` until its network has
    processed an upload, ``open`` has an open attempt. ``ahead`` is the adaptive lookahead, given as
    the least that it may be.
    """

    ahead: float

    ready: dict[int, Ready] = field(default_factory=dict)
    staging: dict[int, Job] = field(default_factory=dict)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    open: dict[int, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._least = self.ahead

    @property
    def unsent(self) -> int:
        """How many deliveries are leased here without an open attempt."""
        return len(self.ready) + len(self.staging) + len(self.waiting)

    def unsent_leases(self) -> Iterator[Lease]:
        """Yield the leases without an open attempt."""
        yield from (item.job.lease for item in self.ready.values())
        yield from (job.lease for job in self.staging.values())
        yield from (item.job.lease for item in self.waiting.values())

    def forget(self, results: Sequence[Result]) -> None:
        """Drop what came back and was settled."""
        for item in results:
            held = self.open if isinstance(item, SendResult) else self.staging
            held.pop(item.job.lease.id, None)

    def adapt(self, returned: int) -> None:
        """Let the lookahead follow how many outcomes a turn settles."""
        wanted = min(LOOKAHEAD_MAX, max(self._least, 2.0 * returned))
        self.ahead += 0.3 * (wanted - self.ahead)
