"""What a person answers of a delivery that was given to them to publish by hand.

They end it with the link, which is read for its shape and, where the account has a credential,
looked for among what the account shows; or with «no se publicó» and a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from connectors import links
from connectors.contract import Credential
from connectors.contract import Seen as NetworkPost
from connectors.errors import ConnectorError
from connectors.matching import canonical_link, same_text
from publisher import access, db
from publisher.app import Actor, App
from publisher.custody import kept
from publisher.delivery.by_hand import ACTION
from publisher.delivery.decide import end, keep_proof
from publisher.delivery.evidence import require_reason
from publisher.delivery.states import outcome
from publisher.errors import Conflict, Invalid, NotFound
from publisher.media import read_bytes
from publisher.models import Account, Delivery, Handover, Receipt
from publisher.texts import by_hand as texts
from publisher.texts import delivery as sentences
from vault import store
from vault.errors import VaultError

log = structlog.get_logger(__name__)

FOUND_BY: Final = "by_hand"
LISTED: Final = 25


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is known of a pasted link: ``seen`` None where the account could not be looked at.

    ``doubt`` is the sentence of what the look holds against it, empty where there is nothing.
    """

    remote_id: str
    permalink: str
    seen: bool | None
    published_at: datetime | None = None
    doubt: str = ""


def confirm(
    app: App,
    actor: Actor,
    delivery_id: int,
    *,
    link: str,
    reason: str = "",
    insist: bool = False,
) -> Checked:
    """Record that a delivery was published by hand, with the link of what the account shows.

    Raises ``Invalid`` for an address that is none of a post of that account, or when it is past its
    last moment and ``reason`` does not say why it went out; ``Conflict`` where the account was
    looked at and does not show it as approved, unless the person ``insist``s.
    """
    with app.read() as session:
        case = _open(session, actor, delivery_id)
        credential = _credential(app, session, case)
        taken = set(
            session.scalars(
                select(col(Receipt.remote_id)).where(
                    col(Receipt.account_id) == case.account.id,
                    col(Receipt.delivery_id) != delivery_id,
                )
            )
        )
    checked = _check(app, case, link, credential, taken)
    if checked.doubt and not insist:
        raise Conflict(checked.doubt)
    now = app.clock()
    if now > case.delivery.not_after or (checked.doubt and insist):
        require_reason(reason, texts.LATE_REASON if not checked.doubt else texts.DOUBT_REASON)
    with app.write() as session:
        case = _open(session, actor, delivery_id, lock=True)
        keep_proof(
            session,
            case.delivery,
            remote_id=checked.remote_id,
            permalink=checked.permalink,
            found_by=FOUND_BY,
            by=actor,
            at=checked.published_at or now,
            reason=reason.strip() or texts.DONE,
            now=now,
        )
        told = {"link": checked.permalink, "seen": checked.seen, "insisted": bool(checked.doubt)}
        _note(app, session, actor, case, "delivery.by_hand_done", reason or texts.DONE, **told)
    return checked


def not_published(app: App, actor: Actor, delivery_id: int, *, reason: str) -> None:
    """Record that nobody published it and nobody will, and why; it is over."""
    require_reason(reason, texts.NOT_DONE_REASON)
    with app.write() as session:
        case = _open(session, actor, delivery_id, lock=True)
        end(session, case.delivery, reason=reason, now=app.clock())
        _note(app, session, actor, case, "delivery.by_hand_not_done", reason)


def file_of(app: App, actor: Actor, delivery_id: int, sha256: str) -> bytes:
    """Return a file that goes with what is to be published by hand. Raises ``NotFound``."""
    with app.read() as session:
        case = _open(session, actor, delivery_id)
    if all(item["sha256"] != sha256 for item in case.handover.media):
        raise NotFound(sentences.NO_SUCH_DELIVERY.format(id=delivery_id))
    return read_bytes(app, sha256)


