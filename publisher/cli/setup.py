"""``pregonero init``."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher import institution, people, rulebook
from publisher.app import SYSTEM, App, open_app
from publisher.cli.output import print_json
from publisher.models import Institution
from publisher.texts import cli as texts


def init(
    name: Annotated[str, typer.Option(help=texts.OPT_NAME, prompt=texts.OPT_NAME)],
    email: Annotated[str, typer.Option(help=texts.OPT_EMAIL, prompt=texts.OPT_EMAIL)],
    person: Annotated[str, typer.Option(help=texts.OPT_PERSON, prompt=texts.OPT_PERSON)],
    short_name: Annotated[str, typer.Option(help=texts.OPT_SHORT)] = "",
    timezone: Annotated[str, typer.Option(help=texts.OPT_ZONE)] = "America/Monterrey",
    planteles: Annotated[bool, typer.Option(help=texts.OPT_PLANTELES)] = False,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> None:
    """Create what an empty installation needs, or bring an old one up to date."""
    app = open_app(create=True)
    if _exists(app):
        print_json({"created": False}) if json else typer.echo(texts.UPGRADED)
        return
    institution.create_institution(app, name=name, short_name=short_name or name, timezone=timezone)
    if planteles:
        institution.load_shipped(app, SYSTEM)
    with app.write() as session:
        rulebook.import_shipped(app, session)
    issued = people.create_first_admin(app, email=email, name=person)
    if json:
        print_json({"created": True, "email": issued.email, "password": issued.password})
    else:
        typer.echo(texts.INITIALISED.format(email=issued.email, password=issued.password))


def _exists(app: App) -> bool:
    with app.read() as session:
        return session.get(Institution, 1) is not None
