"""``pregonero people``: the list, and a new password for whoever forgot theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher import people
from publisher.app import SYSTEM, open_app
from publisher.cli.output import print_json, print_rows
from publisher.errors import NotFound
from publisher.texts import cli as texts

cli = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@cli.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False) -> None:
    """List every person with the roles in force now."""
    rows = people.list_people(open_app(), SYSTEM)
    if json:
        print_json(rows)
        return
    print_rows(
        [
            {
                "id": row.id,
                "correo": row.email,
                "nombre": row.name,
                "estado": row.state,
                "roles": " ".join(sorted({role for role, _ in row.grants})),
            }
            for row in rows
        ]
    )


@cli.command()
def password(
    email: Annotated[str, typer.Argument(help=texts.ARG_EMAIL)],
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> None:
    """Issue a new password, to be changed at the first sign-in; ends every open session."""
    app = open_app()
    found = next(
        (row for row in people.list_people(app, SYSTEM) if row.email == email.strip().lower()), None
    )
    if found is None:
        raise NotFound(texts.NO_SUCH_PERSON.format(email=email))
    issued = people.reset_password(app, SYSTEM, found.id)
    if json:
        print_json({"email": issued.email, "password": issued.password})
    else:
        typer.echo(texts.PASSWORD_ISSUED.format(email=issued.email, password=issued.password))