@dataclass(frozen=True, kw_only=True)
class _Case:
    delivery: Delivery
    account: Account
    handover: Handover


def _open(session: Session, actor: Actor, delivery_id: int, *, lock: bool = False) -> _Case:
    statement = (
        select(Delivery, Account, Handover)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .outerjoin(
            Handover,
            (col(Handover.delivery_id) == col(Delivery.id))
            & (col(Handover.fence) == col(Delivery.fence)),
        )
        .where(col(Delivery.id) == delivery_id)
    )
    found = session.execute(statement.with_for_update(of=Delivery) if lock else statement).first()
    if found is None or not access.allows(actor, ACTION, plantel_id=found[1].plantel_id):
        raise NotFound(sentences.NO_SUCH_DELIVERY.format(id=delivery_id))
    delivery, account, handover = found
    if handover is None or delivery.state != outcome("hand_over"):
        raise Conflict(texts.NOT_WAITING.format(state=sentences.STATES[delivery.state]))
    return _Case(delivery=delivery, account=account, handover=handover)


def _check(
    app: App, case: _Case, address: str, credential: Credential | None, taken: set[str]
) -> Checked:
    """Return what is known of a pasted address; its shape is judged offline, the rest is read."""
    network, handle = case.delivery.network, case.account.handle
    link = links.read(network, address)
    if link is None:
        raise Invalid(texts.LINK_SHAPE[network], field="link")
    if links.names(link, handle=handle, external_id=case.account.external_id) is False:
        sentence = texts.LINK_OTHER.format(said=link.account, handle=handle)
        raise Invalid(sentence, field="link")
    if credential is None:
        return Checked(remote_id=link.remote_id, permalink=link.url, seen=None)
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    try:
        listing = app.connector(case.account.connector).recent(credential, limit=LISTED)
    except ConnectorError as error:
        log.warning("by_hand.look", delivery=case.delivery.id, code=error.code)
        return Checked(remote_id=link.remote_id, permalink=link.url, seen=None)
    except Exception:
        # a defect in a look is evidence of nothing
        log.exception("by_hand.look_defect", delivery=case.delivery.id)
        return Checked(remote_id=link.remote_id, permalink=link.url, seen=None)
    shown = [post for post in listing.items if post.remote_id not in taken]
    named = next((post for post in shown if _names_it(post, link)), None)
    alike = next((post for post in shown if same_text(case.handover.text, post.text)), None)
    # Facebook's own links carry another id than its lists: there the text tells which one it is
    found = named or alike
    if found is None:
        return Checked(
            remote_id=link.remote_id, permalink=link.url, seen=False, doubt=texts.NOT_SHOWN
        )
    differs = not same_text(case.handover.text, found.text)
    return Checked(
        remote_id=found.remote_id,
        permalink=found.permalink or link.url,
        seen=True,
        published_at=found.created_at,
        doubt=texts.DIFFERS if differs else "",
    )


def _names_it(post: NetworkPost, link: links.Link) -> bool:
    return (
        post.remote_id == link.remote_id
        or post.remote_id.endswith(f"_{link.remote_id}")
        or canonical_link(post.permalink) == canonical_link(link.url)
    )


def _credential(app: App, session: Session, case: _Case) -> Credential | None:
    """Return the account's credential where it has one, for a look alone."""
    account_id = case.account.id or 0
    try:
        used = store.use_many(session.connection(), app.keyring, [account_id])[account_id]
    except VaultError:
        log.exception("by_hand.credential", account=account_id)
        return None
    if not used.fields:
        return None
    return kept.credential(app, case.account.external_id, used)


def _note(
    app: App, session: Session, actor: Actor, case: _Case, action: str, reason: str, **told: Any
) -> None:
    app.note(
        session,
        app.entry(
            actor,
            action,
            "delivery",
            case.delivery.id,
            plantel_id=case.account.plantel_id,
            reason=reason.strip(),
            before=case.delivery.state,
            detail=json.dumps(told) if told else "",
        ),
    )
