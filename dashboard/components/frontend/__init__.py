"""The browser side of our own components: a ``.js`` and a ``.css`` each, read once at import."""

from __future__ import annotations

import json
from pathlib import Path

from connectors import weight

HERE = Path(__file__).parent


def source(name: str) -> str:
    """Return the text of a file of this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def counter() -> str:
    """Return the counter of X's characters, with the table that Python counts by."""
    # as JSON inside a script: nothing of it may end the script or a line
    table = json.dumps(weight.table()).replace("</", "<\\/")
    return source("weight.js").replace("__TABLE__;", f"{table};")


def composer() -> str:
    """Return the composer's script: the counter goes before it, as modules of ours import none."""
    return f"{counter()}\n{source('composer.js')}"
