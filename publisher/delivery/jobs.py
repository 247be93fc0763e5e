"""What a leased delivery needs to go out, checked once more from the rows as they are now.

Loading happens twice: when a delivery is claimed (to stage it) and again in the transaction that
opens its attempt, so that an approval voided, a credential rotated or a consent withdrawn in
between is honoured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from connectors.contract import Credential, MediaItem, Part, Receipt
from connectors.errors import NotConfigured, NotSent
from connectors.registry import ASSISTED
from publisher import localtime
from publisher.app import App
from publisher.custody import kept
from publisher.delivery import spending
from publisher.delivery.dossier import Facts, Veda, gather
from publisher.delivery.outbox import Lease
from publisher.editorial.snapshot import MediaRef, media_item
from publisher.errors import PublisherError
from publisher.media import StoreDown, cover, hold, media_url, open_file, read_bytes
from publisher.texts import consents as consent_texts
from publisher.texts import delivery as texts
from publisher.texts import spending as spending_texts
from vault import store
from vault.errors import VaultError

log = structlog.get_logger(__name__)

Found = TypeVar("Found")

STORE_DOWN = "media.store"
NO_BYTES = "settings.bytes"
BY_HAND = "by_hand"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A delivery ready for its connector; ``since`` is when this process first held it.

    ``parent`` is the receipt of what its part answers, None for the post.
    """

    lease: Lease
    since: datetime
    connector: str
    credential: Credential
    part: Part
    parent: Receipt | None
    last_part: bool
    digest: str
    secret_version: int
    key_id: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a leased delivery may not go out; ``reason`` of HOLD_REASONS, ``release`` or ``BY_HAND``.

    ``part`` is what a person is to publish where the reason is ``BY_HAND``.
    """

    lease: Lease
    reason: str
    sentence: str
    part: Part | None = None


def load_jobs(
    app: App, session: Session, leases: Sequence[Lease], *, now: datetime
) -> tuple[list[Job], list[Refusal]]:
    """Return what may go out and what may not, with a fixed number of queries.

    What cannot even be loaded (a secret that no longer opens) is refused alone.
    """
    try:
        gathered = list(gather(app, session, leases))
        jobs, refusals = _sort_out(app, gathered, now=now)
        capped = any(facts.capped for _, facts in gathered)
        return _within_cap(app, session, jobs, refusals, now=now) if capped else (jobs, refusals)
    except SQLAlchemyError:
        raise
    except Exception as error:
        if len(leases) > 1:
            alone = [load_jobs(app, session, [lease], now=now) for lease in leases]
            return [job for jobs, _ in alone for job in jobs], [
                refusal for _, refusals in alone for refusal in refusals
            ]
        log.exception("delivery.unloadable", delivery=leases[0].id)
        sentence = error.sentence if isinstance(error, VaultError) else texts.HELD_DEFECT
        return [], [Refusal(lease=leases[0], reason="configuration", sentence=sentence)]


def with_handle(job: Job, handle: Mapping[str, Any]) -> Job:
    """Return ``job`` with the handle that its next staging call continues from."""
    return replace(job, lease=replace(job.lease, handle=handle))


def judge(lease: Lease, facts: Facts, *, now: datetime) -> Refusal | None:
    """Return the first reason against sending ``lease``, or None. Pure."""

    def refuse(reason: str, sentence: str) -> Refusal:
        return Refusal(lease=lease, reason=reason, sentence=sentence)

    snapshot = facts.snapshot
    if facts.digest is None or facts.digest != snapshot.digest:
        return refuse("approval", texts.HELD_APPROVAL)
    if all(target.account_id != lease.account_id for target in snapshot.targets):
        return refuse("approval", texts.HELD_APPROVAL)
    if facts.state == "reauth":
        return refuse("credential", texts.HELD_ACCOUNT_CREDENTIAL)
    if facts.state != "active":
        return refuse("account", texts.HELD_ACCOUNT)
    if facts.paused:
        return refuse("release", texts.PAUSED)
    if now > lease.not_after:
        return refuse("late", texts.HELD_LATE)
    window = _veda_of(lease, facts, now)
    if window is not None:
        return refuse("veda", texts.HELD_VEDA.format(period=window.name))
    gap = facts.consents.gap(
        snapshot.media.get(lease.network, ()), network=lease.network, on=_today(lease, now)
    )
    if gap is not None:
        return refuse("consent", consent_texts.held(gap, network=lease.network))
    if facts.connector in ASSISTED:
        return refuse(BY_HAND, "")
    lacks = _lacking(lease, facts)
    return refuse(*lacks) if lacks else None


def _lacking(lease: Lease, facts: Facts) -> tuple[str, str] | None:
    """Return (reason, sentence) for what the request itself would need and is not there."""
    if facts.credential is None:
        return "credential", texts.HELD_NO_CREDENTIAL
    if lease.part and facts.parent is None:
        return "configuration", texts.HELD_NO_PARENT
    return None


def _veda_of(lease: Lease, facts: Facts, now: datetime) -> Veda | None:
    """Return the window that the day of ``now``, where the plantel is, falls into."""
    if not facts.veda:
        return None
    today = _today(lease, now)
    return next((one for one in facts.veda if one.first <= today <= one.last), None)


def _today(lease: Lease, now: datetime) -> date:
    return now.astimezone(localtime.zone(lease.timezone)).date()


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a look at a delivery searches for, and with what; ``connector`` is its key."""

    part: Part
    parent: Receipt | None
    credential: Credential | None
    connector: str


