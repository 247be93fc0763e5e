"""The sheet of a sealed envelope (*sobre cerrado*): its outside, and the values that go inside.

It is made in memory and never written to a file. The QR holds folio, audit entry and digest, so
that the paper can be checked against the audit without being opened; never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.documents.paper import Paper
from publisher.documents.pdf import Header
from publisher.texts import paper as texts
from vault.secret import Secret


@dataclass(frozen=True, kw_only=True)
class HeldValue:
    """One value of the account; ``since_words`` is when this version was sealed in the vault."""

    label: str
    value: Secret
    version: int
    since_words: str


@dataclass(frozen=True, kw_only=True)
class EnvelopeSheet:
    """Everything that the two sides show. Times are already words in the plantel's zone.

    ``seal_number``, ``place`` and ``sealed_words`` may be empty: then there is a line to fill in.
    ``entry_id`` is the audit entry of the printing, ``digest`` the keyed digest of the contents.
    """

    institution: str
    procedure_code: str
    folio: str
    plantel: str
    network: str
    account: str
    custodian: str
    reason: str
    printed_by: str
    printed_words: str
    next_rotation_words: str
    entry_id: str
    digest: str
    values: tuple[HeldValue, ...]
    made_at: datetime
    seal_number: str = ""
    place: str = ""
    sealed_words: str = ""
    responsible: str = ""


def render(sheet: EnvelopeSheet) -> bytes:
    """Return the PDF: page 1 for the outside of the envelope, the rest for its inside."""
    head = Header(
        institution=sheet.institution,
        title=texts.ENVELOPE_TITLE,
        folio=sheet.folio,
        procedure=sheet.procedure_code,
        subject=texts.ENVELOPE_SUBJECT,
    )
    paper = Paper(head, made_at=sheet.made_at, made_words=sheet.printed_words)
    _outside(paper, sheet)
    _inside(paper, sheet)
    return paper.finish()


def code(sheet: EnvelopeSheet) -> str:
    """Return what the QR holds, one fact a line."""
    return f"{sheet.folio}\n{sheet.entry_id}\n{sheet.digest}"


def _outside(paper: Paper, sheet: EnvelopeSheet) -> None:
    contents = [
        texts.CONTENT.format(field=held.label, version=held.version) for held in sheet.values
    ]
    paper.paragraph(texts.OUTSIDE)
    paper.facts(
        [
            (texts.PLANTEL, sheet.plantel),
            (texts.ACCOUNT, texts.ON_NETWORK.format(account=sheet.account, network=sheet.network)),
            (texts.CUSTODIAN, sheet.custodian),
            (texts.CONTENTS, "; ".join(contents)),
            (texts.REASON, sheet.reason),
            (
                texts.PRINTED,
                texts.PRINTED_BY.format(when=sheet.printed_words, name=sheet.printed_by),
            ),
            (
                texts.NEXT_ROTATION,
                texts.NEXT_ROTATION_VALUE.format(when=sheet.next_rotation_words),
            ),
            (texts.ENTRY, sheet.entry_id),
        ]
    )
    paper.section(texts.SEALING)
    paper.blanks(
        [
            (texts.SEAL, sheet.seal_number),
            (texts.PLACE, sheet.place),
            (texts.SEALED_ON, sheet.sealed_words),
            (texts.RESPONSIBLE, sheet.responsible),
        ]
    )
    paper.section(texts.OPENINGS)
    paper.log(texts.OPENING_HEADERS, widths=(22, 34, 38, 34, 30), lines=3)
    paper.paragraph(texts.OPENING_RULE, muted=True)
    paper.strip(
        texts.STRIP_RULE, sheet.folio, code(sheet), (texts.STRIP_CUSTODIAN, texts.STRIP_DIRECTOR)
    )


def _inside(paper: Paper, sheet: EnvelopeSheet) -> None:
    paper.new_page(texts.INSIDE_TITLE)
    paper.paragraph(texts.INSIDE_RULE)
    paper.facts(
        [
            (texts.PLANTEL, sheet.plantel),
            (texts.ACCOUNT, texts.ON_NETWORK.format(account=sheet.account, network=sheet.network)),
            (texts.DIGEST, f"{sheet.digest[:32]}\n{sheet.digest[32:]}"),
        ]
    )
    paper.paragraph(texts.READING, muted=True)
    for held in sheet.values:
        paper.section(held.label)
        paper.paragraph(texts.VERSION.format(version=held.version, when=held.since_words))
        paper.letters(held.value.reveal())
