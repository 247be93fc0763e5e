"""What follows from an outcome: a pure decision that the outbox only writes down.

Retry happens in this one layer. The backoff is full jitter, U(0, min(cap, base·2ⁿ)) (AWS Builders'
Library, "Timeouts, retries and backoff with jitter"); a network that says when to come back wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    NotSent,
    Refused,
    Throttled,
)
from publisher.delivery.states import PREPARED_IN, SENT_IN, follow
from publisher.texts import delivery as texts
from publisher.timing import Timing

Phase = Literal["stage", "publish"]
DUPLICATE_CODE = "x.duplicate"
PARENT_GONE = ".parent_gone"
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The next state of a delivery and what its attempt is closed with.

    ``outcome`` is one of ``models.delivery.OUTCOMES``; ``sentence`` is Spanish, for people.
    """

    state: str
    outcome: str
    next_at: datetime
    hold_reason: str | None = None
    sentence: str = ""
    code: str = ""
    detail: str = ""
    http_status: int | None = None
    counts_try: bool = False


def backoff(tries: int, *, timing: Timing, jitter: float) -> timedelta:
    """Return the wait before try ``tries`` + 1; ``jitter`` is uniform in [0, 1)."""
    return timedelta(seconds=jitter * min(timing.backoff_cap, timing.backoff_base * 2**tries))


def after_receipt(*, now: datetime, last_part: bool, timing: Timing) -> Verdict:
    """Return the verdict of a visible request that was answered with a receipt."""
    if last_part:
        return Verdict(state=follow(SENT_IN, "receipt"), outcome="published", next_at=now)
    next_at = now + timedelta(seconds=timing.part_spacing)
    return Verdict(state=follow(SENT_IN, "next_part"), outcome="published", next_at=next_at)


def doubtful(*, now: datetime, sentence: str, code: str, detail: str = "") -> Verdict:
    """Return the verdict of a send whose answer we cannot account for: a person looks."""
    return Verdict(
        state=follow(SENT_IN, "doubt"),
        outcome="unknown",
        next_at=now,
        sentence=sentence,
        code=code,
        detail=detail,
    )


def after_error(
    error: BaseException,
    *,
    phase: Phase,
    tries: int,
    resend_used: bool,
    not_after: datetime,
    now: datetime,
    jitter: float,
    timing: Timing,
    part: int = 0,
) -> Verdict:
    """Return the verdict of a failed ``stage`` or ``publish``.

    ``tries`` counts earlier unsent tries. Whatever is not a ``ConnectorError`` is a defect: before
    the visible request it may be repeated, after it only a read may follow. A wait never goes
    beyond ``not_after``: past it people are told that the delivery is late.

    ``part`` is the number of parts that are public already. What stops after the first waits for a
    person, who can go on with it; unless the network no longer shows what it would answer.
    """
    told = error if isinstance(error, ConnectorError) else ConnectorError(type(error).__name__)
    event, outcome, next_at, hold = _judge(
        error, told, phase, tries, resend_used, now, jitter, timing
    )
    sentence = told.sentence
    counts_try = event in {"defer", "exhaust"}
    if part and event in {"refuse", "exhaust"} and not told.code.endswith(PARENT_GONE):
        event, sentence = "interrupt", texts.interrupted(part, told.sentence)
    return Verdict(
        state=follow(PREPARED_IN if phase == "stage" else SENT_IN, event),
        outcome=outcome,
        next_at=min(next_at, not_after + INSTANT) if event == "defer" else next_at,
        hold_reason=hold,
        sentence=sentence,
        code=told.code,
        detail=told.detail,
        http_status=told.http_status,
        counts_try=counts_try,
    )


def _judge(
    error: BaseException,
    told: ConnectorError,
    phase: Phase,
    tries: int,
    resend_used: bool,
    now: datetime,
    jitter: float,
    timing: Timing,
) -> tuple[str, str, datetime, str | None]:
    """Return (event, outcome, next_at, hold reason)."""
    again = "defer" if tries < timing.unsent_tries else "exhaust"
    match error:
        case CredentialRejected():
            return "bar", "credential", now, "credential"
        case NotConfigured():
            return "bar", "refused", now, "configuration"
        case Refused() if told.code == DUPLICATE_CODE and resend_used and phase == "publish":
            # a duplicate answer to our re-send is evidence that the first one went out
            return "lose", "unknown", now + timedelta(seconds=timing.settle), None
        case Refused():
            return "refuse", "refused", now, None
        case Throttled(until=until):
            at = until or now + timedelta(seconds=timing.throttle_default)
            return again, "throttled", at + backoff(1, timing=timing, jitter=jitter), None
        case _ if phase == "stage" or isinstance(error, NotSent):
            return again, "not_sent", now + backoff(tries, timing=timing, jitter=jitter), None
        case _:
            return "lose", "unknown", now + timedelta(seconds=timing.settle), None
