"""``pregonero init``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.context import installation
from publisher.cli.output import print_json
from publisher.texts import cli as texts

if TYPE_CHECKING:
    from publisher.app import App


def init(
    name: Annotated[str, typer.Option(help=texts.OPT_NAME)] = "",
    email: Annotated[str, typer.Option(help=texts.OPT_EMAIL)] = "",
    person: Annotated[str, typer.Option(help=texts.OPT_PERSON)] = "",
    short_name: Annotated[str, typer.Option(help=texts.OPT_SHORT)] = "",
    timezone: Annotated[str, typer.Option(help=texts.OPT_ZONE)] = "America/Monterrey",
    planteles: Annotated[bool, typer.Option("--planteles", help=texts.OPT_PLANTELES)] = False,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> None:
    """Create what an installation lacks, or bring an old one up to date; asks for what it needs.

    Cut short, it is repeated: each step that is done already is left alone.
    """
    from publisher import institution, people
    from publisher.app import SYSTEM
    from publisher.people.persons import clean_email, clean_name

    complete, admin = _state()
    if complete and admin:
        print_json({"created": False}) if json else typer.echo(texts.UPGRADED)
        return
    if not complete:
        name = name or typer.prompt(texts.OPT_NAME)
    if not admin:
        email = clean_email(email or typer.prompt(texts.OPT_EMAIL))
        person = clean_name(person or typer.prompt(texts.OPT_PERSON))
    with installation(create=True) as app:
        if not complete:
            institution.create_institution(
                app, name=name, short_name=short_name or name, timezone=timezone
            )
        if planteles:
            institution.load_shipped(app, SYSTEM)
        _require_manual(app)
        if admin:
            print_json({"created": True}) if json else typer.echo(texts.UPGRADED)
            return
        issued = people.create_first_admin(app, email=email, name=person)
    if json:
        print_json({"created": True, "email": issued.email, "password": issued.password})
    else:
        typer.echo(texts.INITIALISED.format(email=issued.email, password=issued.password))


def _state() -> tuple[bool, bool]:
    """Tell whether there is an institution, and whether somebody administers it."""
    from publisher.access import persons_with
    from publisher.errors import Unready
    from publisher.models import Institution

    try:
        with installation() as app, app.read() as session:
            return (
                session.get(Institution, 1) is not None,
                bool(persons_with(session, "ADM", now=app.clock())),
            )
    except Unready:
        return False, False  # nothing yet, or what ``create`` will say


def _require_manual(app: App) -> None:
    from sqlalchemy import select
    from sqlmodel import col

    from publisher import rulebook
    from publisher.models import ManualVersion

    with app.write() as session:
        if session.scalars(select(col(ManualVersion.id)).limit(1)).first() is None:
            rulebook.import_shipped(app, session)
