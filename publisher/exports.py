"""What a package exports, imported when somebody first asks for it (PEP 562).

A worker publishes without the libraries that read uploads, write spreadsheets or lead a person
through a login: importing them was a third of its start and tens of megabytes of its rest. mypy and
editors read the imports that such a package makes under ``TYPE_CHECKING``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of ``package``; ``homes`` has each module's names, with spaces.

    No name may be that of a module of the package: whoever imports that one first would hide it.
    """
    where = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{where[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    return find
