"""``pregonero check``: one text for a person, or a file of posts for a machine. No database."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from connectors import limits
from connectors.weight import weigh
from publisher.manual import check_texts
from publisher.manual.document import Manual, shipped
from publisher.texts import cli as texts
from publisher.texts import spelling as spelling_texts

if TYPE_CHECKING:
    from publisher.manual.check import Also

NETWORKS = ("facebook", "instagram", "x")
MISUSE = 2
_STDIN = Path("-")


def check(
    text: Annotated[str | None, typer.Argument(help=texts.ARG_TEXT)] = None,
    jsonl: Annotated[Path | None, typer.Option("--jsonl", help=texts.OPT_JSONL)] = None,
    network: Annotated[str | None, typer.Option(help=texts.OPT_NETWORK)] = None,
    json_: Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)] = False,
    spelling: Annotated[bool, typer.Option("--spelling", help=spelling_texts.OPT_SPELLING)] = False,
) -> int:
    """Exit 0 when everything could be judged, 1 when a file or a line could not, 2 on misuse.

    A verdict is a result, not a failure. With ``--jsonl`` the output is always JSON lines.
    ``--spelling`` adds what a dictionary of this machine lacks, or says that there is none.
    """
    if (text is None) == (jsonl is None):
        typer.echo(check_texts.text_or_file(), err=True)
        return MISUSE
    if network is not None and network not in NETWORKS:
        typer.echo(check_texts.unknown_network(network), err=True)
        return MISUSE
    # the engine of rules is for this command alone: no other waits for its import
    from publisher.manual.check import BadLine, check_line, nothing

    manual = shipped()
    also = _speller() if spelling else nothing
    if text is None:
        return _file(jsonl or _STDIN, network, manual, also)
    try:
        result = check_line(
            {"text": text, "network": network},
            manual,
            weigh=weigh,
            limit_of=limit_of,
            also=also,
        )
    except BadLine as error:
        typer.echo(str(error), err=True)
        return 1
    if json_:
        _print(result)
    else:
        _show(result, manual)
        if network is not None:
            length = weigh(text) if network == "x" else len(text)
            typer.echo(check_texts.weighed(length, limit_of(network)))
    return 0


def _speller() -> Also:
    """Return what reads a text's spelling. Raises ``Unready`` where no dictionary is installed."""
    from publisher import spelling
    from publisher.settings import load_settings

    base = spelling.find(load_settings().spelling)

    def review(text: str) -> list[dict[str, Any]]:
        return [
            {
                "rule": spelling.RULE,
                "section": spelling.RULE.split(".", maxsplit=1)[0],
                "severity": "informativa",
                "category": None,
                "fragment": doubt.word,
                "span": [doubt.start, doubt.end],
                "explanation": doubt.explanation,
                "suggestion": doubt.suggestion,
            }
            for doubt in spelling.review(text, base)
        ]

    return review


def limit_of(network: str) -> int | None:
    """Return the most characters of ``network``; None if it is not known."""
    found = limits.value(network, "text_max") if network in NETWORKS else None
    return None if found is None else int(found)


def _file(path: Path, network: str | None, manual: Manual, also: Also) -> int:
    from publisher.manual.check import check_stream

    bad = 0
    try:
        with _opened(path) as source:
            for result in check_stream(
                source, manual, network=network, weigh=weigh, limit_of=limit_of, also=also
            ):
                bad += "error" in result
                _print(result)
    except BrokenPipeError:  # whoever read the result has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError:
        typer.echo(check_texts.cannot_read(str(path)), err=True)
        return 1
    if bad:
        typer.echo(check_texts.bad_lines(bad), err=True)
    return 1 if bad else 0


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if path == _STDIN:
        yield sys.stdin.buffer
        return
    with path.open("rb") as source:
        yield source


def _print(result: dict[str, Any]) -> None:
    line = json.dumps(result, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # half a surrogate pair came in; it can only go out escaped
        line = json.dumps(result)
    typer.echo(line)


def _show(result: dict[str, Any], manual: Manual) -> None:
    typer.echo(check_texts.verdict(result["verdict"]))
    for finding in result["findings"]:
        typer.echo(f"  {check_texts.severity(finding['severity'])}. {finding['explanation']}")
        typer.echo(f"    {finding['suggestion']}")
    typer.echo(check_texts.manual_used(manual.title, manual.version))
