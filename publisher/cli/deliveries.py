"""``pregonero deliveries``: the list, and the decisions that only a person takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from publisher.cli.context import installation, person
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json, print_rows
from publisher.texts import cli as texts

if TYPE_CHECKING:
    from sqlalchemy import Select

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
Reason = Annotated[str, typer.Option(help=texts.OPT_REASON)]
Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]


@cli.command("list", cls=Command, help=texts.DELIVERIES_LIST)
def list_(
    state: Annotated[State | None, typer.Option(help=texts.OPT_STATE)] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=texts.OPT_LIMIT)] = 50,
    json: Json = False,
) -> None:
    """List deliveries, newest due first."""
    from sqlalchemy import select
    from sqlmodel import col

    from publisher.models import Account, Delivery, Receipt

    statement: Select[*tuple[Any, ...]] = (
        select(
            col(Delivery.id),
            col(Delivery.post_id).label("post"),
            col(Delivery.network),
            col(Account.handle),
            col(Delivery.state),
            col(Delivery.hold_reason),
            col(Delivery.local_at),
            col(Receipt.remote_id),
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
    with installation() as app, app.read() as session:
        rows = [dict(row) for row in session.execute(statement).mappings()]
    print_json({"deliveries": rows}) if json else print_rows(rows)


@cli.command(cls=Command, help=texts.DELIVERIES_RESUME)
def resume(delivery: Id, as_: As, reason: Reason, json: Json = False) -> None:
    """Let a held or doubtful delivery go out now."""
    from publisher.delivery import decide

    with installation() as app:
        decide.resume(app, person(app, as_), delivery, reason=reason)
    _decided(delivery, "resumed", json=json)


@cli.command(cls=Command, help=texts.DELIVERIES_CONFIRM)
def confirm(
    delivery: Id,
    as_: As,
    reason: Reason,
    link: Annotated[str, typer.Option(help=texts.OPT_LINK)],
    json: Json = False,
) -> None:
    """Record that a delivery is public, with its link."""
    from publisher.delivery import decide

    with installation() as app:
        decide.confirm(app, person(app, as_), delivery, permalink=link, reason=reason)
    _decided(delivery, "confirmed", json=json)


@cli.command(cls=Command, help=texts.DELIVERIES_DISCARD)
def discard(delivery: Id, as_: As, reason: Reason, json: Json = False) -> None:
    """Give up a held or doubtful delivery."""
    from publisher.delivery import decide

    with installation() as app:
        decide.discard(app, person(app, as_), delivery, reason=reason)
    _decided(delivery, "discarded", json=json)


def _decided(delivery: int, decision: str, *, json: bool) -> None:
    if json:
        print_json({"delivery": delivery, "decision": decision})
    else:
        typer.echo(texts.DECIDED.format(id=delivery))
