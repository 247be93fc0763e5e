"""Export of planteles, people and accounts, in the columns that the import takes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.documents import table
from publisher.errors import Invalid
from publisher.institution.holding import ENDED
from publisher.institution.sheet import KINDS
from publisher.models import Account, Designation, Institution, Person, Plantel
from publisher.texts import institution as texts

Format = Literal["csv", "xlsx"]
Where = frozenset[int] | None


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """A file for a person to keep: a safe name, its type, its bytes."""

    name: str
    mime: str
    content: bytes


def export(app: App, actor: Actor, kind: str, form: Format = "xlsx") -> ExportFile:
    """Return what the actor may see of ``kind`` as a file that ``preview`` understands.

    Only what is in force: active planteles, live accounts, active people. No password, secret or
    hash is in it.
    """
    if kind not in KINDS:
        raise Invalid(texts.IMPORT_KIND.format(kind=kind[:20]), field="kind")
    action = "people.manage" if kind == "personas" else "institution.read"
    where = access.scope(actor, action)
    if where is not None and not where:
        access.authorize(actor, action)
    rows: Sequence[Sequence[table.Cell]]
    with app.write() as session:
        if kind == "planteles":
            rows = _planteles(session, where)
        elif kind == "cuentas":
            rows = _accounts(session, where)
        else:
            rows = _people(session, app.clock())
        entry = app.entry(
            actor,
            "institution.export",
            "institution",
            1,
            detail=json.dumps({"kind": kind, "rows": len(rows), "format": form}),
        )
        app.note(session, entry)
    return _file(kind, form, rows)


def template(kind: str, form: Format = "xlsx") -> ExportFile:
    """Return an empty file with the headers of ``kind``, to be filled in."""
    if kind not in KINDS:
        raise Invalid(texts.IMPORT_KIND.format(kind=kind[:20]), field="kind")
    return _file(kind, form, ())


def _file(kind: str, form: Format, rows: Sequence[Sequence[table.Cell]]) -> ExportFile:
    headers = [column.name for column in KINDS[kind]]
    if form == "csv":
        content, mime = table.to_csv(headers, rows), table.CSV_MIME
    else:
        # its library is large, and most processes never export
        from publisher.documents import workbook

        content = workbook.to_xlsx(headers, rows, title=texts.EXPORT_TITLES[kind])
        mime = table.XLSX_MIME
    return ExportFile(name=f"{kind}.{form}", mime=mime, content=content)


def _planteles(session: Session, where: Where) -> list[list[table.Cell]]:
    statement = select(Plantel).where(col(Plantel.state) == "active").order_by(col(Plantel.code))
    if where is not None:
        statement = statement.where(col(Plantel.id).in_(where))
    return [
        [
            row.code,
            row.name,
            row.kind,
            row.municipality,
            row.cve_inegi,
            row.region,
            row.timezone,
            row.verified,
        ]
        for row in session.scalars(statement)
    ]


def _accounts(session: Session, where: Where) -> list[list[table.Cell]]:
    statement = (
        select(Account, col(Plantel.code))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.state).not_in(ENDED))
        .order_by(col(Plantel.code), col(Account.network))
    )
    if where is not None:
        statement = statement.where(col(Plantel.id).in_(where))
    return [
        [code, row.network, row.connector, row.handle, row.external_id, row.url]
        for row, code in session.execute(statement)
    ]


def _people(session: Session, now: datetime) -> list[list[table.Cell]]:
    institution = session.get(Institution, 1)
    zone = ZoneInfo(institution.timezone if institution else "UTC")
    statement = (
        select(Person, Designation, col(Plantel.code))
        .select_from(Person)
        .join(
            Designation,
            (col(Designation.person_id) == col(Person.id))
            & (col(Designation.ends_at).is_(None) | (col(Designation.ends_at) > now)),
            isouter=True,
        )
        .join(Plantel, col(Plantel.id) == col(Designation.plantel_id), isouter=True)
        .where(col(Person.state) == "active")
        .order_by(col(Person.email), col(Designation.role), col(Plantel.code))
    )
    rows: list[list[table.Cell]] = []
    for person, held, code in session.execute(statement):
        start = held.starts_at.astimezone(zone).date().isoformat() if held else ""
        last = ""
        if held is not None and held.ends_at is not None:
            last = (held.ends_at.astimezone(zone) - timedelta(seconds=1)).date().isoformat()
        rows.append(
            [
                person.email,
                person.name,
                held.role if held else "",
                code or "",
                held.position if held else "",
                start,
                last,
            ]
        )
    return rows
