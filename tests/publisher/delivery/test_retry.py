"""What follows from an outcome: a row for each class of error, phase and number of tries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    NotSent,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from publisher.delivery.retry import Phase, Verdict, after_error, after_receipt, backoff, doubtful
from publisher.models.delivery import OUTCOMES
from publisher.timing import PRODUCTION
from tests.support.house import START

LAST = PRODUCTION.unsent_tries
HOUR = timedelta(hours=1)


def decide(
    error: BaseException,
    phase: Phase = "publish",
    *,
    part: int = 0,
    tries: int = 0,
    resend_used: bool = False,
    not_after: timedelta = HOUR,
    jitter: float = 0.5,
) -> Verdict:
    return after_error(
        error,
        phase=phase,
        tries=tries,
        resend_used=resend_used,
        not_after=START + not_after,
        now=START,
        jitter=jitter,
        timing=PRODUCTION,
        part=part,
    )


TABLE: list[tuple[BaseException, Phase, int, str, str]] = [
    (NotSent(), "publish", 0, "retrying", "not_sent"),
    (Unavailable(), "publish", 0, "retrying", "not_sent"),
    (Unavailable(), "publish", LAST - 1, "retrying", "not_sent"),
    (Unavailable(), "publish", LAST, "dead", "not_sent"),
    (Unavailable(), "stage", 0, "retrying", "not_sent"),
    (Unavailable(), "stage", LAST, "dead", "not_sent"),
    (Throttled(), "publish", 0, "retrying", "throttled"),
    (Throttled(), "publish", LAST, "dead", "throttled"),
    (Throttled(), "stage", 0, "retrying", "throttled"),
    (Refused(), "publish", 0, "rejected", "refused"),
    (Refused(), "stage", 0, "rejected", "refused"),
    (CredentialRejected(), "publish", 0, "held", "credential"),
    (CredentialRejected(), "stage", LAST, "held", "credential"),
    (NotConfigured(), "publish", 0, "held", "refused"),
    (NotConfigured(), "stage", 0, "held", "refused"),
    (OutcomeUnknown(), "publish", 0, "unknown", "unknown"),
    (OutcomeUnknown(), "publish", LAST, "unknown", "unknown"),
    (OutcomeUnknown(), "stage", 0, "retrying", "not_sent"),
    (ConnectorError(), "publish", 0, "unknown", "unknown"),
    (ZeroDivisionError(), "publish", 0, "unknown", "unknown"),
    (ZeroDivisionError(), "stage", 0, "retrying", "not_sent"),
    (KeyError("id"), "publish", LAST, "unknown", "unknown"),
]


@pytest.mark.parametrize(
    ("error", "phase", "tries", "state", "outcome"),
    TABLE,
    ids=[f"{type(row[0]).__name__}-{row[1]}-{row[2]}" for row in TABLE],
)
def test_each_error_has_its_consequence(
    error: BaseException, phase: Phase, tries: int, state: str, outcome: str
) -> None:
    verdict = decide(error, phase, tries=tries)
    assert (verdict.state, verdict.outcome) == (state, outcome)
    assert verdict.outcome in OUTCOMES
    assert verdict.sentence
    assert (verdict.hold_reason is not None) == (state == "held")
    assert verdict.counts_try == (state in {"retrying", "dead"})


def test_a_defect_after_the_visible_request_is_never_repeated_by_itself() -> None:
    for tries in range(LAST + 2):
        assert decide(RuntimeError("?"), tries=tries).state == "unknown"


def test_a_duplicate_answer_to_our_second_send_is_evidence_of_the_first() -> None:
    refused = Refused(code="x.duplicate")
    assert decide(refused, resend_used=True).state == "unknown"
    assert decide(refused, resend_used=False).state == "rejected"
    assert decide(refused, "stage", resend_used=True).state == "rejected"
    assert decide(Refused(code="x.other"), resend_used=True).state == "rejected"


def test_hold_reasons_say_who_must_act() -> None:
    assert decide(CredentialRejected()).hold_reason == "credential"
    assert decide(NotConfigured()).hold_reason == "configuration"


def test_the_wait_grows_and_is_capped_and_jittered() -> None:
    waits = [backoff(tries, timing=PRODUCTION, jitter=1.0).total_seconds() for tries in range(12)]
    assert waits[:4] == [15, 30, 60, 120]
    assert waits[-1] == PRODUCTION.backoff_cap
    assert backoff(3, timing=PRODUCTION, jitter=0.0) == timedelta(0)
    assert backoff(3, timing=PRODUCTION, jitter=0.5) == timedelta(seconds=60)


def test_a_network_that_says_when_to_come_back_wins() -> None:
    until = START + timedelta(minutes=5)
    assert decide(Throttled(until=until), jitter=0.0).next_at == until
    assert until < decide(Throttled(until=until), jitter=1.0).next_at <= until + HOUR / 120
    silent = decide(Throttled(), jitter=0.0).next_at
    assert silent == START + timedelta(seconds=PRODUCTION.throttle_default)


def test_no_wait_goes_beyond_the_limit_so_that_people_hear_of_it_in_time() -> None:
    until = START + timedelta(days=1)
    verdict = decide(Throttled(until=until), not_after=timedelta(minutes=30))
    limit = START + timedelta(minutes=30)
    assert limit < verdict.next_at <= limit + timedelta(milliseconds=1)


def test_doubt_waits_for_the_settling_time() -> None:
    assert decide(OutcomeUnknown()).next_at == START + timedelta(seconds=PRODUCTION.settle)


def test_a_receipt_publishes_or_leads_to_the_next_part() -> None:
    last = after_receipt(now=START, last_part=True, timing=PRODUCTION)
    assert (last.state, last.next_at) == ("published", START)
    onward = after_receipt(now=START, last_part=False, timing=PRODUCTION)
    assert onward.state == "scheduled"
    assert onward.next_at == START + timedelta(seconds=PRODUCTION.part_spacing)
    assert PRODUCTION.part_spacing < PRODUCTION.spacing


def test_an_answer_that_cannot_be_accounted_for_waits_for_a_person() -> None:
    verdict = doubtful(now=START, sentence="Revise.", code="c")
    assert (verdict.state, verdict.outcome) == ("needs_decision", "unknown")


@pytest.mark.parametrize(
    ("error", "tries", "state"),
    [
        (Refused(sentence="La red no lo quiso."), 0, "needs_decision"),
        (Unavailable(sentence="La red no lo quiso."), LAST, "needs_decision"),
        (Unavailable(), 0, "retrying"),
        (OutcomeUnknown(), 0, "unknown"),
        (CredentialRejected(), 0, "held"),
        (Unavailable(code="x.parent_gone"), LAST - 1, "retrying"),
        (Unavailable(code="x.parent_gone"), LAST, "dead"),
    ],
)
def test_a_thread_that_stops_in_the_middle_waits_for_a_person(
    error: ConnectorError, tries: int, state: str
) -> None:
    verdict = decide(error, part=2, tries=tries)
    assert verdict.state == state
    if state == "needs_decision":
        assert verdict.sentence.startswith(
            "Ya son públicas 2 partes y la siguiente no salió. La red"
        )
        assert decide(error, part=0, tries=tries).state in {"rejected", "dead"}
