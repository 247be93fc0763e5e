"""One account's custody, whole: its changes, envelopes, duties, incidents, terms and readings.

No value leaves. Source: RS-5.1.3 (custody, confirmation, *enterado*, physical copy, disclosure).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col

from publisher import access
from publisher.app import Actor, App
from publisher.custody import confirmations
from publisher.custody.subjects import subject
from publisher.errors import NotFound
from publisher.models import Account
from publisher.queries.custody import ACTION, CustodyLine, accounts_within, complete
from publisher.queries.custody_history import (
    ChangeRow,
    DutyRow,
    EnvelopeRow,
    History,
    IncidentRow,
    ReadingRow,
    Signed,
    TermRow,
)
from publisher.queries.rows import require
from publisher.texts import institution as texts


@dataclass(frozen=True, kw_only=True)
class CustodySheet:
    """Everything shown of one account; the ``may_*`` only spare buttons, the verbs decide.

    To read and to print takes who holds this very account, or directs the plantel. Of one that
    ended only what is owed is left: ``may_discharge``.
    """

    line: CustodyLine
    changes: tuple[ChangeRow, ...]
    envelopes: tuple[EnvelopeRow, ...]
    duties: tuple[DutyRow, ...]
    incidents: tuple[IncidentRow, ...]
    terms: tuple[TermRow, ...]
    readings: tuple[ReadingRow, ...]
    quarter: str
    confirmations: Mapping[str, Signed]
    may_change: bool
    may_keep: bool
    may_direct: bool
    may_acknowledge: bool
    may_transfer: bool
    may_open: bool
    may_print: bool
    may_read: bool
    may_close: bool
    may_discharge: bool


def sheet(app: App, actor: Actor, account_id: int) -> CustodySheet:
    """Return one account's custody. Raises ``Forbidden``, ``NotFound``."""
    where = require(actor, ACTION)
    with app.read() as session:
        rows = session.execute(accounts_within(where).where(col(Account.id) == account_id))
        found = complete(app, session, rows.mappings().all())
        if not found:
            raise NotFound(texts.NO_SUCH_ACCOUNT)
        line = found[0]
        place = line.plantel_id
        history = History(session, line)
        held = subject(session, account_id, live=False)
        quarter = confirmations.quarter_at(held, app.clock())
        live = not line.ended
        keeps = ("DIRP", place) in actor.grants or line.custodian_id == actor.person_id
        return CustodySheet(
            line=line,
            changes=history.changes(),
            envelopes=history.envelopes(),
            duties=history.duties(),
            incidents=history.incidents(),
            terms=history.terms(),
            readings=history.readings(),
            quarter=quarter,
            confirmations=history.confirmations(quarter),
            may_change=live and access.allows(actor, "credential.rotate", plantel_id=place),
            may_keep=access.allows(actor, "custody.keep", plantel_id=place),
            may_direct=live and access.allows(actor, "custody.direct", plantel_id=place),
            may_acknowledge=access.allows(actor, "custody.acknowledge", plantel_id=place),
            may_transfer=live and access.allows(actor, "custody.transfer", plantel_id=place),
            may_open=live and access.allows(actor, "disclosure.break_glass", plantel_id=place),
            may_print=live and keeps and access.allows(actor, "custody.keep", plantel_id=place),
            may_read=live and keeps and access.allows(actor, "credential.reveal", plantel_id=place),
            may_close=any(
                access.allows(actor, action, plantel_id=place)
                for action in ("custody.keep", "custody.acknowledge")
            ),
            may_discharge=line.ended
            and access.allows(actor, "custody.acknowledge", plantel_id=place),
        )
