"""The receipt of one published post (*comprobante*): what, where, by whom and with which proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.documents.pdf import Document, Header
from publisher.texts import documents as texts


@dataclass(frozen=True, kw_only=True)
class MediaLine:
    """One medium of the post; ``thumbnail`` are JPEG or PNG bytes, or None."""

    position: int
    file_name: str
    sha256: str
    alt_text: str
    thumbnail: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectionLine:
    """A text that replaced the published one; ``part`` 0 is the post, ``digest`` what binds it."""

    when: str
    part: int
    text: str
    reason: str
    person: str
    approver: str
    on_behalf_of: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class ReceiptSheet:
    """Everything that the receipt shows. Times are already words in the plantel's zone.

    ``text`` is what was approved first, ``corrections`` what replaced it, oldest first;
    ``following`` are text and address of the later parts. ``by_hand`` is who published it by hand,
    empty where the system did. ``digest`` is what was approved; ``audit_ids`` are the entries that
    tell of it.
    """

    institution: str
    procedure_code: str
    folio: str
    plantel: str
    network: str
    handle: str
    scheduled_words: str
    published_words: str
    permalink: str
    remote_id: str
    text: str
    media: tuple[MediaLine, ...]
    author: str
    reviewer: str
    approver: str
    on_behalf_of: str
    approved_words: str
    post_id: int
    revision: int
    digest: str
    manual: str
    audit_ids: tuple[str, ...]
    made_at: datetime
    made_words: str
    following: tuple[tuple[str, str], ...] = ()
    by_hand: str = ""
    corrections: tuple[CorrectionLine, ...] = ()
    removed_words: str = ""


def render(sheet: ReceiptSheet) -> bytes:
    """Return the receipt as PDF."""
    head = Header(
        institution=sheet.institution,
        title=texts.RECEIPT_TITLE,
        folio=sheet.folio,
        procedure=sheet.procedure_code,
        subject=texts.RECEIPT_SUBJECT,
    )
    document = Document(head, made_at=sheet.made_at, made_words=sheet.made_words)
    _where(document, sheet)
    _what(document, sheet)
    _corrected(document, sheet)
    _who(document, sheet)
    _proof(document, sheet)
    document.paragraph(texts.FINAL, muted=True)
    return document.finish()


def file_name(sheet: ReceiptSheet) -> str:
    """Return a safe name for the file, of ASCII letters, digits and hyphens."""
    folio = "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in sheet.folio)
    return f"comprobante-{folio.strip('-') or sheet.post_id}.pdf"


def _where(document: Document, sheet: ReceiptSheet) -> None:
    document.section(texts.WHERE)
    document.facts(
        _present(
            (texts.PLANTEL, sheet.plantel),
            (texts.NETWORK, sheet.network),
            (texts.ACCOUNT, sheet.handle),
            (texts.SCHEDULED, sheet.scheduled_words),
            (texts.PUBLISHED, sheet.published_words),
            (texts.PERMALINK, sheet.permalink),
            (texts.REMOTE_ID, sheet.remote_id),
            (texts.HOW, texts.BY_HAND.format(name=sheet.by_hand) if sheet.by_hand else ""),
            (texts.REMOVED, sheet.removed_words),
        ),
        links=[sheet.permalink] if sheet.permalink.startswith(("https://", "http://")) else [],
    )


def _what(document: Document, sheet: ReceiptSheet) -> None:
    document.section(texts.WHAT)
    if sheet.corrections:
        document.paragraph(texts.FIRST)
    document.paragraph(sheet.text or texts.NO_TEXT, boxed=True)
    for number, (text, address) in enumerate(sheet.following, 2):
        document.paragraph(texts.PART.format(n=number, link=address), muted=True)
        document.paragraph(text, boxed=True)
    if not sheet.media:
        return
    document.pictures([line.thumbnail for line in sheet.media if line.thumbnail is not None])
    document.table(
        (texts.MEDIA_NUMBER, texts.MEDIA_FILE, texts.MEDIA_ALT, texts.MEDIA_HASH),
        [
            (
                str(line.position + 1),
                line.file_name,
                line.alt_text or texts.NO_ALT,
                line.sha256,
            )
            for line in sheet.media
        ],
        widths=(7, 24, 39, 40),
    )


def _corrected(document: Document, sheet: ReceiptSheet) -> None:
    """Say what replaced the first text, and who answered for it (rule 16.3)."""
    if not sheet.corrections:
        return
    document.section(texts.CORRECTED)
    for line in sheet.corrections:
        approver = line.approver
        if line.on_behalf_of:
            approver = f"{approver}, {texts.DELEGATED.format(name=line.on_behalf_of)}"
        document.facts(
            [
                (texts.CORRECTED_AT, line.when),
                *([(texts.CORRECTED_PART, str(line.part + 1))] if line.part else []),
                (texts.CORRECTED_WHY, line.reason),
                (texts.CORRECTED_BY, line.person),
                (texts.APPROVER, approver),
                (texts.CORRECTED_DIGEST, line.digest),
            ]
        )
        document.paragraph(line.text, boxed=True)


def _who(document: Document, sheet: ReceiptSheet) -> None:
    approver = sheet.approver
    if sheet.on_behalf_of:
        approver = f"{approver}, {texts.DELEGATED.format(name=sheet.on_behalf_of)}"
    document.section(texts.WHO)
    document.facts(
        _present(
            (texts.AUTHOR, sheet.author),
            (texts.REVIEWER, sheet.reviewer),
            (texts.APPROVER, approver),
            (texts.APPROVED_AT, sheet.approved_words),
        )
    )


def _proof(document: Document, sheet: ReceiptSheet) -> None:
    revision = texts.REVISION_VALUE.format(post=sheet.post_id, revision=sheet.revision)
    document.section(texts.PROOF)
    document.facts(
        _present(
            (texts.REVISION, revision),
            (texts.DIGEST, sheet.digest),
            (texts.MANUAL, sheet.manual),
            (texts.AUDIT, "\n".join(sheet.audit_ids)),
        )
    )


def _present(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    return [row for row in rows if row[1]]
