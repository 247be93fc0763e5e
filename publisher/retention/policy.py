"""The terms, in days: one dated value, and which rows each term is about.

Each kind is a table, the key that its batches follow, the condition that makes a row old, and what
happens to it. ``:before`` is the instant that the term leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Days that each kind is kept; ``since`` is when these terms came into force."""

    since: date
    drafts: int
    sessions: int
    sign_ins: int
    notices: int
    attempts: int
    evidence: int
    workers: int
    comments: int
    elsewhere: int
    logs: int
    secrets: int
    consents: int

    def term(self, kind: str) -> timedelta:
        """Return the term of a kind."""
        return timedelta(days=int(getattr(self, kind)))


POLICY: Final = Policy(
    since=date(2026, 11, 23),
    drafts=180,
    sessions=30,
    # guessing is slowed for 15 minutes, and an address is known for 30 days
    sign_ins=90,
    notices=90,
    attempts=365,
    evidence=365,
    workers=30,
    # what other people wrote: as short as the work on it allows
    comments=90,
    # posts that an account shows and that did not go out through us, for a year's statistics
    elsewhere=365,
    logs=365,
    # superseded credentials: a mistaken renewal may be noticed late
    secrets=90,
    # how long somebody may ask on what an image rested; the paper is the plantel's to keep
    consents=1825,
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """``key`` orders the batches; ``change`` are statements over the keys ``:keys`` of a batch.

    The last one's row count is what is reported, and repeats the condition: rows may have changed
    since they were found.
    """

    name: str
    table: str
    key: str
    old: str
    change: tuple[str, ...]


_ENDED = "('published', 'rejected', 'dead', 'cancelled')"
_DRAFT = """
    state = 'cancelled' AND submitted_at IS NULL AND updated_at < :before
    AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.post_id = post.id)
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.post_id = post.id)
    AND NOT EXISTS (SELECT 1 FROM review WHERE review.post_id = post.id
                    AND review.decision <> 'cancelled')
"""
_SESSION = "expires_at < :before OR revoked_at < :before"
_NOTICE = "read_at < :before AND mail_state <> 'waiting'"
_ATTEMPT = f"""
    detail <> '' AND closed_at < :before AND EXISTS (
        SELECT 1 FROM delivery
        WHERE delivery.id = attempt.delivery_id AND delivery.state IN {_ENDED})
"""  # noqa: S608
_EVIDENCE = f"""
    state IN {_ENDED} AND updated_at < :before
    AND (evidence IS NOT NULL OR handle IS NOT NULL)
"""
_WORKER = """
    beat_at < :before AND NOT EXISTS (
        SELECT 1 FROM delivery WHERE delivery.owner = worker.id
        AND delivery.state IN ('leased', 'staging', 'sending'))
"""
_CONSENT = "subject <> '' AND (valid_until < :before OR revoked_at < :before)"
_ELSEWHERE = "delivery_id IS NULL AND created_at < :before AND seen_at < :before"
_OF_DRAFT = (
    "variant",
    "post_media",
    "target",
    "check_run",
    "finding",
    "exception_request",
    "review_comment",
    "review_reminder",
    "seen_revision",
    "finding_dismissal",
    "good_example",
    "clearance",
    "decision_link",
    "manual_recheck",
    "review",
)


def _deletes(table: str, key: str, old: str) -> str:
    return f"DELETE FROM {table} WHERE {key} IN (:keys) AND ({old})"  # noqa: S608


KINDS: Final = (
    Kind(
        name="drafts",
        table="post",
        key="id",
        old=_DRAFT,
        change=(
            *(
                f"DELETE FROM {table} WHERE post_id IN"  # noqa: S608
                f" (SELECT id FROM post WHERE id IN (:keys) AND {_DRAFT})"
                for table in _OF_DRAFT
                if table != "review"
            ),
            # last of the children: the condition asks the reviews
            (
                f"DELETE FROM review WHERE post_id IN"  # noqa: S608
                f" (SELECT id FROM post WHERE id IN (:keys) AND {_DRAFT})"
            ),
            _deletes("post", "id", _DRAFT),
        ),
    ),
    Kind(
        name="sessions",
        table="web_session",
        key="token_hash",
        old=_SESSION,
        change=(_deletes("web_session", "token_hash", _SESSION),),
    ),
    Kind(
        name="sign_ins",
        table="sign_in",
        key="id",
        old="at < :before",
        change=(_deletes("sign_in", "id", "at < :before"),),
    ),
    Kind(
        name="notices",
        table="notice",
        key="id",
        old=_NOTICE,
        change=(_deletes("notice", "id", _NOTICE),),
    ),
    Kind(
        name="attempts",
        table="attempt",
        key="delivery_id",
        old=_ATTEMPT,
        change=(
            f"UPDATE attempt SET detail = '' WHERE delivery_id IN (:keys) AND {_ATTEMPT}",  # noqa: S608
        ),
    ),
    Kind(
        name="evidence",
        table="delivery",
        key="id",
        old=_EVIDENCE,
        change=(
            (
                "UPDATE delivery SET evidence = NULL, handle = NULL"  # noqa: S608
                f" WHERE id IN (:keys) AND {_EVIDENCE}"
            ),
        ),
    ),
    Kind(
        name="workers",
        table="worker",
        key="id",
        old=_WORKER,
        change=(_deletes("worker", "id", _WORKER),),
    ),
    Kind(
        name="consents",
        table="consent",
        key="id",
        old=_CONSENT,
        change=(
            (
                "UPDATE consent SET subject = '', guardian = '', kept_at = '', note = '',"  # noqa: S608
                f" revoked_reason = '' WHERE id IN (:keys) AND ({_CONSENT})"
            ),
        ),
    ),
    Kind(
        name="comments",
        table="remote_comment",
        key="id",
        old="created_at < :before",
        change=(_deletes("remote_comment", "id", "created_at < :before"),),
    ),
    Kind(
        name="elsewhere",
        table="remote_post",
        key="id",
        old=_ELSEWHERE,
        change=(_deletes("remote_post", "id", _ELSEWHERE),),
    ),
)
