"""What a leased delivery needs to go out, checked once more from the rows as they are now.

Loading happens twice: when a delivery is claimed (to stage it) and again in the transaction that
opens its attempt, so that an approval voided, a credential rotated or a consent withdrawn in
between is honoured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from connectors.contract import Credential, MediaItem, Part
from connectors.errors import NotConfigured, NotSent
from publisher import localtime, rulebook
from publisher.app import App
from publisher.delivery.outbox import Lease
from publisher.editorial.snapshot import MediaRef, Snapshot, load_snapshots, media_item
from publisher.errors import PublisherError, Unready
from publisher.media import StoreDown, media_url, read_bytes
from publisher.models import Account, Approval, DeliveryPart, Finding, Pause
from publisher.texts import delivery as texts
from vault import store
from vault.errors import VaultError

log = structlog.get_logger(__name__)

VEDA_RULE = "7.3"
STORE_DOWN = "media.store"
NO_BYTES = "settings.bytes"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A delivery ready for its connector; ``since`` is when this process first held it."""

    lease: Lease
    since: datetime
    connector: str
    credential: Credential
    part: Part
    last_part: bool
    digest: str
    secret_version: int
    key_id: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a leased delivery may not go out; ``reason`` of HOLD_REASONS, or ``release``."""

    lease: Lease
    reason: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rows say of a leased delivery at this moment."""

    snapshot: Snapshot
    digest: str | None
    account: Account
    paused: bool
    credential: store.Used | None
    kinds: tuple[str, ...]
    veda: tuple[Veda, ...]


@dataclass(frozen=True, kw_only=True)
class Veda:
    """An electoral window of the manual in force, under which the revision was never judged."""

    name: str
    first: date
    last: date


def load_jobs(
    app: App, session: Session, leases: Sequence[Lease], *, now: datetime
) -> tuple[list[Job], list[Refusal]]:
    """Return what may go out and what may not, with a fixed number of queries.

    What cannot even be loaded (a secret that no longer opens) is refused alone.
    """
    try:
        return _sort_out(app, _gather(app, session, leases), now=now)
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

    snapshot, account = facts.snapshot, facts.account
    if facts.digest is None or facts.digest != snapshot.digest:
        return refuse("approval", texts.HELD_APPROVAL)
    if lease.account_id not in {target.account_id for target in snapshot.targets}:
        return refuse("approval", texts.HELD_APPROVAL)
    if account.state == "reauth":
        return refuse("credential", texts.HELD_ACCOUNT_CREDENTIAL)
    if account.state != "active":
        return refuse("account", texts.HELD_ACCOUNT)
    if facts.paused:
        return refuse("release", texts.PAUSED)
    if now > lease.not_after:
        return refuse("late", texts.HELD_LATE)
    today = now.astimezone(localtime.zone(lease.timezone)).date()
    for window in facts.veda:
        if window.first <= today <= window.last:
            return refuse("veda", texts.HELD_VEDA.format(period=window.name))
    media = snapshot.media.get(lease.network, ())
    if any(item.persons_in_image and not item.consent_ref for item in media):
        return refuse("consent", texts.HELD_CONSENT)
    if facts.credential is None:
        return refuse("credential", texts.HELD_NO_CREDENTIAL)
    return None


def load_parts(app: App, session: Session, lease: Lease) -> tuple[Part, Credential | None, str]:
    """Return (part, credential, connector key) of a delivery that is only looked for."""
    _, facts = next(iter(_gather(app, session, [lease])))
    used = facts.credential
    credential = _credential(facts.account, used) if used else None
    return _part(app, lease, facts), credential, facts.account.connector


def _sort_out(
    app: App, gathered: Iterator[tuple[Lease, Facts]], *, now: datetime
) -> tuple[list[Job], list[Refusal]]:
    jobs: list[Job] = []
    refusals: list[Refusal] = []
    for lease, facts in gathered:
        refusal = judge(lease, facts, now=now)
        if refusal is not None:
            refusals.append(refusal)
        elif facts.credential is not None:
            jobs.append(_job(app, lease, facts, facts.credential, now=now))
    return jobs, refusals


