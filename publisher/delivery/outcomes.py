"""What came back from the networks, written down: the settling side of a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from connectors.contract import Receipt, Staged
from connectors.errors import Unavailable
from publisher.app import App
from publisher.delivery import outbox, retry
from publisher.delivery.aftermath import tell, tell_unclaimed
from publisher.delivery.jobs import Job, with_handle
from publisher.delivery.outbox import Lease, Settlement
from publisher.delivery.work import Ready, SendResult, StageResult, Waiting
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

RECEIPT_TAKEN = "receipt.taken"
DEFECT = "settle.defect"
SLOW = "stage.too_slow"


def settle_sent(
    app: App, session: Session, sent: Sequence[SendResult], *, now: datetime
) -> list[int]:
    """Write down what the visible requests gave; returns the ids that were still ours.

    A receipt whose remote id already belongs to another delivery leaves this one to a person. One
    that nobody expects any more (cancelled or sent again meanwhile) raises the alarm.
    """
    connection = session.connection()
    proofs = [
        (item.job.lease.account_id, item.result.remote_id)
        for item in sent
        if isinstance(item.result, Receipt)
    ]
    taken = outbox.owners_of(connection, proofs)
    settlements = [_settlement(app, item, taken, now) for item in sent]
    done = set(outbox.settle(connection, settlements, now=now))
    tell(app, session, sorted(done))
    for item in sent:
        lease, result = item.job.lease, item.result
        if lease.id in done:
            continue
        log.warning("settle.stale", delivery=lease.id, fence=lease.fence)
        if isinstance(result, Receipt) and (lease.account_id, result.remote_id) not in taken:
            tell_unclaimed(app, session, lease.id, result)
    return sorted(done)


def settle_staged(
    app: App,
    session: Session,
    staged: Sequence[StageResult],
    *,
    now: datetime,
) -> list[Ready | Waiting]:
    """Write down what staging gave; returns what goes on, without the leases that were lost."""
    connection = session.connection()
    failed: list[int] = []
    going_on: list[Ready | Waiting] = []
    for item in staged:
        job, result = item.job, item.result
        if not isinstance(result, Staged | BaseException) and _too_slow(app, job, now):
            result = Unavailable("the network did not finish in time", code=SLOW)
        if isinstance(result, BaseException):
            verdict = _verdict(app, job, result, "stage", now)
            if outbox.settle_stage(connection, job.lease, verdict, now=now):
                failed.append(job.lease.id)
            continue
        look_at = now
        if not isinstance(result, Staged):
            look_at = item.at + timedelta(seconds=result.wait)
        if not outbox.keep_handle(connection, job.lease, result.handle, next_at=look_at):
            continue
        job = with_handle(job, result.handle)
        if isinstance(result, Staged):
            going_on.append(Ready(job=job, staged=result))
        else:
            going_on.append(Waiting(job=job, look_at=look_at))
    tell(app, session, failed)
    return going_on


def abandon(session: Session, lease: Lease, *, now: datetime) -> None:
    """Leave to a person a sent delivery whose outcome could not be written down."""
    verdict = retry.doubtful(now=now, sentence=texts.SETTLE_DEFECT, code=DEFECT)
    outbox.settle(session.connection(), [Settlement(lease=lease, verdict=verdict)], now=now)


def _settlement(
    app: App, item: SendResult, taken: Mapping[tuple[int, str], int], now: datetime
) -> Settlement:
    lease, result = item.job.lease, item.result
    if not isinstance(result, Receipt):
        verdict = _verdict(app, item.job, result, "publish", now)
        return Settlement(lease=lease, verdict=verdict)
    if taken.get((lease.account_id, result.remote_id), lease.id) != lease.id:
        verdict = retry.doubtful(
            now=now, sentence=texts.RECEIPT_TAKEN, code=RECEIPT_TAKEN, detail=result.permalink
        )
        return Settlement(lease=lease, verdict=verdict)
    verdict = retry.after_receipt(now=now, last_part=item.job.last_part, timing=app.timing)
    return Settlement(lease=lease, verdict=verdict, receipt=result)


def _verdict(
    app: App, job: Job, error: BaseException, phase: retry.Phase, now: datetime
) -> retry.Verdict:
    return retry.after_error(
        error,
        phase=phase,
        tries=job.lease.unsent_tries,
        resend_used=job.lease.resend_used,
        not_after=job.lease.not_after,
        now=now,
        jitter=app.jitter(),
        timing=app.timing,
        part=job.lease.part,
    )


def _too_slow(app: App, job: Job, now: datetime) -> bool:
    return now - job.since > timedelta(seconds=app.timing.stage_wait_cap)
