"""``pregonero deliveries``: the decisions that only a person takes, the stop, and the zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.context import installation, person
from publisher.cli.deliveries import As, Id, Json, cli, plantel_of
from publisher.cli.misuse import MISUSE, Command
from publisher.cli.output import print_json
from publisher.texts import cli as texts
from publisher.texts import cli_deliveries as words

if TYPE_CHECKING:
    from publisher.app import App

__all__ = ["cli"]

Reason = Annotated[str, typer.Option(help=texts.OPT_REASON)]
Plantel = Annotated[str, typer.Option(help=words.OPT_PLANTEL_STOP)]


@cli.command(cls=Command, help=texts.DELIVERIES_RESUME)
def resume(delivery: Id, as_: As, reason: Reason, json: Json = False) -> None:
    """Let a held or doubtful delivery go out now."""
    from publisher.delivery import decide

    with installation() as app:
        decide.resume(app, person(app, as_), delivery, reason=reason)
    _decided(delivery, "resumed", words.RESUMED.format(id=delivery), json=json)


@cli.command(cls=Command, help=words.RESCHEDULE)
def reschedule(
    delivery: Id,
    as_: As,
    reason: Reason,
    at: Annotated[str, typer.Option(help=words.OPT_AT)],
    fold: Annotated[int | None, typer.Option(min=0, max=1, help=words.OPT_FOLD)] = None,
    json: Json = False,
) -> None:
    """Give a held or doubtful delivery another hour."""
    from publisher.delivery import decide

    with installation() as app:
        actor = person(app, as_)
        decide.reschedule(app, actor, delivery, local_at=at, fold=fold, reason=reason)
    wall = at.replace("T", " ")
    _decided(delivery, "rescheduled", words.RESCHEDULED.format(id=delivery, wall=wall), json=json)


@cli.command(cls=Command, help=texts.DELIVERIES_CONFIRM)
def confirm(
    delivery: Id,
    as_: As,
    reason: Reason,
    link: Annotated[str, typer.Option(help=texts.OPT_LINK)] = "",
    remote: Annotated[str, typer.Option(help=words.OPT_REMOTE)] = "",
    json: Json = False,
) -> int:
    """Record that a delivery is public, with its link or its number in the last look."""
    from publisher.delivery import decide

    if bool(link) == bool(remote):
        typer.echo(words.LINK_OR_REMOTE, err=True)
        return MISUSE
    with installation() as app:
        actor = person(app, as_)
        decide.confirm(app, actor, delivery, permalink=link, remote_id=remote, reason=reason)
    _decided(delivery, "confirmed", words.CONFIRMED.format(id=delivery), json=json)
    return 0


@cli.command(cls=Command, help=texts.DELIVERIES_DISCARD)
def discard(delivery: Id, as_: As, reason: Reason, json: Json = False) -> None:
    """Give up a held or doubtful delivery."""
    from publisher.delivery import decide

    with installation() as app:
        decide.discard(app, person(app, as_), delivery, reason=reason)
    _decided(delivery, "discarded", words.DISCARDED.format(id=delivery), json=json)


@cli.command(cls=Command, help=words.STOP)
def stop(as_: As, reason: Reason, plantel: Plantel = "", json: Json = False) -> None:
    """Stop everything, or one plantel, before the next send."""
    from publisher.delivery import stopping

    with installation() as app:
        place = _place(app, plantel)
        stopping.stop(app, person(app, as_), plantel_id=place, reason=reason)
    _told("stopped", words.STOPPED, plantel, json=json)


@cli.command(cls=Command, help=words.LIFT)
def lift(as_: As, reason: Reason, plantel: Plantel = "", json: Json = False) -> None:
    """Lift a stop."""
    from publisher.delivery import stopping

    with installation() as app:
        place = _place(app, plantel)
        stopping.lift(app, person(app, as_), plantel_id=place, reason=reason)
    _told("lifted", words.LIFTED, plantel, json=json)


@cli.command(cls=Command, help=words.RETIME)
def retime(json: Json = False) -> None:
    """Bring the instants of future deliveries into step with the zone data in use."""
    from publisher.delivery.retime import retime as bring

    with installation() as app:
        done = bring(app, force=True)
    if json:
        print_json(done)
    else:
        line = words.RETIMED if done.moved else words.RETIME_NONE
        typer.echo(line.format(after=done.after, moved=done.moved, held=done.held))


def _place(app: App, plantel: str) -> int | None:
    if not plantel:
        return None
    with app.read() as session:
        return plantel_of(session, plantel)


def _told(what: str, sentence: str, plantel: str, *, json: bool) -> None:
    if json:
        print_json({"decision": what, "plantel": plantel.upper() or None})
    else:
        typer.echo(sentence.format(place=plantel.upper() or words.EVERYTHING))


def _decided(delivery: int, decision: str, sentence: str, *, json: bool) -> None:
    if json:
        print_json({"delivery": delivery, "decision": decision})
    else:
        typer.echo(sentence)