def _gather(app: App, session: Session, leases: Sequence[Lease]) -> Iterator[tuple[Lease, Facts]]:
    if not leases:
        return
    keys = sorted({(lease.post_id, lease.revision) for lease in leases})
    account_ids = sorted({lease.account_id for lease in leases})
    snapshots = load_snapshots(session, keys)
    digests = {
        (row.post_id, row.revision): row.digest
        for row in session.execute(
            select(col(Approval.post_id), col(Approval.revision), col(Approval.digest)).where(
                tuple_(col(Approval.post_id), col(Approval.revision)).in_(keys),
                col(Approval.voided_at).is_(None),
            )
        )
    }
    accounts = {
        row.id: row
        for row in session.execute(
            select(Account).where(col(Account.id).in_(account_ids))
        ).scalars()
    }
    pauses = set(
        session.execute(
            select(col(Pause.plantel_id)).where(col(Pause.lifted_at).is_(None))
        ).scalars()
    )
    credentials = store.use_many(session, app.keyring, account_ids)
    vedas = _vedas(app)
    judged = _judged_in_veda(session, keys) if vedas else set()
    kinds: dict[int, list[str]] = {}
    for row in session.execute(
        select(col(DeliveryPart.delivery_id), col(DeliveryPart.kind))
        .where(col(DeliveryPart.delivery_id).in_([lease.id for lease in leases]))
        .order_by(col(DeliveryPart.delivery_id), col(DeliveryPart.position))
    ):
        kinds.setdefault(row.delivery_id, []).append(row.kind)
    for lease in leases:
        account = accounts[lease.account_id]
        key = (lease.post_id, lease.revision)
        yield (
            lease,
            Facts(
                snapshot=snapshots[key],
                digest=digests.get(key),
                account=account,
                paused=None in pauses or account.plantel_id in pauses,
                credential=_usable(credentials.get(lease.account_id)),
                kinds=tuple(kinds.get(lease.id, ("post",))),
                veda=() if key in judged else vedas,
            ),
        )


def _vedas(app: App) -> tuple[Veda, ...]:
    try:
        manual = rulebook.in_force(app)
    except Unready:
        return ()
    return tuple(
        Veda(name=str(row["nombre"]), first=_date(row["inicio"]), last=_date(row["fin"]))
        for row in manual.parameter(VEDA_RULE, "periodos", ())
    )


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _judged_in_veda(session: Session, keys: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the revisions whose check already knew that they fall into a window."""
    rows = session.execute(
        select(col(Finding.post_id), col(Finding.revision)).where(
            tuple_(col(Finding.post_id), col(Finding.revision)).in_(keys),
            col(Finding.rule) == VEDA_RULE,
        )
    )
    return {(row.post_id, row.revision) for row in rows}


def _usable(used: store.Used | None) -> store.Used | None:
    """Return what the vault holds of an account, None where that is nothing."""
    return used if used is not None and used.fields else None


def _job(app: App, lease: Lease, facts: Facts, used: store.Used, *, now: datetime) -> Job:
    return Job(
        lease=lease,
        since=now,
        connector=facts.account.connector,
        credential=_credential(facts.account, used),
        part=_part(app, lease, facts),
        last_part=lease.part + 1 >= len(facts.kinds),
        digest=facts.snapshot.digest,
        secret_version=max(used.versions.values()),
        key_id=",".join(sorted(set(used.key_ids.values()))),
    )


def _credential(account: Account, used: store.Used) -> Credential:
    return Credential(
        account.external_id, {name: secret.reveal() for name, secret in used.fields.items()}
    )


def _part(app: App, lease: Lease, facts: Facts) -> Part:
    snapshot = facts.snapshot
    return Part(
        text=snapshot.text(lease.network),
        media=tuple(_item(app, ref) for ref in snapshot.media.get(lease.network, ())),
        kind="post",
        position=lease.part,
    )


def _item(app: App, ref: MediaRef) -> MediaItem:
    return media_item(
        ref,
        read=lambda: _bytes(app, ref.sha256),
        url=lambda: _address(app, ref),
    )


def _bytes(app: App, sha256: str) -> bytes:
    """Return a file's bytes, in a sender's thread; a store that is away only delays the send."""
    try:
        return read_bytes(app, sha256)
    except StoreDown as error:
        raise NotSent(error.reason, code=STORE_DOWN, sentence=str(error)) from error
    except PublisherError as error:
        raise NotConfigured(sha256, code=NO_BYTES, sentence=str(error)) from error


def _address(app: App, ref: MediaRef) -> str:
    """Return where a network fetches a file, which was there a moment before.

    A network that finds nothing at our address would refuse the post for good.
    """
    if app.media_base_url:
        _bytes(app, ref.sha256)
    return media_url(app, ref.sha256, ref.mime)
