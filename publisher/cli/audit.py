"""``pregonero audit``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.context import installation
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json, say
from publisher.texts import auditing
from publisher.texts import cli as texts

cli = group()


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


@cli.command(cls=Command, help=auditing.ANCHOR_HELP)
def anchor(
    to: Annotated[Path | None, typer.Option(help=auditing.OPT_ANCHOR_TO)] = None,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> int:
    """Sign the chain's end and keep it outside: exit 0 only if every place has it."""
    from publisher.app import SYSTEM
    from publisher.auditing import anchors

    if to is not None:
        with installation() as app:
            inside = to.resolve().is_relative_to(app.settings.data_dir.resolve())
            made = anchors.begin(app, SYSTEM, to)
        if not made.ok:
            say(auditing.NOT_KEPT.format(target=to, sentence=made.sentence))
            return 1
        if json:
            print_json({"file": str(to), "seq": made.seq, "head": made.head, "at": made.at})
        else:
            typer.echo(texts.ANCHORED.format(path=to, seq=made.seq, head=made.head[:16]))
        if inside:
            say(texts.ANCHOR_INSIDE)
        return 0
    with installation() as app:
        sent = anchors.send(app, SYSTEM)
    if json:
        print_json({"anchors": sent})
    for one in () if json else sent:
        if one.ok:
            typer.echo(auditing.KEPT.format(target=one.target, seq=one.seq, head=one.head[:16]))
        else:
            say(auditing.NOT_KEPT.format(target=one.target, sentence=one.sentence))
    return 0 if all(one.ok for one in sent) else 1


@cli.command("anchors", cls=Command, help=auditing.ANCHORS_HELP)
def anchors_(
    limit: Annotated[int, typer.Option(min=1, help=auditing.OPT_LIMIT)] = 50,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> int:
    """Say what each place holds; exit 0 only if none is older than a day and a half."""
    from publisher.app import SYSTEM
    from publisher.auditing import anchors

    with installation() as app:
        found, now = anchors.standings(app, SYSTEM), app.clock()
        rows = anchors.history(app, SYSTEM, limit=limit)
    if json:
        print_json({"targets": found, "anchors": rows})
    elif not found:
        say(auditing.NO_TARGETS)
    for one in () if json else found:
        kept, failure = one.kept, one.failure
        if kept is None:
            typer.echo(auditing.TARGET_NEVER.format(target=one.target))
        else:
            line = auditing.TARGET_LINE.format(
                target=one.target, at=f"{kept.at:%Y-%m-%d %H:%M}", seq=kept.seq, head=kept.head[:16]
            )
            typer.echo(line)
        if failure is not None:
            at = f"{failure.at:%Y-%m-%d %H:%M}"
            typer.echo(auditing.TARGET_FAILED.format(at=at, sentence=failure.sentence))
    return 1 if any(one.is_stale(now) for one in found) else 0


@cli.command(cls=Command, help=auditing.EXPORT_HELP)
def export(
    to: Annotated[Path, typer.Option(help=auditing.OPT_TO)],
    first: Annotated[int, typer.Option("--from", min=1, help=auditing.OPT_FROM)] = 1,
    plantel: Annotated[
        str | None, typer.Option(metavar=auditing.META_CODE, help=auditing.OPT_PLANTEL)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> None:
    """Copy the audit to a folder, signed."""
    from publisher.app import SYSTEM
    from publisher.auditing import export as exporting

    with installation() as app:
        made = exporting.write(app, SYSTEM, to, first=first, plantel=plantel)
    if json:
        print_json(dataclasses.asdict(made))
        return
    typer.echo(
        auditing.EXPORTED.format(lines=made.lines, folder=to, first=made.first, last=made.last)
    )
    say(auditing.EXPORT_NEXT.format(folder=to, key=made.public_key))


@cli.command("key", cls=Command, help=auditing.KEY_HELP)
def key_(json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False) -> None:
    """Say the public key, in groups that a person can read aloud."""
    from publisher.auditing import export as exporting

    with installation() as app:
        found = exporting.public_key(app)
    if json:
        print_json({"public_key": found})
        return
    say(auditing.PUBLIC_KEY)
    groups = [found[at : at + 8] for at in range(0, len(found), 8)]
    typer.echo("-".join(groups))
