"""One test post on a real account, read back and taken down: whether the account really works.

Nobody approves a test post, so only whoever may approve runs it, by name, and every run is in the
audit. Whatever fails once the post may be public, it is taken down, or its link is told.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import col

from connectors.after import Remover, Seer, offers
from connectors.contract import Credential, MediaItem, Part, Pending, Receipt, Staged
from connectors.errors import ConnectorError, OutcomeUnknown, Unavailable
from connectors.registry import ASSISTED
from connectors.transport import is_loopback
from publisher import access, db
from publisher.app import Actor, App
from publisher.custody import kept
from publisher.errors import Conflict, NotFound
from publisher.media import reach
from publisher.media.sample import sample_picture
from publisher.models import Account
from publisher.texts import smoke as texts
from vault import store

LOOKS = 3
PATIENCE = 90.0
"""Seconds that a network may process the picture of a test post."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The account that is tried, and the text that it will show for a moment."""

    account_id: int
    plantel_id: int
    network: str
    handle: str
    connector: str
    credential: Credential
    text: str
    media: tuple[MediaItem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step that was done; ``said`` is for people."""

    name: str
    fine: bool
    said: str


def prepare(app: App, actor: Actor, network: str, handle: str) -> Subject:
    """Return what would be tried. Raises ``NotFound``, ``Forbidden`` and ``Conflict``.

    A sandbox database is refused unless the network's address is loopback.
    """
    with app.read() as session:
        account = session.scalars(
            select(Account).where(
                col(Account.network) == network, col(Account.handle) == handle.lstrip("@")
            )
        ).first()
        if account is None:
            raise NotFound(texts.NO_SUCH.format(network=network, handle=handle))
        access.authorize(actor, "post.approve", plantel_id=account.plantel_id)
        used = store.use_many(session, app.keyring, [account.id or 0])[account.id or 0]
    if not used.fields:
        raise Conflict(texts.NO_CREDENTIAL)
    if account.connector in ASSISTED:
        raise Conflict(texts.ASSISTED.format(handle=account.handle))
    connector = app.connector(account.connector)
    if app.sandboxed and not _is_local(app, account.connector):
        raise Conflict(texts.SANDBOX)
    if connector.needs_public_media:
        found = reach.ask(app)
        if found.state != "ok":
            raise Conflict(found.sentence)
    folio = app.new_id()[:8]
    return Subject(
        account_id=account.id or 0,
        plantel_id=account.plantel_id,
        network=network,
        handle=account.handle,
        connector=account.connector,
        credential=kept.credential(app, account.external_id, used),
        text=texts.POST.format(folio=folio),
        media=(sample_picture(app, folio),) if connector.limits.media_required else (),
    )


def run(app: App, actor: Actor, subject: Subject) -> Iterator[Step]:
    """Do the steps one by one and yield each as it ends; a failed one is the last, but for the end.

    The post is taken down whatever became of the steps before; where its network lets nobody do
    that from here, its link is told.
    """
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    _note(app, actor, subject, "connectors.smoke.begun", "ok", "")
    connector, credential = app.connector(subject.connector), subject.credential
    seer = offers(connector, Seer)  # type: ignore[type-abstract]
    remover = offers(connector, Remover)  # type: ignore[type-abstract]
    since = app.clock() - timedelta(seconds=app.timing.call_deadline)
    receipt: Receipt | None = None
    try:
        identity = connector.verify(credential)
        yield Step(name="verify", fine=True, said=texts.VERIFIED.format(handle=identity.handle))
        receipt = _publish(app, subject, since)
        yield Step(name="publish", fine=True, said=texts.PUBLISHED.format(link=receipt.permalink))
        seen = None
        for _ in range(LOOKS):
            seen = seer.see(credential, receipt.remote_id) if seer else None
            if seen is not None:
                break
            time.sleep(app.timing.listing_lag)
        fine = seen is not None and subject.text in seen.text
        yield Step(name="read", fine=fine, said=texts.READ if fine else texts.NOT_READ)
    except ConnectorError as error:
        yield Step(name="failed", fine=False, said=f"{error.sentence} ({error.code})")
    if receipt is not None and remover is not None:
        yield _take_down(app, actor, subject, remover, receipt)
    elif receipt is not None:
        _note(app, actor, subject, "connectors.smoke.ended", "failed", receipt.remote_id)
        link = receipt.permalink or receipt.remote_id
        said = texts.BY_HAND.format(link=link, said=texts.NO_REMOVAL)
        yield Step(name="remove", fine=False, said=said)


def _publish(app: App, subject: Subject, since: datetime) -> Receipt:
    """Publish the test post; where the answer is lost, look for it before anything else."""
    connector = app.connector(subject.connector)
    part = Part(text=subject.text, media=subject.media)
    staged = _stage(app, subject, part)
    deadline = time.monotonic() + app.timing.call_deadline
    try:
        return connector.publish(subject.credential, part, staged, deadline=deadline)
    except OutcomeUnknown:
        time.sleep(app.timing.listing_lag)
        sighting = connector.find(subject.credential, part, staged.handle, since=since)
        if not sighting.matches:
            raise
        return sighting.matches[0]


def _stage(app: App, subject: Subject, part: Part) -> Staged:
    """Prepare the post; a network that still processes what it was given is waited for."""
    connector, end = app.connector(subject.connector), time.monotonic() + PATIENCE
    staged = connector.stage(subject.credential, part)
    while isinstance(staged, Pending):
        if time.monotonic() > end:
            raise Unavailable("still processing", code="smoke.processing", sentence=texts.SLOW)
        time.sleep(min(staged.wait, app.timing.listing_lag))
        staged = connector.stage(subject.credential, part, staged.handle)
    return staged


def _take_down(
    app: App, actor: Actor, subject: Subject, remover: Remover, receipt: Receipt
) -> Step:
    said, fine = texts.REMOVED, True
    try:
        deadline = time.monotonic() + app.timing.call_deadline
        remover.delete(subject.credential, receipt.remote_id, deadline=deadline)
        fine = remover.see(subject.credential, receipt.remote_id) is None
    except OutcomeUnknown:
        fine = _is_gone(remover, subject, receipt)
    except ConnectorError as error:
        said, fine = error.sentence, False
    if not fine:
        said = texts.BY_HAND.format(link=receipt.permalink or receipt.remote_id, said=said)
    result = "ok" if fine else "failed"
    _note(app, actor, subject, "connectors.smoke.ended", result, receipt.remote_id)
    return Step(name="remove", fine=fine, said=said)


def _is_gone(remover: Remover, subject: Subject, receipt: Receipt) -> bool:
    try:
        return remover.see(subject.credential, receipt.remote_id) is None
    except ConnectorError:
        return False


def _is_local(app: App, connector: str) -> bool:
    places = app.endpoints
    bases = {
        "x": places.x_base_url,
        "instagram_private": places.instagram_private_base_url,
    }
    base = bases.get(connector, places.graph_base_url)
    return bool(base) and is_loopback(urlsplit(base or "").hostname or "")


def _note(
    app: App, actor: Actor, subject: Subject, action: str, result: str, remote_id: str
) -> None:
    with app.write() as session:
        app.note(
            session,
            app.entry(
                actor,
                action,
                "account",
                subject.account_id,
                plantel_id=subject.plantel_id,
                result=result,
                after=remote_id,
                detail=json.dumps({"text": subject.text}, ensure_ascii=False),
            ),
        )
