"""``pregonero purge``."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.context import installation
from publisher.cli.output import print_json
from publisher.texts import cli as cli_texts
from publisher.texts import retention as texts


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.OPT_DRY_RUN)] = False,
    json: Annotated[bool, typer.Option("--json", help=cli_texts.OPT_JSON)] = False,
) -> None:
    """Remove what is past its term, or say how much that would be."""
    from publisher.retention import purge as retention
    from publisher.retention.policy import POLICY

    with installation() as app:
        done = retention.count(app) if dry_run else retention.purge(app)
    if json:
        print_json(
            {
                "dry_run": dry_run,
                "counts": done.counts,
                "batches": done.batches,
                "longest": done.longest,
                "seconds": done.seconds,
            }
        )
        return
    for name, n in done.counts.items():
        if n:
            term = texts.TERM.format(days=POLICY.term(name).days) if name != "media" else ""
            typer.echo(texts.COUNTED.format(name=texts.KINDS[name], n=n, term=term))
    if not done.total:
        typer.echo(texts.NOTHING)
    elif dry_run:
        typer.echo(texts.WOULD.format(n=done.total))
    else:
        typer.echo(
            texts.DONE.format(
                n=done.total, batches=done.batches, seconds=done.seconds, longest=done.longest
            )
        )
