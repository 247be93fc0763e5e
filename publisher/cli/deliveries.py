"""``pregonero deliveries``: the list, one delivery with its evidence, a look at its account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from publisher.cli.context import installation, person
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json, print_rows
from publisher.texts import cli as texts
from publisher.texts import cli_deliveries as words
from publisher.texts import deciding as cause_texts
from publisher.texts import delivery as sentences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Select

    from publisher.queries.decision_case import Case
    from publisher.queries.looks import Look

State = Literal[
    "scheduled",
    "leased",
    "staging",
    "sending",
    "unknown",
    "retrying",
    "held",
    "needs_decision",
    "published",
    "rejected",
    "dead",
    "cancelled",
]

cli = group()

Id = Annotated[int, typer.Argument(metavar=texts.META_ID, help=texts.ARG_DELIVERY)]
As = Annotated[str, typer.Option("--as", help=texts.OPT_AS)]
Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]
LINES = words.LINES


@cli.command("list", cls=Command, help=texts.DELIVERIES_LIST)
def list_(
    state: Annotated[State | None, typer.Option(help=texts.OPT_STATE)] = None,
    plantel: Annotated[str, typer.Option(help=words.OPT_PLANTEL)] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=texts.OPT_LIMIT)] = 50,
    json: Json = False,
) -> None:
    """List deliveries, newest due first."""
    from sqlalchemy import select
    from sqlmodel import col

    from publisher.models import Account, Delivery, Plantel, Receipt

    statement: Select[*tuple[Any, ...]] = (
        select(
            col(Delivery.id),
            col(Delivery.post_id).label("post"),
            col(Plantel.code).label("plantel"),
            col(Delivery.network),
            col(Account.handle),
            col(Delivery.state),
            col(Delivery.hold_reason),
            col(Delivery.local_at),
            col(Receipt.remote_id),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .outerjoin(
            Receipt, (col(Receipt.delivery_id) == col(Delivery.id)) & (col(Receipt.part) == 0)
        )
        .order_by(col(Delivery.due_at).desc(), col(Delivery.id).desc())
        .limit(limit)
    )
    if state:
        statement = statement.where(col(Delivery.state) == state)
    with installation() as app, app.read() as session:
        if plantel:
            statement = statement.where(col(Account.plantel_id) == plantel_of(session, plantel))
        rows = [dict(row) for row in session.execute(statement).mappings()]
    if json:
        print_json({"deliveries": rows})
        return
    for row in rows:
        row["state"] = sentences.STATES[row["state"]]
        row["hold_reason"] = cause_texts.CAUSES[row["hold_reason"]] if row["hold_reason"] else ""
    print_rows(rows)


@cli.command(cls=Command, help=words.SHOW)
def show(delivery: Id, json: Json = False) -> None:
    """Show a delivery with its evidence."""
    from publisher.app import SYSTEM
    from publisher.queries import decision_case

    with installation() as app:
        case = decision_case.case(app, SYSTEM, delivery, action="delivery.read")
    _print(case, json=json)


@cli.command(cls=Command, help=words.LOOK)
def look(delivery: Id, as_: As, json: Json = False) -> int:
    """Look at the account of a delivery that waits; 1 where it could not be seen."""
    from publisher.delivery.inspection import inspect
    from publisher.queries import decision_case

    with installation() as app:
        actor = person(app, as_)
        inspect(app, actor, delivery)
        case = decision_case.case(app, actor, delivery)
    _print(case, json=json)
    return 1 if case.look is None or case.look.error else 0


def plantel_of(session: Any, code: str) -> int:
    """Return the id of the plantel with ``code``. Raises ``NotFound``."""
    from sqlalchemy import func, select
    from sqlmodel import col

    from publisher.errors import NotFound
    from publisher.models import Plantel

    found = session.scalar(
        select(col(Plantel.id)).where(func.upper(col(Plantel.code)) == code.strip().upper())
    )
    if found is None:
        raise NotFound(words.NO_SUCH_PLANTEL.format(code=code))
    return int(found)


def _print(case: Case, *, json: bool) -> None:
    if json:
        print_json({"delivery": case})
        return
    for line in _lines(case):
        typer.echo(line)


def _lines(case: Case) -> Iterator[str]:
    row, zone = case.delivery, case.delivery.timezone
    yield words.HEAD.format(id=row.id, state=sentences.STATES[row.state])
    yield LINES["place"].format(network=row.network, handle=row.handle, plantel=row.plantel)
    yield LINES["due"].format(local_at=row.local_at.replace("T", " "), timezone=zone)
    if case.waiting:
        cause = row.reason or cause_texts.CAUSES.get(row.hold_reason, "")
        yield LINES["why"].format(reason=cause)
    if case.agreed is None:
        yield LINES["void"]
    else:
        agreed = case.agreed
        yield LINES["agreed"].format(
            local_at=agreed.local_at.replace("T", " "),
            tolerance=agreed.tolerance_min,
            person=agreed.person,
        )
        if case.waiting and agreed.window is not None:
            yield LINES["window"].format(last=_local(agreed.window.last, zone))
    yield LINES["text"].format(text=" ".join(case.text.split()))
    yield LINES["attempts"].format(n=len(row.attempts))
    for attempt in row.attempts:
        yield LINES["attempt"].format(
            opened=_local(attempt.opened_at, zone),
            closed=_local(attempt.closed_at, zone) or words.OPEN,
            outcome=words.OUTCOMES.get(attempt.outcome, attempt.outcome),
            code=words.CODE.format(code=attempt.code) if attempt.code else "",
            worker=words.WORKER.format(worker=attempt.worker) if attempt.worker else "",
        )
        if attempt.detail:
            yield LINES["detail"].format(detail=attempt.detail)
    yield from _look_lines(case.look, zone)


def _look_lines(look: Look | None, zone: str) -> Iterator[str]:
    if look is None:
        yield LINES["look_none"]
        return
    by = words.BY.format(name=look.by) if look.by else ""
    yield LINES["look"].format(at=_local(look.at, zone), by=by)
    for error in (look.error, look.listing_error):
        if error:
            yield LINES["look_error"].format(error=error)
    for match in look.matches:
        yield LINES["match"].format(id=match.remote_id, link=match.link)
    if not look.matches and not look.error:
        yield LINES["no_match"]
    for post in look.shown:
        yield LINES["shown"].format(
            mark=words.MARKS[post.like],
            at=_local(post.at, zone),
            id=post.remote_id,
            text=" ".join(post.text.split())[:80],
        )


def _local(moment: datetime | None, zone: str) -> str:
    from publisher import localtime

    return "" if moment is None else localtime.wall_of(moment, zone).replace("T", " ")
