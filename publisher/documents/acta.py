"""The *acta* of a transfer of custody: who hands over which accounts to whom, and its proof.

It holds no value: an account's fingerprint, six characters, tells that its password changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.documents.paper import Paper, Signature
from publisher.documents.pdf import Header
from publisher.texts import paper as texts


@dataclass(frozen=True, kw_only=True)
class HandedAccount:
    """One account of the acta; ``after`` and ``changed_words`` are empty until it was changed."""

    network: str
    account: str
    before: str
    after: str
    changed_words: str = ""
    changed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class ActaSheet:
    """Everything that the acta shows. Times are already words; an empty one has not happened.

    ``holder`` had the custody, or is empty where nobody had; ``delivered_by`` is who handed over in
    that person's absence. ``seq`` and ``head`` are the link of the chain that holds the acta's last
    step, whose entry is ``entry_id``.
    """

    institution: str
    procedure_code: str
    folio: str
    plantel: str
    state: str
    cause: str
    witness: str
    opened_by: str
    opened_words: str
    holder: str
    delivered_by: str
    delivered_words: str
    receiver: str
    received_words: str
    completed_by: str
    completed_words: str
    accounts: tuple[HandedAccount, ...]
    entry_id: str
    seq: int
    head: str
    made_at: datetime
    made_words: str
    cancelled_words: str = ""
    cancel_reason: str = ""


def render(sheet: ActaSheet) -> bytes:
    """Return the acta as PDF; one that is not closed says so."""
    head = Header(
        institution=sheet.institution,
        title=texts.ACTA_TITLE,
        folio=sheet.folio,
        procedure=sheet.procedure_code,
        subject=texts.ACTA_SUBJECT,
    )
    paper = Paper(head, made_at=sheet.made_at, made_words=sheet.made_words)
    _standing(paper, sheet)
    _what(paper, sheet)
    _accounts(paper, sheet)
    if sheet.state != "cancelled":
        _signatures(paper, sheet)
    _proof(paper, sheet)
    return paper.finish()


def code(sheet: ActaSheet) -> str:
    """Return what the QR holds, one fact a line."""
    return f"{sheet.folio}\n{sheet.entry_id}\n{sheet.seq}\n{sheet.head}"


def _absent(sheet: ActaSheet) -> bool:
    return bool(sheet.delivered_by) and sheet.delivered_by != sheet.holder


def _standing(paper: Paper, sheet: ActaSheet) -> None:
    if sheet.state == "cancelled":
        words = texts.ACTA_CANCELLED.format(when=sheet.cancelled_words, reason=sheet.cancel_reason)
        paper.paragraph(words, boxed=True)
    elif sheet.state != "complete":
        paper.paragraph(texts.ACTA_PENDING.format(state=texts.STATES[sheet.state]), boxed=True)


def _what(paper: Paper, sheet: ActaSheet) -> None:
    holder = sheet.holder or texts.NOBODY
    if sheet.holder and _absent(sheet):
        holder = texts.ON_BEHALF.format(name=sheet.delivered_by, holder=sheet.holder)
    rows = [
        (texts.PLANTEL, sheet.plantel),
        (texts.CAUSE, sheet.cause),
        (texts.OPENED, texts.OPENED_BY.format(when=sheet.opened_words, name=sheet.opened_by)),
        (texts.DELIVERS, holder),
        (texts.RECEIVES, sheet.receiver),
        (texts.WITNESS, sheet.witness),
    ]
    if sheet.completed_words:
        closed = texts.OPENED_BY.format(when=sheet.completed_words, name=sheet.completed_by)
        rows.append((texts.COMPLETED, closed))
    paper.section(texts.ACTA_WHAT)
    paper.facts(rows)
    paper.gap()
    paper.paragraph(f"{_statement(sheet)} {texts.STATEMENT_RECEIVER}")


def _statement(sheet: ActaSheet) -> str:
    if not sheet.holder:
        return texts.STATEMENT_NOBODY
    return texts.STATEMENT_ABSENT if _absent(sheet) else texts.STATEMENT_HOLDER


def _accounts(paper: Paper, sheet: ActaSheet) -> None:
    paper.section(texts.ACCOUNTS)
    paper.table(
        texts.ACCOUNT_HEADERS,
        [
            (
                str(number),
                line.network,
                line.account,
                line.before or texts.NO_PRINT,
                line.after or texts.NOT_CHANGED,
                texts.CHANGED.format(when=line.changed_words, name=line.changed_by)
                if line.changed_words
                else texts.NOT_CHANGED,
            )
            for number, line in enumerate(sheet.accounts, start=1)
        ],
        widths=(11, 22, 44, 22, 22, 52),
    )
    paper.paragraph(texts.FINGERPRINTS, muted=True)


def _signatures(paper: Paper, sheet: ActaSheet) -> None:
    people = [
        Signature(
            part=texts.SIGN_DELIVERS,
            name=sheet.delivered_by or sheet.holder or texts.NOBODY,
            detail=_signed(sheet.delivered_words),
        ),
        Signature(
            part=texts.SIGN_RECEIVES, name=sheet.receiver, detail=_signed(sheet.received_words)
        ),
        Signature(part=texts.SIGN_WITNESS, name=sheet.witness),
    ]
    if sheet.completed_by:
        people.append(
            Signature(
                part=texts.SIGN_DIRECTOR,
                name=sheet.completed_by,
                detail=_signed(sheet.completed_words),
            )
        )
    paper.signatures(texts.SIGNATURES, people)


def _proof(paper: Paper, sheet: ActaSheet) -> None:
    paper.section(texts.PROOF, room=60)
    paper.proof(
        code(sheet),
        [
            (texts.FOLIO, sheet.folio),
            (texts.ENTRY, sheet.entry_id),
            (texts.CHAIN_SEQ, str(sheet.seq)),
            (texts.CHAIN_HEAD, f"{sheet.head[:32]}\n{sheet.head[32:]}"),
        ],
    )
    paper.paragraph(texts.CHAIN_RULE, muted=True)


def _signed(words: str) -> str:
    return texts.SIGNED.format(when=words) if words else texts.NOT_SIGNED
