"""``pregonero connectors``: a test post on a real account, and what a network may cost a month."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from publisher.cli.context import installation, person
from publisher.cli.misuse import MISUSE, Command, group
from publisher.cli.output import print_json
from publisher.texts import cli as texts
from publisher.texts import smoke as words
from publisher.texts import spending as money

cli = group()

As = Annotated[str, typer.Option("--as", help=texts.OPT_AS)]
Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]


@cli.command(cls=Command, help=words.SMOKE)
def smoke(
    network: Annotated[Literal["x", "facebook", "instagram"], typer.Option(help=words.OPT_NETWORK)],
    account: Annotated[str, typer.Option(help=words.OPT_ACCOUNT)],
    as_: As,
    yes: Annotated[bool, typer.Option("--yes", help=words.OPT_YES)] = False,
    json: Json = False,
) -> int:
    """Publish, read back and take down one test post; 1 where a step fails."""
    from publisher.delivery import smoke as test

    with installation() as app:
        actor = person(app, as_)
        subject = test.prepare(app, actor, network, account)
        question = words.ASK.format(network=network, handle=subject.handle, text=subject.text)
        if not yes and not typer.confirm(question):
            typer.echo(words.LEFT)
            return 1
        steps = []
        for step in test.run(app, actor, subject):
            steps.append(step)
            if not json:
                typer.echo(f"{'✓' if step.fine else '✗'} {step.said}")
    if json:
        print_json({"steps": steps})
    return 0 if all(step.fine for step in steps) else 1


@cli.command(cls=Command, help=words.CAP)
def cap(
    network: Annotated[str, typer.Option(help=words.OPT_NETWORK)],
    usd: Annotated[str, typer.Option(help=words.OPT_USD)],
    reason: Annotated[str, typer.Option(help=words.OPT_REASON)],
    as_: As,
) -> int:
    """Set or lift what a network may cost a month."""
    from decimal import Decimal, InvalidOperation

    from connectors.prices import MICROS
    from publisher.delivery import spending

    try:
        amount = None if usd.strip().lower() == "sin" else Decimal(usd)
    except InvalidOperation:
        typer.echo(words.BAD_USD.format(value=usd), err=True)
        return MISUSE
    with installation() as app:
        released = spending.set_cap(app, person(app, as_), network, amount, reason=reason)
    if amount is None:
        typer.echo(money.CAP_LIFTED.format(network=network))
    else:
        micros = int(amount * MICROS)
        typer.echo(money.CAP_SET.format(network=network, cap=money.dollars(micros)))
    if released:
        typer.echo(money.RELEASED.format(n=released))
    return 0
