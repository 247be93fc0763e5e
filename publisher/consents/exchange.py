"""The register as a file: a dry run row by row, then all or none; and out again.

A consent in the register is never changed by a file: a row that says otherwise is refused, and one
that says the same does nothing. Revocations are not imported: each is somebody's act, with a
reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.consents import register
from publisher.consents.covers import SCOPES, tidy
from publisher.consents.given import Given, check
from publisher.documents import table
from publisher.errors import Conflict, Invalid
from publisher.institution.exporting import ExportFile, Format
from publisher.institution.reading import Column, Record, plain, read_table
from publisher.institution.sheet import Draft, Preview
from publisher.models import Consent, Plantel
from publisher.queries.rows import require, within
from publisher.texts import consents as texts
from publisher.texts import institution as institution_texts

KIND: Final = "consentimientos"
COLUMNS: Final = (
    Column(name="folio", aliases=("numero", "número")),
    Column(name="plantel", required=True, aliases=("clave", "clave del plantel")),
    Column(name="persona", required=True, aliases=("iniciales y matrícula", "alumno", "alumna")),
    Column(name="menor", aliases=("es menor",)),
    Column(name="firma", aliases=("quien firma", "tutor")),
    Column(name="opinion", aliases=("opinión", "opinión de la persona menor")),
    Column(name="cubre", required=True, aliases=("alcance", "autoriza")),
    Column(name="redes", aliases=("red", "redes sociales")),
    Column(name="desde", required=True, aliases=("inicio", "vigente desde")),
    Column(name="hasta", required=True, aliases=("fin", "vigente hasta", "vence")),
    Column(name="guardado_en", required=True, aliases=("lugar", "dónde está el papel")),
    Column(name="nota", aliases=("observaciones",)),
    Column(name="estado"),
)
_FIELDS: Final = {
    "subject": "persona",
    "guardian": "firma",
    "opinion": "opinion",
    "scopes": "cubre",
    "networks": "redes",
    "valid_until": "hasta",
    "kept_at": "guardado_en",
    "note": "nota",
    "folio": "folio",
}
_YES: Final = frozenset({"si", "s", "yes", "true", "1", "x"})
_NO: Final = frozenset({"no", "n", "false", "0"})


@dataclass
class _Row(Draft):
    """A row of the file; ``given`` is what it says, where it could be read."""

    given: Given | None = None
    plantel_id: int = 0


def preview(app: App, actor: Actor, content: bytes, file_name: str) -> Preview:
    """Return what importing the file would do. Raises ``Invalid`` where it cannot be read."""
    require(actor, "consent.keep")
    read = read_table(content, file_name, COLUMNS)
    with app.read() as session:
        rows = _plan(session, app, actor, read.records)
    return Preview(kind=KIND, rows=tuple(row.row() for row in rows), ignored=read.ignored)


def apply(
    app: App, actor: Actor, content: bytes, file_name: str, *, expected: str | None = None
) -> Preview:
    """Import the file: every row or none. Returns what was done.

    Raises ``Invalid`` for rows with errors, ``Conflict`` when ``expected``, the digest of the
    preview, is no longer what would happen.
    """
    require(actor, "consent.keep")
    read = read_table(content, file_name, COLUMNS)
    with app.write() as session:
        rows = _plan(session, app, actor, read.records)
        done = Preview(kind=KIND, rows=tuple(row.row() for row in rows), ignored=read.ignored)
        wrong = done.count("error")
        if wrong:
            many = (
                institution_texts.IMPORT_HAS_ERROR
                if wrong == 1
                else institution_texts.IMPORT_HAS_ERRORS
            )
            raise Invalid(many.format(n=wrong), field="file")
        if expected is not None and expected != done.digest:
            raise Conflict(institution_texts.IMPORT_CHANGED)
        made = [
            register.add(app, session, actor, row.plantel_id, row.given)
            for row in rows
            if row.outcome == "created" and row.given is not None
        ]
        if made:
            told = json.dumps({"rows": len(made), "first": made[0], "last": made[-1]})
            app.note(session, app.entry(actor, "consent.import", "consent", KIND, detail=told))
        return done


def export(app: App, actor: Actor, form: Format = "xlsx") -> ExportFile:
    """Return the register within the actor's reach as a file; the export itself is on record."""
    where = within(Consent.plantel_id, require(actor, "consent.read"))
    with app.write() as session:
        found = session.execute(
            select(Consent, col(Plantel.code))
            .join(Plantel, col(Plantel.id) == col(Consent.plantel_id))
            .where(where)
            .order_by(col(Plantel.code), col(Consent.folio))
        )
        rows = [_cells(row, code) for row, code in found]
        told = json.dumps({"rows": len(rows), "format": form})
        app.note(session, app.entry(actor, "consent.export", "consent", KIND, detail=told))
    return _file(form, rows)


def template(form: Format = "xlsx") -> ExportFile:
    """Return an empty file with the register's headers."""
    return _file(form, ())


