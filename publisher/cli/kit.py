"""``pregonero vault kit`` and ``recover``: the master key on paper, and back."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.context import installation, prepare
from publisher.cli.output import print_json, say
from publisher.errors import Invalid
from publisher.texts import cli as cli_texts
from publisher.texts import kit as texts

if TYPE_CHECKING:
    from vault.kit import Half

CLEAR = "\033[H\033[2J\033[3J"
"""Empties a terminal and what it remembers above the screen."""

Json = Annotated[bool, typer.Option("--json", help=cli_texts.OPT_JSON)]


def kit(
    to: Annotated[Path, typer.Option("--to", help=texts.OPT_TO)],
    second_to: Annotated[Path | None, typer.Option("--second-to", help=texts.OPT_SECOND)] = None,
    json: Json = False,
) -> None:
    """Write the two sheets."""
    from publisher.app import SYSTEM
    from publisher.kit import print_kit

    with installation() as app:
        made = print_kit(app, SYSTEM, to=to, second=second_to)
    if json:
        print_json(dataclasses.asdict(made))
    else:
        typer.echo(texts.MADE.format(kit=made.kit, first=made.first, second=made.second))


def recover(
    half: Annotated[list[Path] | None, typer.Option("--half", help=texts.OPT_HALF)] = None,
    to: Annotated[str, typer.Option("--to", help=texts.OPT_PLACE)] = "",
    json: Json = False,
) -> int:
    """Bring the key back from two sheets; exit 1 where the database does not open with it."""
    from publisher import kit as kits

    settings = prepare()
    first, second = _halves(half or [])
    done = kits.recover(settings, first, second, to=to)
    if json:
        print_json(dataclasses.asdict(done))
    else:
        if sys.stdout.isatty() and not half:
            typer.echo(CLEAR, nl=False)  # what was typed stands on the screen
        typer.echo(texts.RECOVERED.format(key=done.key, place=done.place))
        for key, place in done.beside:
            typer.echo(texts.BESIDE.format(key=key, place=place))
        typer.echo(texts.AGAIN)
    if done.problem:
        say(done.problem)
    return 1 if done.problem else 0


def _halves(files: list[Path]) -> tuple[Half, Half]:
    if not files:
        say(texts.BEGIN)
        first = _ask_half(None)
        return first, _ask_half(first)
    if len(files) != 2:
        raise Invalid(texts.TWO_HALVES, field="half")
    return _read_half(files[0]), _read_half(files[1])


def _read_half(path: Path) -> Half:
    from vault.kit import read_half

    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise Invalid(texts.HALF_UNREADABLE.format(path=path), field="half") from None
    return read_half(text)


def _ask_half(first: Half | None) -> Half:
    """Ask for a sheet line by line; a line with an error is asked for again.

    A sheet that does not go with the ``first`` one is told by its code, before its lines.
    """
    from vault.errors import KitLine, KitProblem
    from vault.kit import Half, read_code, read_line, require_pair

    while True:
        try:
            code = read_code(typer.prompt(texts.ASK_CODE, err=True))
            if first is not None:
                require_pair(first.code, code)
            break
        except KitProblem as error:
            say(error.sentence)
    data = b""
    for number in range(1, code.lines + 1):
        question = texts.ASK_LINE.format(half=code.half, number=number, lines=code.lines)
        while True:
            try:
                data += read_line(code, number, typer.prompt(question, err=True))
                break
            except KitLine as error:
                say(error.sentence)
    return Half(code, data)
