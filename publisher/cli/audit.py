"""``pregonero audit``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.context import installation
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json
from publisher.texts import cli as texts

cli = group()


@cli.callback()
def audit() -> None:
    """Keep ``audit`` a group while it has one command."""


@cli.command(cls=Command, help=texts.AUDIT_VERIFY)
def verify(
    anchor: Annotated[Path | None, typer.Option(help=texts.OPT_ANCHOR)] = None,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> int:
    """Exit 0 only if entries, links, checkpoints and anchor agree."""
    from publisher.sealing import seal
    from vault.verify import verify as verify_audit

    with installation() as app:
        seal(app)
        with app.read() as session:
            result = verify_audit(session, app.audit_key, now=app.clock(), anchor=anchor)
    if json:
        print_json(dataclasses.asdict(result))
        return 0 if result.ok else 1
    for problem in result.problems:
        typer.echo(problem, err=True)
    line = (
        texts.AUDIT_OK.format(entries=result.entries, links=result.links, pending=result.pending)
        if result.ok
        else texts.AUDIT_BAD.format(n=len(result.problems))
    )
    typer.echo(line)
    return 0 if result.ok else 1
