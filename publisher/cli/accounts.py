"""``pregonero accounts``: the list, pause and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from publisher.cli.context import installation
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json, print_rows
from publisher.texts import cli as texts

if TYPE_CHECKING:
    from sqlalchemy import Select

State = Literal["active", "paused", "reauth", "closed", "replaced"]

cli = group()

Id = Annotated[int, typer.Argument(metavar=texts.META_ID, help=texts.ARG_ACCOUNT)]
Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]


@cli.command("list", cls=Command, help=texts.ACCOUNTS_LIST)
def list_(
    state: Annotated[State | None, typer.Option(help=texts.OPT_STATE)] = None,
    json: Json = False,
) -> None:
    """List the accounts with their plantel and state."""
    from sqlalchemy import select
    from sqlmodel import col

    from publisher.models import Account, Plantel

    statement: Select[*tuple[Any, ...]] = (
        select(
            col(Account.id),
            col(Plantel.code).label("plantel"),
            col(Account.network),
            col(Account.handle),
            col(Account.connector),
            col(Account.state),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .order_by(col(Plantel.code), col(Account.network))
    )
    if state:
        statement = statement.where(col(Account.state) == state)
    with installation() as app, app.read() as session:
        rows = [dict(row) for row in session.execute(statement).mappings()]
    print_json({"accounts": rows}) if json else print_rows(rows)


@cli.command(cls=Command, help=texts.ACCOUNTS_PAUSE)
def pause(
    account: Id,
    reason: Annotated[str, typer.Option(help=texts.OPT_REASON)],
    json: Json = False,
) -> None:
    """Stop one account until it is resumed."""
    from publisher import institution
    from publisher.app import SYSTEM

    with installation() as app:
        institution.pause_account(app, SYSTEM, account, reason=reason)
    print_json({"account": account, "state": "paused"}) if json else typer.echo(
        texts.PAUSED.format(id=account)
    )


@cli.command(cls=Command, help=texts.ACCOUNTS_RESUME)
def resume(
    account: Id,
    reason: Annotated[str, typer.Option(help=texts.OPT_REASON)] = "",
    json: Json = False,
) -> None:
    """Let a paused account publish again."""
    from publisher import institution
    from publisher.app import SYSTEM

    with installation() as app:
        institution.resume_account(app, SYSTEM, account, reason=reason)
    print_json({"account": account, "state": "active"}) if json else typer.echo(
        texts.RESUMED.format(id=account)
    )