def load_sought(app: App, session: Session, lease: Lease) -> Sought:
    """Return what is looked for of a delivery that may be public."""
    _, facts = next(gather(app, session, [lease]))
    return Sought(
        part=_part(app, lease, facts),
        parent=facts.parent,
        credential=kept.credential(app, facts.external_id, facts.credential)
        if facts.credential
        else None,
        connector=facts.connector,
    )


def _sort_out(
    app: App, gathered: Iterable[tuple[Lease, Facts]], *, now: datetime
) -> tuple[list[Job], list[Refusal]]:
    jobs: list[Job] = []
    refusals: list[Refusal] = []
    for lease, facts in gathered:
        refusal = judge(lease, facts, now=now)
        if refusal is not None and refusal.reason == BY_HAND:
            refusals.append(replace(refusal, part=_part(app, lease, facts)))
        elif refusal is not None:
            refusals.append(refusal)
        elif facts.credential is not None:
            jobs.append(_job(app, lease, facts, facts.credential, now=now))
    return jobs, refusals


def _within_cap(
    app: App, session: Session, jobs: list[Job], refusals: list[Refusal], *, now: datetime
) -> tuple[list[Job], list[Refusal]]:
    """Refuse what would pass a network's monthly cap; what has begun is finished."""
    begins = {job.lease.id: job.lease.network for job in jobs if not job.lease.part}
    beyond = spending.beyond_cap(app, session, begins, now=now)
    if not beyond:
        return jobs, refusals
    refused = [
        Refusal(lease=job.lease, reason="configuration", sentence=spending_texts.CAP_REACHED)
        for job in jobs
        if job.lease.id in beyond
    ]
    return [job for job in jobs if job.lease.id not in beyond], [*refusals, *refused]


def _job(app: App, lease: Lease, facts: Facts, used: store.Used, *, now: datetime) -> Job:
    return Job(
        lease=lease,
        since=now,
        connector=facts.connector,
        credential=kept.credential(app, facts.external_id, used),
        part=_part(app, lease, facts),
        parent=facts.parent,
        last_part=lease.part + 1 >= facts.parts,
        digest=facts.snapshot.digest,
        secret_version=max(used.versions.values()),
        key_id=",".join(sorted(set(used.key_ids.values()))),
    )


def _part(app: App, lease: Lease, facts: Facts) -> Part:
    snapshot = facts.snapshot
    media = tuple(_item(app, ref) for ref in snapshot.media.get(lease.network, ()))
    return snapshot.parts(lease.network, media)[lease.part]


def _item(app: App, ref: MediaRef) -> MediaItem:
    """Return a file as senders take it: a film piece by piece, a picture at once and verified."""
    film = ref.kind == "video"
    return media_item(
        ref,
        read=lambda: _bytes(app, ref),
        open_=(lambda: _looked(lambda: open_file(app, ref.sha256), ref.sha256)) if film else None,
        cover=(lambda: _looked(lambda: cover(app, ref.sha256), ref.sha256)) if film else None,
        url=lambda: _address(app, ref),
    )


def _bytes(app: App, ref: MediaRef) -> bytes:
    """Return a file's bytes, in a sender's thread."""
    return _looked(lambda: read_bytes(app, ref.sha256, size=ref.size), ref.sha256)


def _looked(look: Callable[[], Found], sha256: str) -> Found:
    """Return what the store gives; one that is away only delays the send."""
    try:
        return look()
    except StoreDown as error:
        raise NotSent(error.reason, code=STORE_DOWN, sentence=str(error)) from error
    except PublisherError as error:
        raise NotConfigured(sha256, code=NO_BYTES, sentence=str(error)) from error


def _address(app: App, ref: MediaRef) -> str:
    """Return where a network fetches a file, which was there a moment before.

    A network that finds nothing at our address would refuse the post for good. A video is looked
    through piece by piece: the sender never holds it.
    """
    if app.media_base_url and ref.kind == "image":
        _bytes(app, ref)
    elif app.media_base_url:
        _looked(lambda: hold(app, ref.sha256), ref.sha256)
    return media_url(app, ref.sha256, ref.mime)
