"""``pregonero deliveries``: the list, and the decisions that only a person takes."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import col

from publisher import people
from publisher.app import SYSTEM, Actor, App, open_app
from publisher.cli.output import print_json, print_rows
from publisher.delivery import decide
from publisher.errors import NotFound
from publisher.models import Account, Delivery, Receipt
from publisher.texts import cli as texts

cli = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Id = Annotated[int, typer.Argument(help=texts.ARG_DELIVERY)]
As = Annotated[str, typer.Option("--as", help=texts.OPT_AS)]
Reason = Annotated[str, typer.Option(help=texts.OPT_REASON)]


@cli.command("list")
def list_(
    state: Annotated[str, typer.Option(help=texts.OPT_STATE)] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> None:
    """List deliveries, newest due first."""
    statement = (
        select(
            col(Delivery.id),
            col(Delivery.post_id).label("publicacion"),
            col(Account.handle).label("cuenta"),
            col(Delivery.network).label("red"),
            col(Delivery.state).label("estado"),
            col(Delivery.hold_reason).label("retenido"),
            col(Delivery.local_at).label("hora"),
            col(Receipt.remote_id).label("id_red"),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .outerjoin(
            Receipt, (col(Receipt.delivery_id) == col(Delivery.id)) & (col(Receipt.part) == 0)
        )
        .order_by(col(Delivery.due_at).desc(), col(Delivery.id).desc())
        .limit(limit)
    )
    if state:
        statement = statement.where(col(Delivery.state) == state)
    with open_app().read() as session:
        rows = [dict(row) for row in session.execute(statement).mappings()]
    print_json(rows) if json else print_rows(rows)


@cli.command()
def resume(delivery: Id, as_: As, reason: Reason) -> None:
    """Let a held or doubtful delivery go out now."""
    app = open_app()
    decide.resume(app, _person(app, as_), delivery, reason=reason)
    typer.echo(texts.DECIDED.format(id=delivery))


@cli.command()
def confirm(
    delivery: Id, as_: As, reason: Reason, link: Annotated[str, typer.Option(help=texts.OPT_LINK)]
) -> None:
    """Record that a delivery is public, with its link."""
    app = open_app()
    decide.confirm(app, _person(app, as_), delivery, permalink=link, reason=reason)
    typer.echo(texts.DECIDED.format(id=delivery))


@cli.command()
def discard(delivery: Id, as_: As, reason: Reason) -> None:
    """Give up a held or doubtful delivery."""
    app = open_app()
    decide.discard(app, _person(app, as_), delivery, reason=reason)
    typer.echo(texts.DECIDED.format(id=delivery))


def _person(app: App, email: str) -> Actor:
    """Return whoever decides: a decision is a person's, never the machine's."""
    for row in people.list_people(app, SYSTEM):
        if row.email == email.strip().lower():
            return people.actor_for(app, row.id)
    raise NotFound(texts.NO_SUCH_PERSON.format(email=email))
