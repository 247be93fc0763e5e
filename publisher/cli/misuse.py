"""Misuse in Spanish: what Typer refuses before a command runs, and the frame of its help.

Only Typer's public names are used. Its usage errors are ``TyperException`` with exit code 2 and
tell what happened by their attributes; the classes themselves live in a private module.
"""

from __future__ import annotations

import re
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from publisher.texts import cli as texts

MISUSE: Final = 2


def problem(error: typer.TyperException) -> str:
    """Return what is wrong with the command line, as the end of a Spanish sentence."""
    option = getattr(error, "option_name", None)
    if option:
        if hasattr(error, "possibilities"):
            return texts.NO_SUCH_OPTION.format(name=option)
        return texts.BAD_OPTION.format(name=option)
    if isinstance(error, typer.BadParameter):
        line = texts.MISSING if hasattr(error, "param_type") else texts.BAD_VALUE
        return line.format(name=_name_of(error))
    command = re.match(r"No such command '(.*?)'", error.message)
    if command:
        return texts.NO_SUCH_COMMAND.format(name=command[1])
    return texts.OTHER_MISUSE


def sentence(error: typer.TyperException) -> str:
    """Return the whole sentence; the help itself where a group was called without a command."""
    context = getattr(error, "ctx", None)
    if context is not None and error.message == context.get_help():
        return error.message
    command = context.command_path if context is not None else "pregonero"
    return texts.MISUSE.format(problem=problem(error), command=command)


def _name_of(error: typer.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return error.param_hint if isinstance(error.param_hint, str) else ""
    flags = [name for name in parameter.opts if name.startswith("-")]
    return flags[-1] if flags else str(getattr(parameter, "metavar", None) or parameter.name)


def _spanish(help_text: str) -> str:
    for english, spanish in texts.HELP.items():
        help_text = help_text.replace(english, spanish)
    return help_text


class Command(TyperCommand):
    """A command whose help has a Spanish frame."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, in Spanish."""
        return _spanish(super().get_help(ctx))


class Group(TyperGroup):
    """A group whose help has a Spanish frame."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, in Spanish."""
        return _spanish(super().get_help(ctx))


def group(help_text: str = "") -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        cls=Group,
        help=help_text or None,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
