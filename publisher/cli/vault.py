"""``pregonero vault``: the master key. No command of this group shows a secret."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from publisher.cli import kit as kit_commands
from publisher.cli.context import installation
from publisher.cli.misuse import Command, group
from publisher.cli.output import Progress, print_json, print_rows, say
from publisher.texts import cli as cli_texts
from publisher.texts import custody as custody_texts
from publisher.texts import keys as texts
from publisher.texts import kit as kit_texts

cli = group()
cli.command("kit", cls=Command, help=kit_texts.HELP)(kit_commands.kit)
cli.command("recover", cls=Command, help=kit_texts.RECOVER)(kit_commands.recover)

Json = Annotated[bool, typer.Option("--json", help=cli_texts.OPT_JSON)]


@cli.command("keys", cls=Command, help=texts.KEYS)
def keys_(json: Json = False) -> None:
    """List the registered keys."""
    from publisher import keys

    with installation() as app:
        found = keys.list_keys(app)
    if json:
        print_json({"keys": [dataclasses.asdict(one) for one in found]})
        return
    print_rows(
        [
            {
                "key": one.key_id,
                "state": texts.CHANGING
                if one.state == "active" and not one.in_force
                else texts.STATES[one.state],
                "since": f"{one.created_at:%Y-%m-%d}",
                "secrets": one.secrets,
                "at_hand": texts.YES if one.at_hand else texts.NO,
            }
            for one in found
        ]
    )


@cli.command(cls=Command, help=texts.PROVE)
def prove(json: Json = False) -> int:
    """Exit 0 only if every sealed version opened."""
    from publisher import keys

    with installation() as app:
        found = keys.prove(app)
    if json:
        print_json(dataclasses.asdict(found))
    else:
        for name in found.failed:
            say(texts.UNPROVED.format(name=name))
        typer.echo(texts.PROVED.format(opened=found.opened, sealed=found.sealed))
    return 0 if found.whole else 1


@cli.command("custody", cls=Command, help=custody_texts.CLI_CUSTODY)
def custody_(
    owed: Annotated[bool, typer.Option("--owed", help=custody_texts.OPT_OWED)] = False,
    json: Json = False,
) -> None:
    """List who holds each account's credentials and what is still owed; never a value."""
    from publisher.queries import custody

    with installation() as app:
        now = app.clock()
        found = custody.of_installation(app)
        if owed:
            found = tuple(one for one in found if one.urgency(now) != custody.NOTHING_OWED)
        late = {one.id: one.late(now) for one in found}
    if json:
        print_json(
            {
                "accounts": [
                    {**dataclasses.asdict(one), "holds": sorted(one.holds), "late": late[one.id]}
                    for one in found
                ]
            }
        )
        return
    print_rows(
        [
            {
                "plantel": one.plantel,
                "network": one.network,
                "handle": one.handle,
                "custodian": one.custodian or custody_texts.NOBODY,
                "state": custody_texts.standing(
                    holds=custody_texts.PASSWORD_FIELD in one.holds,
                    stage=one.stage,
                    incident=bool(one.incident),
                    duties=one.duties,
                    late=late[one.id],
                ),
                "missing": ", ".join(custody_texts.PARTS[part] for part in one.missing),
            }
            for one in found
        ]
    )


@cli.command("rotate-key", cls=Command, help=texts.ROTATE)
def rotate_key(
    prepare: Annotated[bool, typer.Option("--prepare", help=texts.OPT_PREPARE)] = False,
    to: Annotated[str, typer.Option("--to", help=texts.OPT_TO)] = "",
    json: Json = False,
) -> None:
    """Put a new master key in the place of the one in force, or in another place."""
    from publisher import keys
    from publisher.app import SYSTEM

    with installation() as app:
        if prepare:
            place = keys.prepare(app, to=to)
            if json:
                print_json({"file": place})
            else:
                typer.echo(texts.PREPARED.format(place=place))
            return
        progress = Progress()
        made = keys.rotate(
            app, SYSTEM, to=to, progress=lambda done, total: progress(texts.ROTATING, done, total)
        )
    if json:
        print_json(dataclasses.asdict(made))
        return
    typer.echo(texts.ROTATED.format(new=made.new, secrets=made.secrets, kept=made.kept))
    if made.moved:
        typer.echo(texts.MOVED.format(place=made.place))
    typer.echo(texts.COPY)
