"""The acta of a handing over as PDF: from its row, its accounts and its entries in the audit.

The library that draws is loaded only where an acta is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access, notices, sealing
from publisher.app import Actor, App
from publisher.custody import parties
from publisher.custody.subjects import Subject, subjects
from publisher.errors import NotFound, Unready
from publisher.institution.procedure import printed
from publisher.models import Plantel
from publisher.texts import queries as platform_texts
from publisher.texts import transfers as texts
from vault import paper
from vault.audit_tables import AuditEntry, AuditLink
from vault.custody_tables import CredentialChange, CustodyTransfer

if TYPE_CHECKING:
    from publisher.documents.acta import ActaSheet, HandedAccount

OBJECT = "transfer"


class _Step(NamedTuple):
    action: str
    entry_id: str
    actor: str
    seq: int | None
    head: str | None


def acta(app: App, actor: Actor, transfer_id: int) -> bytes:
    """Return the acta as it stands, closed or not, made in memory; it holds no value.

    Its QR and its foot name the link of the chain that holds its last step. Raises ``Forbidden``,
    ``NotFound``, and ``Unready`` where that step cannot be linked.
    """
    from publisher.documents import acta as document

    with app.read() as session:
        row = _find(session, actor, transfer_id)
        linked = _steps(session, row)[-1].seq is not None
    if not linked:
        sealing.seal(app, wait=True)
    with app.read() as session:
        sheet = _sheet(session, app, _find(session, actor, transfer_id))
    return document.render(sheet)


def _find(session: Session, actor: Actor, transfer_id: int) -> CustodyTransfer:
    row = session.get(CustodyTransfer, transfer_id)
    if row is None:
        raise NotFound(texts.NO_SUCH)
    access.authorize(actor, "custody.read", plantel_id=row.plantel_id)
    return row


def _steps(session: Session, row: CustodyTransfer) -> list[_Step]:
    """Return the entries of a transfer in the order in which they were made."""
    found = session.execute(
        select(
            col(AuditEntry.action),
            col(AuditEntry.id),
            col(AuditEntry.actor),
            col(AuditLink.seq),
            col(AuditLink.mac),
        )
        .outerjoin(AuditLink, col(AuditLink.entry_id) == col(AuditEntry.id))
        .where(col(AuditEntry.object_type) == OBJECT, col(AuditEntry.object_id) == str(row.id))
        .order_by(col(AuditEntry.at), col(AuditLink.seq))
    )
    return [_Step(*one) for one in found]


def _sheet(session: Session, app: App, row: CustodyTransfer) -> ActaSheet:
    from publisher.documents.acta import ActaSheet

    plantel = session.get_one(Plantel, row.plantel_id)
    steps = _steps(session, row)
    last = steps[-1]
    if last.seq is None or last.head is None:
        raise Unready(texts.NOT_LINKED)
    who: Mapping[str, str] = {one.action.rpartition(".")[2]: one.actor for one in steps}

    def when(instant: Any) -> str:
        return notices.when(session, instant, zone=plantel.timezone) if instant else ""

    return ActaSheet(
        institution=app.institution.name,
        procedure_code=printed(app, session),
        folio=row.folio,
        plantel=f"{plantel.name} ({plantel.code})",
        state=paper.transfer_state(row),
        cause=row.cause,
        witness=row.witness,
        opened_by=parties.name_of(session, row.opened_by),
        opened_words=when(row.opened_at),
        holder=parties.name_of(session, row.from_id),
        delivered_by=who.get("deliver", ""),
        delivered_words=when(row.delivered_at),
        receiver=parties.name_of(session, row.to_id),
        received_words=when(row.received_at),
        completed_by=who.get("complete", ""),
        completed_words=when(row.completed_at),
        accounts=tuple(_accounts(session, row, when)),
        entry_id=last.entry_id,
        seq=last.seq,
        head=last.head,
        made_at=app.clock(),
        made_words=when(app.clock()),
        cancelled_words=when(row.cancelled_at),
        cancel_reason=row.cancel_reason,
    )


def _accounts(session: Session, row: CustodyTransfer, when: Any) -> list[HandedAccount]:
    from publisher.documents.acta import HandedAccount

    held = subjects(session, parties.account_ids_of(row))
    lines = []
    for one in row.accounts:
        account: Subject = held[int(one["account_id"])]
        change = session.get(CredentialChange, one["change_id"] or 0)
        lines.append(
            HandedAccount(
                network=platform_texts.PLATFORMS.get(account.network, account.network),
                account=account.handle,
                before=one["before"],
                after=one["after"],
                changed_words=when(change.changed_at) if change else "",
                changed_by=parties.name_of(session, change.changed_by) if change else "",
            )
        )
    return lines
