"""Which write transactions of the publisher reach the audit, read from the source itself.

Every ``with app.write()`` is found, and from its body the calls are followed through the packages'
own functions (imports and re-exports resolved). A body from which no call leads to an appended
entry is *silent*. Read from the source, so that a verb written tomorrow is found by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("publisher", "vault")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One source: its functions by name (``Class.method`` too), and what its imports name."""

    name: str
    functions: dict[str, Function] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class Source:
    """Every module of the packages, by dotted name."""

    modules: dict[str, Module]

    @classmethod
    def read(cls, root: Path = ROOT, packages: tuple[str, ...] = PACKAGES) -> Source:
        """Read all sources below ``root``."""
        found = {}
        for package in packages:
            for path in sorted((root / package).rglob("*.py")):
                parts = path.relative_to(root).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[name] = _module(name, ast.parse(path.read_text("utf-8")))
        return cls(found)

    def writes(self) -> Iterator[tuple[str, list[ast.stmt]]]:
        """Yield where (``module.function``) and with which body each transaction is opened.

        Where a function opens several, ``#1``, ``#2`` tell them apart, in the order of the text.
        """
        for module in self.modules.values():
            for name, function in module.functions.items():
                found = [
                    node
                    for node in ast.walk(function)
                    if isinstance(node, ast.With) and any(map(_opens, node.items))
                ]
                found.sort(key=lambda node: node.lineno)
                for number, node in enumerate(found, 1):
                    mark = f"#{number}" if len(found) > 1 else ""
                    yield f"{module.name}.{name}{mark}", node.body

    def silent(self) -> set[str]:
        """Return where a write transaction is opened that reaches no entry."""
        return {
            where
            for where, body in self.writes()
            if not self._tells(
                where.partition("#")[0], (call for node in body for call in _calls(node))
            )
        }

    def _tells(self, where: str, calls: Iterator[ast.Call]) -> bool:
        module = self.modules[self._module_of(where)]
        owner = where.removeprefix(f"{module.name}.").rpartition(".")[0]
        return any(
            _appends(call) or self._resolve(module, owner, call) in self.telling for call in calls
        )

    def _module_of(self, where: str) -> str:
        while where not in self.modules:
            where = where.rpartition(".")[0]
        return where

    @cached_property
    def telling(self) -> set[str]:
        """Every function from which a call leads to an appended entry."""
        calls: dict[str, set[str]] = {}
        found: set[str] = set()
        for module in self.modules.values():
            for name, function in module.functions.items():
                full, owner = f"{module.name}.{name}", name.rpartition(".")[0]
                inner = list(_calls(function))
                if any(map(_appends, inner)):
                    found.add(full)
                resolved = (self._resolve(module, owner, call) for call in inner)
                calls[full] = {one for one in resolved if one}
        grown = True
        while grown:
            more = {name for name, called in calls.items() if name not in found and called & found}
            grown, found = bool(more), found | more
        return found

    def _resolve(self, module: Module, owner: str, call: ast.Call) -> str | None:
        path = _dotted(call.func)
        if path is None:
            return None
        first, _, rest = path.partition(".")
        if first == "self" and owner:
            return self._follow(f"{module.name}.{owner}.{rest}")
        if not rest and first in module.functions:
            return f"{module.name}.{first}"
        base = module.names.get(first)
        if base is None:
            return self._follow(f"{module.name}.{path}")
        return self._follow(f"{base}.{rest}" if rest else base)

    def _follow(self, path: str, depth: int = 0) -> str | None:
        """Return the function that ``path`` names, through re-exports."""
        parts = path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self.modules.get(".".join(parts[:cut]))
            if module is None:
                continue
            name = ".".join(parts[cut:])
            if name in module.functions:
                return f"{module.name}.{name}"
            again = module.names.get(parts[cut])
            if again is None or depth > 5:
                return None
            return self._follow(".".join([again, *parts[cut + 1 :]]), depth + 1)
        return None


def _module(name: str, tree: ast.Module) -> Module:
    module = Module(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                module.names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in tree.body:
        if isinstance(node, Function):
            module.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    module.functions[f"{node.name}.{inner.name}"] = inner
    return module


def _opens(item: ast.withitem) -> bool:
    call = item.context_expr
    path = _dotted(call.func) if isinstance(call, ast.Call) else None
    return path in {"app.write", "self._app.write", "db.write"}


def _appends(call: ast.Call) -> bool:
    """Tell whether a call appends an entry: ``app.note``, ``trail.write``, ``audit.append``."""
    path = _dotted(call.func) or ""
    return path in {"app.note", "self._app.note", "trail.write", "audit.append"}


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None
