"""The pieces of Custodia that only show: chips, facts, the way of a change, what has been."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

import streamlit as st

from dashboard.components import dates, marks, sheet
from dashboard.components.sheet import Tone
from dashboard.texts import custodia as texts
from dashboard.texts.entregas import STATES as TRANSFER_STATES
from dashboard.texts.requerimientos import KINDS
from publisher.queries import custody
from publisher.queries.custody import CustodyLine
from publisher.queries.custody_history import ChangeRow, EnvelopeRow
from publisher.queries.custody_sheet import CustodySheet
from publisher.queries.transfers import TransferRow


def fields(names: Iterable[str]) -> str:
    """Return the names of fields as people call them."""
    order = list(texts.FIELDS)
    known = sorted(names, key=lambda name: order.index(name) if name in order else len(order))
    return ", ".join(texts.FIELDS.get(name, name) for name in known)


def chips(line: CustodyLine, now: datetime) -> str:
    """Return the labels of what is owed on an account, or the one that says nothing is."""
    found: list[tuple[str, Tone]] = []
    if line.incident:
        found.append((texts.CHIP_INCIDENT, "bad"))
    if line.late(now):
        found.append((texts.CHIP_LATE, "bad"))
    elif line.duties:
        found.append((texts.CHIP_OWED, "warn"))
    if line.pending:
        found.append((texts.STAGES[line.stage], "info"))
    if not line.holds:
        found.append((texts.CHIP_NOTHING, "plain"))
    elif line.paper != custody.CURRENT and line.stage != "vinculacion_enterada":
        words = {custody.STALE: texts.CHIP_STALE, custody.PRINTED: texts.CHIP_PRINTED}
        found.append((words.get(line.paper, texts.CHIP_PAPER), "warn"))
    if not found:
        found = [(texts.CHIP_SETTLED, "ok")]
        if line.missing:
            found = [(texts.CHIP_UNCONFIRMED, "plain")]
    return " ".join(sheet.chip(words, tone) for words, tone in found)


def facts(line: CustodyLine, found: CustodySheet, zone: str) -> str:
    """Return the table of who holds what, and where it is."""
    who = line.custodian or texts.NOBODY
    if line.custodian and not line.assigned:
        who = texts.BY_OFFICE.format(name=line.custodian)
    standing = next((row for row in found.envelopes if row.state in {"printed", "sealed"}), None)
    rows = [
        (texts.LABEL_CUSTODIAN, who),
        (texts.LABEL_HELD, fields(line.holds) or texts.NOTHING),
        (texts.LABEL_PAPER, _paper(line, standing)),
    ]
    body = [(sheet.head(escape(label)), sheet.cell(escape(value))) for label, value in rows]
    quarter = "<br>".join(
        escape(_confirmed(found, part, words, zone)) for part, words in texts.PARTS.items()
    )
    title = escape(texts.LABEL_QUARTER.format(quarter=found.quarter))
    return sheet.table((), [*body, (sheet.head(title), sheet.cell(quarter))], narrow=True)


def steps(change: ChangeRow, zone: str) -> str:
    """Return the way of a change to *vigente* as a list: what is done and what is missing."""
    made = texts.STEP_MADE.format(
        name=change.made.name,
        when=dates.instant(change.made.at, zone),
        fields=fields(change.fields),
        cause=texts.CAUSES[change.cause],
        reason=change.reason,
    )
    drawn = [(True, made)]
    verified = texts.STEP_VERIFIED.format(when=dates.instant(change.verified_at, zone))
    lacking = texts.STEP_NOT_VERIFIED if change.of_people else texts.STEP_NOT_PROVEN
    drawn.append(_step(change.verified_at is not None, verified, lacking))
    for signed, said, lacking in (
        (change.director, texts.STEP_DIRECTOR, texts.STEP_NO_DIRECTOR),
        (change.vinculacion, texts.STEP_ACKNOWLEDGED, texts.STEP_NOT_ACKNOWLEDGED),
    ):
        words = said.format(name=signed.name, when=dates.instant(signed.at, zone))
        drawn.append(_step(bool(signed), words, lacking))
    if change.of_people:
        words = texts.STEP_PAPER.format(folio=change.folio)
        drawn.append(_step(bool(change.folio), words, texts.STEP_NO_PAPER))
    return sheet.steps(drawn)


def history(found: CustodySheet, handed: Sequence[TransferRow], zone: str) -> None:
    """Draw what has been: changes, readings, envelopes, terms, incidents and transfers."""
    tables = {
        texts.HISTORY_CHANGES: _changes(found, zone),
        texts.HISTORY_READINGS: _readings(found, zone),
        texts.HISTORY_ENVELOPES: _envelopes(found.envelopes, zone),
        texts.HISTORY_TERMS: _terms(found, zone),
        texts.HISTORY_INCIDENTS: _incidents(found, zone),
        texts.HISTORY_TRANSFERS: _transfers(handed, zone),
    }
    for tab, table in zip(st.tabs(list(tables)), tables.values(), strict=True):
        tab.html(table or marks.faint(texts.HISTORY_EMPTY))


def _paper(line: CustodyLine, standing: EnvelopeRow | None) -> str:
    words = {
        custody.CURRENT: texts.PAPER_CURRENT,
        custody.STALE: texts.PAPER_STALE,
        custody.PRINTED: texts.PAPER_PRINTED,
    }.get(line.paper, texts.PAPER_ABSENT)
    return words if standing is None else f"{words} · {standing.folio}"


def _confirmed(found: CustodySheet, part: str, words: str, zone: str) -> str:
    signed = found.confirmations.get(part)
    if signed is None:
        return texts.CONFIRM_MISSING.format(part=words)
    when = dates.instant(signed.at, zone)
    return texts.CONFIRMED_BY.format(part=words, name=signed.name, when=when)


def _step(done: bool, said: str, lacking: str) -> tuple[bool, str]:
    return done, said if done else lacking


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [[sheet.cell(escape(value)) for value in row] for row in rows]
    return sheet.table([escape(one) for one in headers], body, wide=True) if body else ""


def _changes(found: CustodySheet, zone: str) -> str:
    return _table(
        (texts.HEAD_WHEN, texts.HEAD_WHO, texts.HEAD_WHAT, texts.HEAD_WHY, texts.HEAD_STATE),
        [
            (
                dates.instant(row.made.at, zone),
                row.made.name,
                fields(row.fields),
                f"{texts.CAUSES[row.cause]}: {row.reason}",
                texts.STAGES[row.stage],
            )
            for row in found.changes
        ],
    )


def _readings(found: CustodySheet, zone: str) -> str:
    return _table(
        (texts.HEAD_WHEN, texts.HEAD_WHO, texts.HEAD_WHAT, texts.HEAD_WHY),
        [
            (
                dates.instant(row.at, zone),
                row.name,
                texts.READING.format(how=KINDS.get(row.kind, row.kind), fields=fields(row.fields)),
                row.reason,
            )
            for row in found.readings
        ],
    )


def _envelopes(rows: Sequence[EnvelopeRow], zone: str) -> str:
    return _table(
        (texts.HEAD_FOLIO, texts.HEAD_WHEN, texts.HEAD_WHO, texts.HEAD_STATE),
        [
            (
                row.folio,
                dates.instant(row.printed.at, zone),
                row.printed.name,
                texts.ENVELOPE_STATES[row.state].format(
                    seal=row.seal_number, place=row.place, reason=row.opening_reason
                ),
            )
            for row in rows
        ],
    )


def _terms(found: CustodySheet, zone: str) -> str:
    return _table(
        (texts.HEAD_WHO, texts.HEAD_WHEN),
        [
            (
                row.name,
                texts.SINCE.format(since=dates.instant(row.since, zone))
                if row.until is None
                else texts.FROM_TO.format(
                    since=dates.instant(row.since, zone), until=dates.instant(row.until, zone)
                ),
            )
            for row in found.terms
        ],
    )


def _incidents(found: CustodySheet, zone: str) -> str:
    return _table(
        (texts.HEAD_WHEN, texts.HEAD_WHAT, texts.HEAD_STATE),
        [
            (
                dates.instant(row.opened_at, zone),
                row.sentence,
                texts.INCIDENT_CLOSED.format(
                    name=row.closed.name,
                    when=dates.instant(row.closed.at, zone),
                    resolution=row.resolution,
                )
                if row.closed
                else texts.INCIDENT_OPEN,
            )
            for row in found.incidents
        ],
    )


def _transfers(rows: Sequence[TransferRow], zone: str) -> str:
    return _table(
        (texts.HEAD_FOLIO, texts.HEAD_WHEN, texts.HEAD_WHO, texts.HEAD_STATE),
        [
            (
                row.folio,
                dates.instant(row.opened_at, zone),
                texts.FROM_WHOM.format(giver=row.giver or texts.NOBODY, to=row.receiver),
                TRANSFER_STATES[row.state],
            )
            for row in rows
        ],
    )