def _plan(session: Session, app: App, actor: Actor, records: Iterable[Record]) -> list[_Row]:
    planteles = {row.code: row for row in session.scalars(select(Plantel))}
    stored = {row.folio: row for row in session.scalars(select(Consent))}
    today = register.today(app)
    seen: dict[str, int] = {}
    rows = []
    for record in records:
        row = _Row(record=record, key=tidy(record["folio"]) or record["persona"][:40])
        plantel = planteles.get(record["plantel"].upper())
        if plantel is None:
            sentence = institution_texts.PLANTEL_UNKNOWN.format(code=record["plantel"][:20])
            row.refuse("plantel", sentence)
        elif not access.allows(actor, "consent.keep", plantel_id=plantel.id):
            row.refuse("plantel", texts.OTHER_PLANTEL.format(code=plantel.code))
        else:
            row.plantel_id = plantel.id or 0
        _read(row, today=today, known=tidy(record["folio"]) in stored)
        folio = tidy(record["folio"])
        if folio and folio in seen:
            row.refuse("folio", institution_texts.ROW_TWICE.format(number=seen[folio]))
        if folio:
            seen.setdefault(folio, record.number)
        if folio in stored and row.given is not None and not row.errors:
            row.target = stored[folio].id
            if _given(stored[folio]) != row.given or stored[folio].plantel_id != row.plantel_id:
                row.refuse("folio", texts.NEVER_CHANGED.format(folio=folio))
        rows.append(row)
    return rows


def _read(row: _Row, *, today: date, known: bool) -> None:
    """Read a row into ``row.given``; one that is in the register may have ended already."""
    first, last = _day(row, "desde"), _day(row, "hasta")
    minor, opinion = _truth(row, "menor", default=True), _truth(row, "opinion", default=False)
    scopes = _listed(row, "cubre", texts.SCOPES, texts.NO_SUCH_SCOPE, "scope")
    networks = _listed(row, "redes", texts.NETWORKS, texts.NO_SUCH_NETWORK, "network")
    if first is None or last is None:
        return
    said = Given(
        folio=row.record["folio"],
        subject=row.record["persona"],
        valid_from=first,
        valid_until=last,
        scopes=scopes,
        networks=networks,
        minor=minor,
        guardian=plain(row.record["firma"]).removeprefix("la_").removeprefix("el_"),
        opinion=opinion,
        kept_at=row.record["guardado_en"],
        note=row.record["nota"],
    )
    try:
        row.given = check(said, today=min(today, last) if known else today)
    except Invalid as error:
        row.refuse(_FIELDS.get(error.field, error.field), str(error))


def _day(row: _Row, column: str) -> date | None:
    value = row.record[column]
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    row.refuse(column, institution_texts.DATE_INVALID.format(value=value[:20]))
    return None


def _truth(row: _Row, column: str, *, default: bool) -> bool:
    value = plain(row.record[column])
    if value and value not in _YES | _NO:
        row.refuse(column, institution_texts.BOOLEAN)
    return value in _YES if value else default


def _listed(row: _Row, column: str, words: Any, sentence: str, name: str) -> tuple[str, ...]:
    """Return the codes of what a cell lists, in the words of people or as codes."""
    known = {plain(word): code for code, word in words.items()} | {code: code for code in words}
    found = []
    for piece in row.record[column].replace(";", ",").replace(" y ", ",").split(","):
        if not piece.strip():
            continue
        code = known.get(plain(piece))
        if code is None:
            row.refuse(column, sentence.format(**{name: piece.strip()[:20]}))
        else:
            found.append(code)
    return tuple(found)


def _given(row: Consent) -> Given:
    """Return a stored consent as a file says it."""
    return replace(
        Given(subject=row.subject, valid_from=row.valid_from, valid_until=row.valid_until),
        scopes=tuple(scope for scope in SCOPES if scope in row.scopes),
        networks=tuple(sorted(row.networks)),
        minor=row.minor,
        guardian=row.guardian,
        opinion=row.opinion,
        kept_at=row.kept_at,
        note=row.note,
        folio=row.folio,
    )


def _cells(row: Consent, code: str) -> list[table.Cell]:
    return [
        row.folio,
        code,
        row.subject,
        row.minor,
        row.guardian,
        row.opinion,
        ", ".join(texts.SCOPES[scope] for scope in SCOPES if scope in row.scopes),
        ", ".join(texts.NETWORKS[name] for name in sorted(row.networks)),
        row.valid_from,
        row.valid_until,
        row.kept_at,
        row.note,
        texts.STATES[row.state],
    ]


def _file(form: Format, rows: Sequence[Sequence[table.Cell]]) -> ExportFile:
    headers = [column.name for column in COLUMNS]
    if form == "csv":
        content, mime = table.to_csv(headers, rows), table.CSV_MIME
    else:
        # its library is large, and most processes never export
        from publisher.documents import workbook

        content = workbook.to_xlsx(headers, rows, title=texts.SHEET)
        mime = table.XLSX_MIME
    return ExportFile(name=f"{KIND}.{form}", mime=mime, content=content)
