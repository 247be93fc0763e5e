"""``pregonero accounts``: the list, pause and resume, connecting, and what their networks say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from publisher.cli.context import installation, person
from publisher.cli.misuse import MISUSE, Command, group
from publisher.cli.output import Progress, print_json, print_rows, say
from publisher.texts import cli as texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from publisher.app import App
    from publisher.connections import Choice

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


@cli.command(cls=Command, help=texts.ACCOUNTS_LOGIN)
def login(
    account: Annotated[str, typer.Option(metavar=texts.META_ID, help=texts.OPT_LOGIN_ACCOUNT)],
    as_: Annotated[str, typer.Option("--as", help=texts.OPT_AS)],
    user: Annotated[str, typer.Option(help=texts.OPT_LOGIN_USER)] = "",
    reason: Annotated[str, typer.Option(help=texts.OPT_REASON)] = "",
) -> int:
    """Open an Instagram account's session, asking for password and codes; 0 once it is sealed."""
    from publisher import connections
    from publisher.connections import CodeWanted
    from vault.secret import Secret

    with installation() as app:
        actor = person(app, as_)
        account_id, handle = _found(app, account)
        username = user or typer.prompt(texts.LOGIN_USER, default=handle, err=True)
        password = Secret(typer.prompt(texts.LOGIN_PASSWORD, hide_input=True, err=True))
        outcome = connections.begin_session(
            app, actor, account_id, username=username, password=password, reason=reason
        )
        while isinstance(outcome, CodeWanted):
            say(outcome.sentence)
            code = Secret(typer.prompt(texts.LOGIN_CODE, hide_input=True, err=True))
            outcome = connections.answer_session(app, actor, outcome.ticket, code)
    typer.echo(texts.LOGGED_IN.format(name=outcome.name or outcome.handle))
    return 0


@cli.command(cls=Command, help=texts.ACCOUNTS_CONNECT)
def connect(
    system_token_file: Annotated[Path, typer.Option(help=texts.OPT_SYSTEM_TOKEN)],
    as_: Annotated[str, typer.Option("--as", help=texts.OPT_AS)],
    all_: Annotated[bool, typer.Option("--all", help=texts.OPT_CONNECT_ALL)] = False,
    account: Annotated[
        list[int] | None, typer.Option(metavar=texts.META_ID, help=texts.OPT_CONNECT_ACCOUNT)
    ] = None,
    json: Json = False,
) -> int:
    """Connect the pages that a system user's token reaches; without a choice, list them."""
    from publisher.connections import choosing
    from publisher.settings import read_secret
    from publisher.texts import connections as words
    from vault.secret import Secret

    if all_ and account:
        say(texts.CONNECT_WHICH)
        return MISUSE
    wanted = frozenset(account or ())
    with installation() as app:
        actor = person(app, as_)
        token = Secret(read_secret("--system-token-file", system_token_file))
        granted = choosing.reached(app, actor, token)
        choices = choosing.choices_of(app, actor, granted)
        chosen = [one for one in choices if one.may and (all_ or one.account_id in wanted)]
        missing = sorted(wanted - {one.account_id for one in chosen})
        if missing:
            say(texts.CONNECT_NOT_REACHED.format(ids=", ".join(map(str, missing))))
            return 1
        if not chosen:
            return _list_choices(choices, json=json)
        keys = [one.key for one in chosen]
        done = choosing.connect_granted(app, actor, granted, keys, reason=words.SYSTEM_REASON)
    well = sum(one.well for one in done)
    if json:
        print_json({"connected": well, "accounts": done})
    else:
        for one in done:
            said = texts.CONNECTED_LINE if one.well else texts.NOT_CONNECTED_LINE
            typer.echo(said.format(name=one.name, network=one.network, why=one.sentence))
        typer.echo(texts.CONNECTED.format(n=well, all=len(done)))
    return 0 if well == len(done) else 1


def _list_choices(choices: Sequence[Choice], *, json: bool) -> int:
    rows = [
        {
            "account": one.account_id,
            "network": one.network,
            "name": one.name,
            "target": one.target,
            "note": one.note,
        }
        for one in choices
    ]
    if json:
        print_json({"connected": 0, "reached": rows})
        return 0
    print_rows([{**row, "account": row["account"] or ""} for row in rows])
    say(texts.CONNECT_CHOOSE)
    return 0


def _found(app: App, account: str) -> tuple[int, str]:
    """Return an Instagram account's number and handle, by either. Raises ``NotFound``."""
    from sqlalchemy import select
    from sqlmodel import col

    from publisher.errors import NotFound
    from publisher.institution.holding import ENDED
    from publisher.models import Account

    wanted = account.strip().lstrip("@")
    by = col(Account.id) == int(wanted) if wanted.isdigit() else col(Account.handle) == wanted
    with app.read() as session:
        row = session.execute(
            select(col(Account.id), col(Account.handle)).where(
                by, col(Account.network) == "instagram", col(Account.state).not_in(ENDED)
            )
        ).first()
    if row is None:
        raise NotFound(texts.LOGIN_NO_SUCH.format(account=wanted))
    return row.id, row.handle


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
