"""What an error means for the post: one table per network, first row that fits.

The question is always the same: could it be public already? A row answers for calls that change
nothing visible; for the visible request ``judge`` is stricter: a reply of the 5xx kind, or one that
no row knows, is an unknown outcome. A wrong guess in a row costs a delay, never a second post.

Sources: the networks' error references as read in November 2026; rows marked "assumed" were
recalled or taken from third parties.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from connectors import texts, verdicts
from connectors.arrival import links, sent
from connectors.contract import Usage
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
from connectors.redaction import detail
from connectors.throttle import retry_at, usage
from connectors.transport import AddressRefused, DeadlinePassed, Shot
from connectors.verdicts import Facts, Row, Verdict

Step = Literal["stage", "publish", "read"]

_APP_LIMIT = frozenset({4})
"""Graph's code for the application's own limit; the others are a user's, a page's, an account's."""

_UNSURE_WHEN_THROTTLED = frozenset({"instagram", "instagram_private"})
"""Here "too many requests" was answered although the post was live."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """An exception and where it happened; ``secrets`` are removed from every text."""

    network: str
    step: Step
    now: datetime
    shot: Shot | None = None
    secrets: Iterable[str] = field(default=(), repr=False)


def explain(error: BaseException, facts: Facts | None, case: Case) -> ConnectorError:
    """Turn an SDK's exception into one of ours.

    ``facts`` are what the network replied, None if no readable reply came.
    """
    for link in links(error):
        if isinstance(link, AddressRefused):
            return NotConfigured(
                str(link),
                code="transport.address_refused",
                sentence=texts.error(case.network, "transport.address_refused"),
            )
        if isinstance(link, DeadlinePassed):
            return NotSent(
                str(link),
                code="transport.deadline",
                sentence=texts.error(case.network, "transport.deadline"),
            )
    if facts is not None:
        return judge(facts, case)
    text = detail(f"{type(error).__name__}: {error}", case.secrets)
    if case.step == "publish" and sent(error, case.shot):
        return OutcomeUnknown(text, code=f"{case.network}.no_reply")
    return Unavailable(text, code=f"{case.network}.unreachable")


def judge(facts: Facts, case: Case) -> ConnectorError:
    """Turn a network's reply into one of our errors; pure."""
    row = find_row(case.network, facts)
    verdict = _strict(row, facts, case)
    code = f"{case.network}.{row.name}" if row else f"{case.network}.{facts.native}"
    error = _error(verdict, row.name if row else "", code, facts, case)
    error.usage = usage(facts.headers, case.now)
    error.listed = row is not None or not facts.has_code
    if row is not None and row.verdict == "throttled":
        told = verdict == "throttled" or retry_at(facts.headers, case.now) is not None
        error.usage += (_block(facts, row.name, case),) if told else ()
    return error


def _block(facts: Facts, name: str, case: Case) -> Usage:
    """Return what being told to wait means: nothing is left of one quota until then.

    It is the account's unless the reply says that it is the application's.
    """
    full = {told.scope for told in usage(facts.headers, case.now) if told.remaining <= 0}
    app = name == "usage_capped" or full == {"app"}
    if case.network == "facebook" and facts.code in _APP_LIMIT and not full:
        app = True
    return Usage(
        scope="app" if app else "account",
        limit=1,
        remaining=0,
        blocked_until=_until(facts, name, case),
        throttled=True,
    )


def find_row(network: str, facts: Facts) -> Row | None:
    """Return the first row of ``network`` that fits ``facts``."""
    return next((row for row in verdicts.TABLES[network] if row.fits(facts)), None)


def _strict(row: Row | None, facts: Facts, case: Case) -> Verdict:
    if case.step == "publish":
        answered = facts.status is None or 400 <= facts.status < 500
        done_nothing = row is not None and row.sure and facts.status == 202
        unsure = row is None or row.unsure or not (answered or done_nothing)
        if row is None or unsure:
            return "unknown"
        if row.verdict == "throttled" and case.network in _UNSURE_WHEN_THROTTLED:
            return "unknown"
        return row.verdict
    if row is None or row.verdict == "unknown":
        return "unavailable"
    # A read that is refused says nothing about the post.
    return "unavailable" if case.step == "read" and row.verdict == "refused" else row.verdict


def _error(verdict: Verdict, name: str, code: str, facts: Facts, case: Case) -> ConnectorError:
    text = detail(facts.text, case.secrets)
    sentence = texts.error(case.network, name)
    if verdict == "throttled":
        return Throttled(
            text,
            until=_until(facts, name, case),
            code=code,
            http_status=facts.status,
            sentence=sentence,
        )
    if verdict == "unknown":
        # The row's sentence says what the reply means; here that is precisely what is in doubt.
        return OutcomeUnknown(text, code=code, http_status=facts.status)
    kind: type[ConnectorError] = {
        "refused": Refused,
        "credential": CredentialRejected,
        "unavailable": Unavailable,
    }[verdict]
    return kind(text, code=code, http_status=facts.status, sentence=sentence)


def _until(facts: Facts, name: str, case: Case) -> datetime:
    wait = verdicts.WAITS.get((case.network, name)) or verdicts.WAITS[(case.network, "")]
    return retry_at(facts.headers, case.now) or case.now + wait
