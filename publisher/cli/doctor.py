"""``pregonero doctor``."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from publisher.cli.context import prepare
from publisher.cli.output import print_json
from publisher.texts import cli as cli_texts
from publisher.texts import doctor as texts


def doctor(json: Annotated[bool, typer.Option("--json", help=cli_texts.OPT_JSON)] = False) -> int:
    """Exit 0 unless something fails."""
    from publisher.doctor import examine

    report = examine(prepare())
    if json:
        print_json(dataclasses.asdict(report))
        return 0 if report.ok else 1
    for check in report.checks:
        typer.echo(f"{texts.MARKS[check.state]}  {check.sentence}")
        if check.step:
            typer.echo(texts.STEP.format(step=check.step))
    fails = sum(check.state == "fail" for check in report.checks)
    sick = texts.SICK_ONCE if fails == 1 else texts.SICK.format(n=fails)
    typer.echo(sick if fails else texts.HEALTHY)
    return 0 if report.ok else 1
