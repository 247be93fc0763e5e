"""The tables of «Calidad» as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from publisher.app import Actor, App
from publisher.documents.table import CSV_MIME, XLSX_MIME, Cell, to_csv
from publisher.errors import NotFound
from publisher.queries import learning
from publisher.queries.learning import DAYS, Quality
from publisher.texts import learning as texts

Form = Literal["csv", "xlsx"]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file that leaves the house."""

    name: str
    mime: str
    content: bytes


def export(app: App, actor: Actor, table: str, form: Form, *, days: int = DAYS) -> Sheet:
    """Return one of the tables (``planteles``, ``reglas``, ``alarmas``) of the actor's planteles.

    It holds no post's text but the fragments that were dismissed. The entry tells which table and
    which days. Raises ``Forbidden``, and ``NotFound`` for another table.
    """
    found = learning.quality(app, actor, days=days)
    if table not in texts.TABLES:
        raise NotFound(texts.NOT_A_TABLE)
    name, headers = texts.TABLES[table]
    rows = _rows(app, found, table)
    with app.write() as session:
        entry = app.entry(
            actor, "learning.export", "table", table, detail=f'{{"days": {days}, "form": "{form}"}}'
        )
        app.note(session, entry)
    if form == "csv":
        return Sheet(name=f"{name}.csv", mime=CSV_MIME, content=to_csv(headers, rows))
    from publisher.documents.workbook import to_xlsx

    return Sheet(name=f"{name}.xlsx", mime=XLSX_MIME, content=to_xlsx(headers, rows, title=name))


def _rows(app: App, found: Quality, table: str) -> list[Sequence[Cell]]:
    if table == "planteles":
        return [
            (
                row.plantel,
                row.submitted,
                row.returned,
                row.rejected,
                _part(row.share),
                ", ".join(texts.TIMES.format(rule=rule, n=n) for rule, n in row.rules),
            )
            for row in found.planteles
        ]
    if table == "reglas":
        return [
            (
                one.rule,
                one.title,
                one.cited,
                one.found,
                one.dismissed,
                _part(one.share),
                _part(one.low),
                _part(one.high),
                one.likeness,
                one.likeness_dismissed,
            )
            for one in found.rules
        ]
    zone = ZoneInfo(app.institution.timezone)
    return [
        (
            one.at.astimezone(zone),
            one.plantel,
            one.post_id,
            one.rule,
            texts.SEVERITIES[one.severity],
            one.fragment,
            one.reason,
            one.person,
            one.likeness,
        )
        for one in found.dismissals
    ]


def _part(share: float | None) -> float | None:
    return None if share is None else round(share, 3)
