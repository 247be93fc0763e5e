"""One round with what is public: look, change it, and say what came of it.

``take_down`` removes a part, ``put_right`` gives it another text. Each begins with a look, which
keeps what the network shows as evidence and settles the round before, whoever lost the reply.
Nothing here writes to the database, and no transaction is open.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final

import structlog

from connectors.after import Corrector, Remover, offers
from connectors.contract import Credential, Seen
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    OutcomeUnknown,
    Refused,
    Throttled,
)
from connectors.matching import same_text
from publisher import db
from publisher.app import App
from publisher.delivery import unlisted
from publisher.delivery.retry import backoff
from publisher.texts import correction as correction_texts
from publisher.texts import removal as removal_texts

log = structlog.get_logger(__name__)

TRIES: Final = 12
CHANGED: Final = "correction.changed"
"""The code of a correction that found another text than the one it was to replace."""

GONE: Final = "correction.gone"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change in hand; ``tries`` is its fence. ``before`` and ``text`` are a correction's."""

    id: int
    kind: str
    delivery_id: int
    post_id: int
    part: int
    tries: int
    remote_id: str
    permalink: str
    asked_by: int
    before: str
    text: str
    digest: str
    account_id: int
    handle: str
    network: str
    plantel_id: int
    connector: str
    credential: Credential | None = field(repr=False)
    evidence: dict[str, Any] | None

    @property
    def words(self) -> ModuleType:
        """The sentences that tell of this kind of change."""
        return correction_texts if self.kind == "correction" else removal_texts


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a round came to: the next state, when to go on, and what to tell people."""

    state: str
    wait: timedelta = timedelta()
    sentence: str = ""
    code: str = ""
    found_by: str = ""
    evidence: dict[str, Any] | None = None


def go(app: App, change: Change) -> Ending:
    """Do one round of a change; whatever goes wrong becomes an ending too."""
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    do = put_right if change.kind == "correction" else take_down
    kept = [change.evidence]
    try:
        return do(app, change, kept.append)
    except ConnectorError as error:
        unlisted.report(app, error)
        return replace(after_error(app, change, error), evidence=kept[-1])
    except Exception:
        log.exception("change.defect", change=change.id)
        return replace(again(app, change, change.words.DEFECT), evidence=kept[-1])


def take_down(app: App, change: Change, keep: Callable[[dict[str, Any] | None], None]) -> Ending:
    """Take a part down; one that is gone already was taken down."""
    remover = offers(app.connector(change.connector), Remover)  # type: ignore[type-abstract]
    if remover is None:
        return Ending(state="failed", sentence=removal_texts.NOT_OFFERED)
    if change.credential is None:
        return Ending(state="failed", sentence=removal_texts.NO_CREDENTIAL)
    seen = remover.see(change.credential, change.remote_id)
    if seen is None:
        return Ending(state="done", found_by="look", evidence=change.evidence)
    evidence = change.evidence or shown(seen, app.clock())
    keep(evidence)
    remover.delete(change.credential, change.remote_id, deadline=_deadline(app))
    return Ending(state="done", found_by="reply", evidence=evidence)


def put_right(app: App, change: Change, keep: Callable[[dict[str, Any] | None], None]) -> Ending:
    """Give a part its new text, unless it has it already or shows one that nobody approved away.

    What a person changed on the network meanwhile is not overwritten: the approval was for exactly
    one text in the place of exactly one other.
    """
    corrector = offers(app.connector(change.connector), Corrector)  # type: ignore[type-abstract]
    if corrector is None:
        return Ending(state="failed", sentence=correction_texts.not_offered(change.network))
    if change.credential is None:
        return Ending(state="failed", sentence=correction_texts.NO_CREDENTIAL)
    seen = corrector.see(change.credential, change.remote_id)
    if seen is None:
        return Ending(
            state="failed", sentence=correction_texts.GONE, code=GONE, evidence=change.evidence
        )
    evidence = change.evidence or {"before": shown(seen, app.clock())}
    keep(evidence)
    if arrived(change, seen):
        after = shown(seen, app.clock())
        return Ending(state="done", found_by="look", evidence={**evidence, "after": after})
    if not same_text(change.before, seen.text):
        found = {**evidence, "found": shown(seen, app.clock())}
        return Ending(
            state="failed", sentence=correction_texts.CHANGED, code=CHANGED, evidence=found
        )
    corrector.edit(change.credential, change.remote_id, change.text, deadline=_deadline(app))
    return _read_back(app, change, corrector, change.credential, evidence)


def arrived(change: Change, seen: Seen) -> bool:
    """Tell whether the network shows the new text.

    Networks touch blanks and links; where only those were corrected, nothing but the very text
    counts.
    """
    if seen.text.strip() == change.text.strip():
        return True
    return same_text(change.text, seen.text) and not same_text(change.before, change.text)


def _read_back(
    app: App, change: Change, corrector: Corrector, credential: Credential, evidence: dict[str, Any]
) -> Ending:
    """Keep what the network shows after it said that it was done; its word alone ends it too."""
    done = Ending(state="done", found_by="reply", evidence=evidence)
    try:
        seen = corrector.see(credential, change.remote_id)
    except ConnectorError as error:
        log.info("correction.not_read_back", change=change.id, code=error.code)
        return done
    if seen is None:
        return done
    return replace(done, evidence={**evidence, "after": shown(seen, app.clock())})


def after_error(app: App, change: Change, error: ConnectorError) -> Ending:
    """Say what follows when the network did not do it; a refusal leaves it to a person's hands."""
    words = change.words
    match error:
        case Refused() | CredentialRejected() | NotConfigured():
            sentence = words.REFUSED.format(said=error.sentence)
            return Ending(state="failed", sentence=sentence, code=error.code)
        case OutcomeUnknown():
            ending = again(app, change, words.LOOKING)
            wait = timedelta(seconds=app.timing.listing_lag)
            return replace(ending, wait=max(ending.wait, wait), code=error.code)
        case Throttled(until=until) if until is not None:
            ending = again(app, change, error.sentence)
            return replace(ending, wait=max(ending.wait, until - app.clock()), code=error.code)
        case _:
            return replace(again(app, change, error.sentence), code=error.code)


def again(app: App, change: Change, sentence: str) -> Ending:
    """Return the ending that leads to another round, or to a person after too many."""
    if change.tries >= TRIES:
        return Ending(state="failed", sentence=change.words.GIVEN_UP.format(said=sentence))
    wait = backoff(change.tries, timing=app.timing, jitter=app.jitter())
    return Ending(state="asked", wait=wait, sentence=sentence)


def shown(seen: Seen, now: datetime) -> dict[str, Any]:
    """Return what a network showed at ``now``, as JSON."""
    return {
        "at": now.isoformat(),
        "text": seen.text,
        "link": seen.permalink,
        "created": seen.created_at.isoformat(),
        "media": list(seen.media_keys),
    }


def _deadline(app: App) -> float:
    return time.monotonic() + app.timing.call_deadline
