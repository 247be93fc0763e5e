"""``pregonero accounts``: the list, pause and resume, and a look at what their networks say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from publisher.cli.context import installation
from publisher.cli.misuse import MISUSE, Command, group
from publisher.cli.output import Progress, print_json, print_rows, say
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


@cli.command(cls=Command, help=texts.ACCOUNTS_VERIFY)
def verify(
    all_: Annotated[bool, typer.Option("--all", help=texts.OPT_EVERY_ACCOUNT)] = False,
    plantel: Annotated[
        list[str] | None, typer.Option(metavar=texts.META_CODE, help=texts.OPT_PLANTEL)
    ] = None,
    json: Json = False,
) -> int:
    """Ask the networks whether the stored credentials act as their accounts; 0 if all do."""
    import time
    from collections import Counter
    from functools import partial

    from publisher import connections
    from publisher.app import SYSTEM
    from publisher.texts import connections as words

    if all_ == bool(plantel):
        say(texts.VERIFY_WHICH)
        return MISUSE
    started = time.monotonic()
    with installation() as app:
        progress = partial(Progress(), texts.VERIFYING)
        found = connections.verify_accounts(app, SYSTEM, planteles=plantel or (), progress=progress)
    seconds = round(time.monotonic() - started, 1)
    counts = Counter(one.outcome for one in found)
    if json:
        print_json({"accounts": found, "counts": counts, "seconds": seconds})
        return 0 if set(counts) <= {"ok"} else 1
    for one in found:
        if one.outcome != "ok":
            line = texts.VERIFIED_LINE.format(
                plantel=one.plantel,
                handle=one.handle,
                network=one.network,
                outcome=words.OUTCOMES[one.outcome],
                sentence=one.sentence,
            )
            typer.echo(line)
    shown = ", ".join(f"{words.OUTCOMES[name].lower()} {n}" for name, n in counts.most_common())
    typer.echo(texts.VERIFIED.format(n=len(found), seconds=seconds, counts=shown or "0"))
    return 0 if set(counts) <= {"ok"} else 1
