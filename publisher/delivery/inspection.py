"""A person's look at the account of a delivery that waits: read-only, and kept as its evidence.

The looks of ``reconcile`` decide by themselves; this one decides nothing. It shows what the account
shows, marks what is likely ours, and leaves the decision to whoever looked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from connectors.contract import Listing, Part, Sighting
from connectors.contract import Seen as NetworkPost
from connectors.errors import ConnectorError
from connectors.matching import same_text
from publisher import access, db
from publisher.app import Actor, App
from publisher.delivery.evidence import PERSONS_WORD, digests
from publisher.delivery.jobs import Sought, load_sought
from publisher.delivery.outbox import Lease, rows
from publisher.delivery.outbox.guarded import read_lease
from publisher.delivery.states import DECIDABLE
from publisher.errors import Conflict, NotFound
from publisher.models import Account, Attempt, Delivery, Receipt
from publisher.texts import deciding as texts
from publisher.texts import delivery as sentences
from vault.errors import VaultError

log = structlog.get_logger(__name__)

MARGIN: Final = timedelta(minutes=2)
LISTED: Final = 12
KNOWN: Final = 20
EXCERPT: Final = 280

Answer = TypeVar("Answer")


def inspect(app: App, actor: Actor, delivery_id: int) -> None:
    """Look at the account now, and keep what it showed, or why it could not be seen.

    The network is asked outside any transaction. Raises ``Conflict`` where the delivery no longer
    waits, before the look or after it.
    """
    with app.read() as session:
        question = _question(app, session, actor, delivery_id)
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    evidence = _look(app, question)
    evidence |= {"at": app.clock().isoformat(), "by": actor.name}
    with app.write() as session:
        changed = session.connection().execute(
            update(Delivery)
            .where(
                col(Delivery.id) == delivery_id,
                col(Delivery.fence) == question.lease.fence,
                col(Delivery.state) == question.state,
            )
            .values(evidence=rows.storable(evidence), looks=question.looks + 1)
        )
        if changed.rowcount != 1:
            raise Conflict(texts.LOOK_NOT_WAITING)
        app.note(
            session,
            app.entry(
                actor,
                "delivery.look",
                "delivery",
                delivery_id,
                plantel_id=question.plantel_id,
                result="failed" if evidence.get("error") else "ok",
                detail=json.dumps(
                    {
                        "evidence": digests(session, [delivery_id])[delivery_id],
                        "matches": len(evidence.get("matches", ())),
                        "listed": len(evidence.get("shown", ())),
                    }
                ),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class _Question:
    """What a look asks; ``sought`` is None where it could not be loaded: ``trouble`` tells why.

    ``owned`` are remote ids that belong to deliveries; of them ``known`` are sure to be listed.
    """

    lease: Lease
    state: str
    looks: int
    plantel_id: int
    since: datetime
    owned: frozenset[str]
    known: frozenset[str]
    sought: Sought | None
    trouble: str


def _question(app: App, session: Session, actor: Actor, delivery_id: int) -> _Question:
    found = session.execute(
        select(Delivery, col(Account.plantel_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(Delivery.id) == delivery_id)
    ).first()
    if found is None:
        raise NotFound(sentences.NO_SUCH_DELIVERY.format(id=delivery_id))
    row, plantel_id = found
    access.authorize(actor, "delivery.decide", plantel_id=plantel_id)
    if row.state not in DECIDABLE:
        raise Conflict(texts.LOOK_NOT_WAITING)
    opened = session.scalar(
        select(col(Attempt.opened_at))
        .where(col(Attempt.delivery_id) == delivery_id, col(Attempt.part) == row.part)
        .order_by(col(Attempt.fence).desc())
        .limit(1)
    )
    owned = session.execute(
        select(col(Receipt.remote_id), col(Receipt.found_by), col(Receipt.part))
        .where(col(Receipt.account_id) == row.account_id)
        .order_by(col(Receipt.published_at).desc())
        .limit(10 * KNOWN)
    ).all()
    lease = read_lease(row)
    sought, trouble = None, ""
    try:
        sought = load_sought(app, session, lease)
    except VaultError as error:
        trouble = error.sentence
    except Exception:
        log.exception("inspection.unloadable", delivery=delivery_id)
        trouble = texts.LOOK_FAILED
    if sought is not None and sought.credential is None:
        trouble = sentences.HELD_NO_CREDENTIAL
    return _Question(
        lease=lease,
        state=row.state,
        looks=row.looks,
        plantel_id=plantel_id,
        since=(opened or row.due_at) - MARGIN,
        owned=frozenset(owner.remote_id for owner in owned),
        # of a link that a person gave the network may list another id; comments it does not list
        known=frozenset(
            [o.remote_id for o in owned if o.found_by not in PERSONS_WORD and not o.part][:KNOWN]
        ),
        sought=sought,
        trouble=trouble,
    )


def _look(app: App, question: _Question) -> dict[str, Any]:
    """Return the evidence: the search for our post, and the account's newest posts beside it."""
    sought = question.sought
    if sought is None or sought.credential is None:
        return {"error": question.trouble}
    part, credential = sought.part, sought.credential
    connector = app.connector(sought.connector)
    evidence: dict[str, Any] = {}
    sighting, error = _ask(
        question,
        lambda: connector.find(
            credential,
            part,
            question.lease.handle or {},
            since=question.since,
            known=question.known,
            ignore=question.owned,
            parent=sought.parent,
        ),
    )
    if sighting is None:
        evidence |= error
    else:
        evidence |= {
            "trustworthy": sighting.trustworthy,
            "matches": [[match.remote_id, match.permalink] for match in sighting.matches],
            "seen": json.loads(json.dumps(dict(sighting.evidence), default=str)),
        }
    listing, trouble = _ask(question, lambda: connector.recent(credential, limit=LISTED))
    if listing is None:
        evidence["listing_error"] = trouble["error"]
    else:
        evidence["shown"] = _shown(listing, part, sighting, question.owned)
    return evidence


def _shown(
    listing: Listing, part: Part, sighting: Sighting | None, owned: frozenset[str]
) -> list[dict[str, Any]]:
    found = {match.remote_id for match in sighting.matches} if sighting else set()
    return [
        {
            "id": post.remote_id,
            "at": post.created_at.isoformat(),
            "text": post.text[:EXCERPT],
            "link": post.permalink,
            "like": post.remote_id in found or _same(part, post),
            "taken": post.remote_id in owned,
        }
        for post in listing.items[:LISTED]
    ]


def _same(part: Part, post: NetworkPost) -> bool:
    return bool(part.text.strip()) and same_text(part.text, post.text)


def _ask(
    question: _Question, call: Callable[[], Answer]
) -> tuple[Answer | None, Mapping[str, str]]:
    """Return what the network answered, or None and why there is no answer."""
    try:
        return call(), {}
    except ConnectorError as error:
        return None, {"error": error.sentence, "code": error.code}
    except Exception:
        # a defect in a look is evidence of nothing; the folio's traceback is in the log
        log.exception("inspection.defect", delivery=question.lease.id)
        return None, {"error": texts.LOOK_FAILED}
