"""What a person decides on, as one digest: the row, its attempts, the last look, the approval.

The screen keeps the digest of what it showed; the verb computes it again in its transaction, and
refuses where anything of it changed meanwhile. The audit entry of the decision holds it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from publisher.errors import Invalid
from publisher.models import Approval, Attempt, Delivery
from publisher.texts import delivery as texts

REASON_MIN = 10
PERSONS_WORD = frozenset({"person", "by_hand"})
"""``found_by`` of receipts that hold the link a person gave: its id may not be the listed one."""


def digests(session: Session, delivery_ids: Collection[int]) -> dict[int, str]:
    """Return the SHA-256 of the evidence on each delivery, with two statements."""
    if not delivery_ids:
        return {}
    attempts: dict[int, list[list[Any]]] = defaultdict(list)
    for row in session.execute(
        select(
            col(Attempt.delivery_id),
            col(Attempt.part),
            col(Attempt.fence),
            col(Attempt.outcome),
            col(Attempt.code),
            col(Attempt.detail),
            col(Attempt.http_status),
            col(Attempt.digest),
        )
        .where(col(Attempt.delivery_id).in_(delivery_ids))
        .order_by(col(Attempt.delivery_id), col(Attempt.fence), col(Attempt.part))
    ):
        attempts[row.delivery_id].append(list(row[1:]))
    found = session.execute(
        select(
            col(Delivery.id),
            col(Delivery.state),
            col(Delivery.hold_reason),
            col(Delivery.reason),
            col(Delivery.part),
            col(Delivery.fence),
            col(Delivery.due_at),
            col(Delivery.updated_at),
            col(Delivery.evidence),
            col(Approval.digest),
        )
        .outerjoin(
            Approval,
            and_(
                col(Approval.post_id) == col(Delivery.post_id),
                col(Approval.revision) == col(Delivery.revision),
                col(Approval.voided_at).is_(None),
            ),
        )
        .where(col(Delivery.id).in_(delivery_ids))
    )
    return {row.id: _digest([*row, attempts[row.id]]) for row in found}


def require_reason(reason: str, sentence: str = texts.DECIDE_REASON) -> None:
    """Raise ``Invalid`` with ``sentence`` for a reason too short to be one."""
    if len(reason.strip()) < REASON_MIN:
        raise Invalid(sentence, field="reason")


def _digest(values: list[Any]) -> str:
    body = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(body.encode()).hexdigest()


def _plain(value: Any) -> str:
    return str(value.isoformat())
