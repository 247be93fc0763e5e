"""Finding states of deliveries that source code writes by name instead of asking the table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from publisher.delivery.states import STATES

_WRITTEN = re.compile(
    r"(?<!account)(?<!plantel)(?<!breaker)[.\s(,]"
    r"state\s*(?:=|<>|(?:NOT\s+)?IN)\s*\(?\s*'(\w+)'",
    re.IGNORECASE,
)

Found = tuple[int, str]


def named_states(source: str) -> Iterator[Found]:
    """Yield (line, what) of every place that writes or guards a delivery's state by name.

    Texts of a module that updates deliveries in text, assignments other than a post's, ``state=…``
    arguments and rows, and the conditions of ``update(Delivery)``. Mere reads are not meant.
    """
    updates = "UPDATE delivery" in source
    for node in ast.walk(ast.parse(source)):
        if updates and isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _in_text(node, node.value)
        elif isinstance(node, ast.Assign):
            if any(_is_state(target) for target in node.targets):
                yield from _constants(node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "state":
                    yield from _constants(value)
        elif isinstance(node, ast.Call):
            yield from _in_call(node)


def _in_text(node: ast.Constant, text: str) -> Iterator[Found]:
    for match in _WRITTEN.finditer(f" {text}"):
        if match.group(1) in STATES:
            yield node.lineno, match.group(0).strip()


def _in_call(node: ast.Call) -> Iterator[Found]:
    for keyword in node.keywords:
        if keyword.arg == "state":
            yield from _constants(keyword.value)
    if "update(Delivery)" in ast.unparse(node.func):
        for argument in node.args:
            if "Delivery.state" in ast.unparse(argument):
                yield from _constants(argument)


def _is_state(target: ast.AST) -> bool:
    if not isinstance(target, ast.Attribute) or target.attr != "state":
        return False
    return not (isinstance(target.value, ast.Name) and target.value.id == "post")


def _constants(node: ast.AST) -> Iterator[Found]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and inner.value in STATES:
            yield inner.lineno, repr(inner.value)
