"""What a leased delivery needs to go out, checked once more from the rows as they are now.

Loading happens twice: when a delivery is claimed (to stage it) and again in the transaction that
opens its attempt, so that an approval voided, a credential rotated or a consent withdrawn in
between is honoured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from connectors.contract import Credential, MediaItem, Part
from publisher.app import App
from publisher.delivery.outbox import Lease
from publisher.editorial.snapshot import MediaRef, Snapshot, load_snapshots, media_item
from publisher.media import media_url, read_bytes
from publisher.models import Account, Approval, DeliveryPart, Pause
from publisher.texts import delivery as texts
from vault import store


@dataclass(frozen=True, kw_only=True)
class Job:
    """A delivery ready for its connector."""

    lease: Lease
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
class _Facts:
    snapshot: Snapshot
    digest: str | None
    account: Account
    paused: bool
    credential: store.Used | None
    kinds: tuple[str, ...]


def load_jobs(
    app: App, session: Session, leases: Sequence[Lease], *, now: datetime
) -> tuple[list[Job], list[Refusal]]:
    """Return what may go out and what may not, with a fixed number of queries."""
    jobs: list[Job] = []
    refusals: list[Refusal] = []
    for lease, facts in _gather(app, session, leases):
        refusal = judge(lease, facts, now=now)
        if refusal is not None:
            refusals.append(refusal)
        elif facts.credential is not None:
            jobs.append(_job(app, lease, facts, facts.credential))
    return jobs, refusals


def judge(lease: Lease, facts: _Facts, *, now: datetime) -> Refusal | None:
    """Return the first reason against sending ``lease``, or None. Pure."""

    def refuse(reason: str, sentence: str) -> Refusal:
        return Refusal(lease=lease, reason=reason, sentence=sentence)

    snapshot, account = facts.snapshot, facts.account
    if facts.digest is None or facts.digest != snapshot.digest:
        return refuse("approval", texts.HELD_APPROVAL)
    if lease.account_id not in {target.account_id for target in snapshot.targets}:
        return refuse("approval", texts.HELD_APPROVAL)
    if account.state != "active":
        return refuse("account", texts.HELD_ACCOUNT)
    if facts.paused:
        return refuse("release", texts.PAUSED)
    if now > lease.not_after:
        return refuse("late", texts.HELD_LATE)
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


def _gather(app: App, session: Session, leases: Sequence[Lease]) -> Iterable[tuple[Lease, _Facts]]:
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
            _Facts(
                snapshot=snapshots[key],
                digest=digests.get(key),
                account=account,
                paused=None in pauses or account.plantel_id in pauses,
                credential=_usable(credentials.get(lease.account_id)),
                kinds=tuple(kinds.get(lease.id, ("post",))),
            ),
        )


def _usable(used: store.Used | None) -> store.Used | None:
    """Return what the vault holds of an account, None where that is nothing."""
    return used if used is not None and used.fields else None


def _job(app: App, lease: Lease, facts: _Facts, used: store.Used) -> Job:
    return Job(
        lease=lease,
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


def _part(app: App, lease: Lease, facts: _Facts) -> Part:
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
        read=lambda: read_bytes(app, ref.sha256),
        url=lambda: media_url(app, ref.sha256, ref.mime),
    )
