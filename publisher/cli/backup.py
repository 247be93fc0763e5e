"""``pregonero backup`` and ``restore``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.context import installation, prepare
from publisher.cli.output import print_json, say
from publisher.texts import backup as texts
from publisher.texts import cli as cli_texts

if TYPE_CHECKING:
    from publisher.backup.restore import Restored

Json = Annotated[bool, typer.Option("--json", help=cli_texts.OPT_JSON)]


def backup(
    to: Annotated[Path | None, typer.Option(help=texts.OPT_TO)] = None,
    keep: Annotated[int, typer.Option(min=1, max=10_000, help=texts.OPT_KEEP)] = 14,
    json: Json = False,
) -> int:
    """Make a backup; exit 1 also where pictures that the database mentions are nowhere."""
    from publisher.backup import copies

    with installation() as app:
        made = copies.make(app, to, keep=keep)
    body = made.manifest
    if json:
        print_json(
            {
                "path": made.path,
                "made_at": body.made_at,
                "schema": body.schema,
                "rows": body.rows,
                "secrets": body.facts.secrets,
                "media": len(body.media),
                "media_missing": len(body.media_missing),
                "bytes": made.bytes,
                "kept": made.kept,
                "pruned": made.pruned,
                "seconds": made.seconds,
            }
        )
        return 1 if body.media_missing else 0
    typer.echo(
        texts.MADE.format(
            path=made.path,
            rows=body.rows,
            tables=len(body.facts.counts),
            secrets=body.facts.secrets,
            links=body.facts.audit_links,
            media=len(body.media),
            size=f"{made.bytes / 1e6:,.1f} MB",
            seconds=made.seconds,
        )
    )
    if made.pruned:
        typer.echo(texts.PRUNED.format(n=made.pruned, kept=made.kept))
    if to is None:
        say(texts.SAME_DISK)
    if body.media_missing:
        say(texts.MEDIA_MISSING.format(n=len(body.media_missing), first=body.media_missing[0]))
        return 1
    return 0


def restore(
    from_: Annotated[Path, typer.Option("--from", help=texts.OPT_FROM)],
    into: Annotated[Path | None, typer.Option(help=texts.OPT_INTO)] = None,
    drill: Annotated[bool, typer.Option("--drill", help=texts.OPT_DRILL)] = False,
    key: Annotated[list[str] | None, typer.Option(help=texts.OPT_KEY)] = None,
    as_: Annotated[str, typer.Option("--as", help=texts.OPT_AS)] = "",
    json: Json = False,
) -> int:
    """Restore, prove it and say so; exit 0 only if everything opened and verified."""
    from publisher.backup.restore import restore as bring_back

    done = bring_back(prepare(), from_, into=into, drill=drill, keys=tuple(key or ()), by_email=as_)
    if json:
        print_json(_body(done))
    else:
        _tell(done)
    return 0 if done.ok else 1


def _body(done: Restored) -> dict[str, object]:
    return {
        "ok": done.ok,
        "drill": done.drill,
        "path": None if done.drill else done.path,
        "made_at": done.manifest.made_at,
        "rows": done.manifest.rows,
        "secrets": done.secrets.sealed,
        "secrets_opened": done.secrets.opened,
        "audit_ok": done.audit.ok,
        "audit_entries": done.audit.entries,
        "audit_links": done.audit.links,
        "problems": done.audit.problems,
        "media": done.media,
        "media_absent": len(done.media_absent),
        "confined": dataclasses.asdict(done.confined),
        "seconds": done.seconds,
    }


def _tell(done: Restored) -> None:
    line = texts.DRILLED if done.drill else texts.RESTORED
    typer.echo(
        line.format(path=done.path, rows=done.manifest.rows, media=done.media, seconds=done.seconds)
    )
    typer.echo(texts.PROVED_COUNTS)
    typer.echo(texts.PROVED_SECRETS.format(opened=done.secrets.opened, sealed=done.secrets.sealed))
    if done.audit.ok:
        typer.echo(texts.PROVED_AUDIT.format(entries=done.audit.entries, links=done.audit.links))
    typer.echo(texts.PROVED_MEDIA.format(n=done.media))
    typer.echo(
        texts.CONFINED.format(waiting=done.confined.waiting, scheduled=done.confined.scheduled)
    )
    if not done.audit.ok:
        problems = done.audit.problems
        say(texts.AUDIT_BROKEN.format(n=len(problems), first=problems[0]))
    if not done.secrets.whole:
        failed = done.secrets.failed
        say(texts.SECRETS_CLOSED.format(n=len(failed), first=failed[0]))
    if done.media_absent:
        say(texts.MEDIA_ABSENT.format(n=len(done.media_absent)))
    if not done.ok:
        say(texts.FAILED)
    elif not done.drill:
        typer.echo(texts.NEXT.format(path=done.path))
