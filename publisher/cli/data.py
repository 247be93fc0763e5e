"""``pregonero import`` and ``export``: planteles, people and accounts, as CSV or XLSX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from publisher.cli.context import installation
from publisher.cli.output import print_json, reason_of, say
from publisher.errors import Invalid
from publisher.texts import cli as texts

Kind = Literal["planteles", "personas", "cuentas"]
KindArgument = Annotated[Kind, typer.Argument(metavar=texts.META_KIND, help=texts.OPT_KIND)]
FileArgument = Annotated[Path, typer.Argument(metavar=texts.META_FILE, help=texts.OPT_FILE)]
Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]


def import_(
    kind: KindArgument,
    file: FileArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.OPT_DRY_RUN)] = False,
    json: Json = False,
) -> int:
    """Import a file whole, or not at all; with ``--dry-run`` say what it would do."""
    from publisher import institution
    from publisher.app import SYSTEM

    try:
        content = file.read_bytes()
    except OSError as error:
        sentence = texts.FILE_UNREADABLE.format(path=file, error=reason_of(error))
        raise Invalid(sentence, field="file") from None
    with installation() as app:
        result = institution.preview(app, SYSTEM, kind, content, file.name)
        bad = [row for row in result.rows if row.errors]
        if not bad and not dry_run:
            result = institution.apply(app, SYSTEM, kind, content, file.name)
    counts = {
        name: sum(row.outcome == name for row in result.rows)
        for name in ("created", "updated", "unchanged")
    }
    if json:
        print_json({**counts, "errors": len(bad), "applied": not (bad or dry_run), "rows": bad})
        return 1 if bad else 0
    for row in bad:
        for problem in row.errors:
            say(
                texts.IMPORT_ERROR.format(
                    row=row.number, column=problem.column, sentence=problem.sentence
                )
            )
    line = texts.IMPORT_DRY if bad or dry_run else texts.IMPORT_DONE
    typer.echo(line.format(**counts, errors=len(bad)))
    return 1 if bad else 0


def export(kind: KindArgument, file: FileArgument, json: Json = False) -> None:
    """Write what is in force of ``kind`` to a file that ``import`` understands."""
    from publisher import institution
    from publisher.app import SYSTEM

    form: Literal["csv", "xlsx"] = "csv" if file.suffix.lower() == ".csv" else "xlsx"
    with installation() as app:
        made = institution.export(app, SYSTEM, kind, form)
    try:
        file.write_bytes(made.content)
    except OSError as error:
        sentence = texts.FILE_UNWRITABLE.format(path=file, error=reason_of(error))
        raise Invalid(sentence, field="file") from None
    if json:
        print_json({"file": str(file), "bytes": len(made.content)})
    else:
        typer.echo(texts.EXPORTED.format(path=file, n=len(made.content)))
