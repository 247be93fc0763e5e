"""``pregonero import`` and ``export``: planteles, people and accounts, as CSV or XLSX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from publisher import institution
from publisher.app import SYSTEM, open_app
from publisher.cli.output import print_json, say
from publisher.errors import Invalid
from publisher.texts import cli as texts

Kind = Literal["planteles", "personas", "cuentas"]


def import_(
    kind: Annotated[Kind, typer.Argument(help=texts.OPT_KIND)],
    file: Annotated[Path, typer.Argument(help=texts.OPT_FILE)],
    dry_run: Annotated[bool, typer.Option(help=texts.OPT_DRY_RUN)] = False,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> int:
    """Import a file whole, or not at all; with ``--dry-run`` say what it would do."""
    try:
        content = file.read_bytes()
    except OSError as error:
        sentence = texts.FILE_UNREADABLE.format(path=file, error=error.strerror)
        raise Invalid(sentence, field="file") from None
    app = open_app()
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


def export(
    kind: Annotated[Kind, typer.Argument(help=texts.OPT_KIND)],
    file: Annotated[Path, typer.Argument(help=texts.OPT_FILE)],
) -> None:
    """Write what is in force of ``kind`` to a file that ``import`` understands."""
    form: Literal["csv", "xlsx"] = "csv" if file.suffix.lower() == ".csv" else "xlsx"
    made = institution.export(open_app(), SYSTEM, kind, form)
    try:
        file.write_bytes(made.content)
    except OSError as error:
        sentence = texts.FILE_UNWRITABLE.format(path=file, error=error.strerror)
        raise Invalid(sentence, field="file") from None
    typer.echo(texts.EXPORTED.format(path=file, n=len(made.content)))
