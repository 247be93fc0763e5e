"""``pregonero accounts``: the list, pause and resume."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import col

from publisher import institution
from publisher.app import SYSTEM, open_app
from publisher.cli.output import print_json, print_rows
from publisher.models import Account, Plantel
from publisher.texts import cli as texts

cli = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@cli.command("list")
def list_(
    state: Annotated[str, typer.Option(help=texts.OPT_STATE)] = "",
    json: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
) -> None:
    """List the accounts with their plantel and state."""
    statement = (
        select(
            col(Account.id),
            col(Plantel.code).label("plantel"),
            col(Account.network).label("red"),
            col(Account.handle).label("cuenta"),
            col(Account.connector).label("conector"),
            col(Account.state).label("estado"),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .order_by(col(Plantel.code), col(Account.network))
    )
    if state:
        statement = statement.where(col(Account.state) == state)
    with open_app().read() as session:
        rows = [dict(row) for row in session.execute(statement).mappings()]
    print_json(rows) if json else print_rows(rows)


@cli.command()
def pause(
    account: Annotated[int, typer.Argument(help=texts.ARG_ACCOUNT)],
    reason: Annotated[str, typer.Option(help=texts.OPT_REASON)],
) -> None:
    """Stop one account until it is resumed."""
    institution.pause_account(open_app(), SYSTEM, account, reason=reason)
    typer.echo(texts.PAUSED.format(id=account))


@cli.command()
def resume(
    account: Annotated[int, typer.Argument(help=texts.ARG_ACCOUNT)],
    reason: Annotated[str, typer.Option(help=texts.OPT_REASON)] = "",
) -> None:
    """Let a paused account publish again."""
    institution.resume_account(open_app(), SYSTEM, account, reason=reason)
    typer.echo(texts.RESUMED.format(id=account))
