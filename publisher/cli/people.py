"""``pregonero people``: the list, a new password for whoever forgot it, identities elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.context import installation, person
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json, print_rows
from publisher.texts import cli as texts

cli = group()

Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]


@cli.command("list", cls=Command, help=texts.PEOPLE_LIST)
def list_(json: Json = False) -> None:
    """List every person with the roles in force now."""
    from publisher import people
    from publisher.app import SYSTEM

    with installation() as app:
        rows = [
            {
                "id": row.id,
                "email": row.email,
                "name": row.name,
                "state": row.state,
                "roles": sorted({role for role, _ in row.grants}),
            }
            for row in people.list_people(app, SYSTEM)
        ]
    print_json({"people": rows}) if json else print_rows(rows)


@cli.command(cls=Command, help=texts.PEOPLE_PASSWORD)
def password(
    email: Annotated[str, typer.Argument(metavar=texts.META_EMAIL, help=texts.ARG_EMAIL)],
    json: Json = False,
) -> None:
    """Issue a new password, to be changed at the first sign-in; ends every open session."""
    from publisher import people
    from publisher.app import SYSTEM

    with installation() as app:
        issued = people.reset_password(app, SYSTEM, person(app, email).person_id)
    if json:
        print_json({"email": issued.email, "password": issued.password})
    else:
        typer.echo(texts.PASSWORD_ISSUED.format(email=issued.email, password=issued.password))


@cli.command(cls=Command, help=texts.PEOPLE_UNLINK)
def unlink(
    email: Annotated[str, typer.Argument(metavar=texts.META_EMAIL, help=texts.ARG_EMAIL)],
    json: Json = False,
) -> None:
    """Forget the person's account at the institution's sign-in; ends every open session."""
    from publisher import people
    from publisher.app import SYSTEM

    with installation() as app:
        people.unlink(app, SYSTEM, person(app, email).person_id)
    if json:
        print_json({"email": email, "unlinked": True})
    else:
        typer.echo(texts.IDENTITY_UNLINKED.format(email=email))


@cli.command(cls=Command, help=texts.PEOPLE_FACTOR)
def factor(
    email: Annotated[str, typer.Argument(metavar=texts.META_EMAIL, help=texts.ARG_EMAIL)],
    reason: Annotated[str, typer.Option(help=texts.OPT_REASON)],
    json: Json = False,
) -> None:
    """Take off the second factor of whoever lost it; ends every open session."""
    from publisher import people
    from publisher.app import SYSTEM

    with installation() as app:
        people.reset_factor(app, SYSTEM, person(app, email).person_id, reason=reason)
    if json:
        print_json({"email": email, "reset": True})
    else:
        typer.echo(texts.FACTOR_RESET.format(email=email))
