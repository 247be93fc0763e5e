"""The receipt of a published delivery as PDF, from its rows and its entries in the audit.

The library that draws is loaded only where a receipt is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import notices
from publisher.app import Actor, App
from publisher.editorial.snapshot import Snapshot, load_snapshot
from publisher.errors import NotFound, PublisherError
from publisher.institution.procedure import printed
from publisher.media.thumbnails import thumbnail
from publisher.models import (
    Account,
    Approval,
    CheckRun,
    Delegation,
    Delivery,
    Media,
    Person,
    Plantel,
    Post,
    PostMedia,
    Review,
)
from publisher.queries.changes import CorrectionRow
from publisher.queries.rows import require, visible_posts
from publisher.queries.sending import DeliveryRow, deliveries_of
from publisher.texts import queries as texts
from vault.audit_tables import AuditEntry

if TYPE_CHECKING:
    from publisher.documents.comprobante import CorrectionLine, MediaLine, ReceiptSheet

_THUMBNAIL = 240
_BY_HAND = "by_hand"
_ACTS = ("post.approved", "delivery.published", "delivery.by_hand_done", "delivery.confirm")


def comprobante(app: App, actor: Actor, delivery_id: int) -> bytes:
    """Return the receipt of what a delivery made public, for whoever may see its post.

    Raises ``Forbidden``, and ``NotFound`` where nothing of it was ever public.
    """
    from publisher.documents import comprobante as document

    where = require(actor, "calendar.read")
    with app.read() as session:
        found = session.execute(
            select(Delivery, Post, Account, Plantel)
            .join(Post, col(Post.id) == col(Delivery.post_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .where(col(Delivery.id) == delivery_id, visible_posts(where))
        ).first()
        if found is None:
            raise NotFound(texts.NO_RECEIPT)
        delivery, post, account, plantel = found
        rows = deliveries_of(app, session, delivery.post_id)
        row = next(one for one in rows if one.id == delivery_id)
        if not row.receipts:
            raise NotFound(texts.NO_RECEIPT)
        sheet = _sheet(app, session, row, post, account, plantel)
    return document.render(sheet)


def _sheet(
    app: App, session: Session, row: DeliveryRow, post: Post, account: Account, plantel: Plantel
) -> ReceiptSheet:
    from publisher.documents.comprobante import ReceiptSheet

    post_id = post.id or 0
    key = (post_id, row.revision)
    snapshot = load_snapshot(session, *key)
    check = session.get(CheckRun, key)
    approval, approver, giver = _approval(session, key)
    proof = row.receipts[0]
    by_hand = proof.found_by == _BY_HAND

    def when(instant: datetime | None) -> str:
        return notices.when(session, instant, zone=row.timezone) if instant else ""

    return ReceiptSheet(
        institution=app.institution.name,
        procedure_code=printed(app, session),
        folio=f"PUB-{proof.published_at.year}-{row.id:06d}",
        plantel=f"{plantel.name} ({plantel.code})",
        network=texts.PLATFORMS.get(account.network, account.network),
        handle=account.handle,
        scheduled_words=when(row.due_at),
        published_words=when(proof.published_at),
        permalink=proof.permalink,
        remote_id=proof.remote_id,
        text=snapshot.text(row.network),
        following=tuple(_following(row, snapshot)),
        media=tuple(_media(app, session, key)),
        author=session.get_one(Person, post.author_id).name,
        reviewer=_reviewer(session, key),
        approver=approver,
        on_behalf_of=giver,
        approved_words=when(approval.at) if approval else "",
        post_id=post_id,
        revision=row.revision,
        digest=approval.digest if approval else "",
        manual=check.manual_version if check else "",
        audit_ids=_entries(session, post_id, row),
        made_at=app.clock(),
        made_words=when(app.clock()),
        by_hand=(proof.person or texts.A_PERSON) if by_hand else "",
        corrections=tuple(_correction(one, when) for one in row.corrected),
        removed_words=when(max((r.done_at for r in row.removals if r.done_at), default=None)),
    )


def _following(row: DeliveryRow, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the text and the address of each later part that is public."""
    parts = snapshot.parts(row.network, ())
    for proof in row.receipts:
        if 0 < proof.part < len(parts):
            yield parts[proof.part].text, proof.permalink


def _media(app: App, session: Session, key: tuple[int, int]) -> Iterator[MediaLine]:
    from publisher.documents.comprobante import MediaLine

    rows = session.execute(
        select(
            col(Media.sha256),
            col(Media.file_name),
            col(PostMedia.position),
            col(PostMedia.alt_text),
        )
        .join(Media, col(Media.id) == col(PostMedia.media_id))
        .where(col(PostMedia.post_id) == key[0], col(PostMedia.revision) == key[1])
        .order_by(col(PostMedia.position))
    ).all()
    for row in rows:
        small = None
        # a store that does not answer costs the picture, not the receipt
        with suppress(PublisherError, OSError):
            small = thumbnail(app, row.sha256, _THUMBNAIL)
        yield MediaLine(
            position=row.position,
            file_name=row.file_name,
            sha256=row.sha256,
            alt_text=row.alt_text,
            thumbnail=small,
        )


def _approval(session: Session, key: tuple[int, int]) -> tuple[Approval | None, str, str]:
    approver, giver = aliased(Person), aliased(Person)
    row = session.execute(
        select(Approval, col(approver.name), col(giver.name))
        .join(approver, col(approver.id) == col(Approval.approver_id))
        .outerjoin(Delegation, col(Delegation.id) == col(Approval.delegation_id))
        .outerjoin(giver, col(giver.id) == col(Delegation.from_person_id))
        .where(col(Approval.post_id) == key[0], col(Approval.revision) == key[1])
        .order_by(col(Approval.id).desc())
        .limit(1)
    ).first()
    return (row[0], row[1], row[2] or "") if row else (None, "", "")


def _reviewer(session: Session, key: tuple[int, int]) -> str:
    return (
        session.scalar(
            select(col(Person.name))
            .join(Review, col(Review.person_id) == col(Person.id))
            .where(
                col(Review.post_id) == key[0],
                col(Review.revision) == key[1],
                col(Review.decision) == "reviewed",
            )
            .order_by(col(Review.id).desc())
            .limit(1)
        )
        or ""
    )


def _entries(session: Session, post_id: int, row: DeliveryRow) -> tuple[str, ...]:
    """Return the ids of the entries that tell of approval, publication and correction."""
    found = session.execute(
        select(col(AuditEntry.id))
        .where(
            or_(
                (col(AuditEntry.object_type) == "post")
                & (col(AuditEntry.object_id) == str(post_id)),
                (col(AuditEntry.object_type) == "delivery")
                & (col(AuditEntry.object_id) == str(row.id)),
            ),
            or_(
                col(AuditEntry.action).in_(_ACTS),
                col(AuditEntry.action).like("delivery.correct%"),
                col(AuditEntry.action).like("delivery.remov%"),
            ),
        )
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    return tuple(found.scalars())


def _correction(one: CorrectionRow, when: Any) -> CorrectionLine:
    from publisher.documents.comprobante import CorrectionLine

    return CorrectionLine(
        when=when(one.done_at),
        part=one.part,
        text=one.text,
        reason=one.reason,
        person=one.person,
        approver=one.approver,
        on_behalf_of=one.on_behalf_of,
        digest=one.digest,
    )
