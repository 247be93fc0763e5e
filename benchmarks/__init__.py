"""Measurements of the product, run as ``python -m benchmarks.NAME … --json``.

Until a measurement's issue is done its module says so in one sentence and exits with status 2.
"""

from __future__ import annotations

import sys
from typing import NoReturn


def not_yet(name: str) -> NoReturn:
    """Say that the measurement ``name`` is still to come; exit with status 2."""
    sys.stderr.write(f"La medición «{name}» todavía no existe; no se midió nada.\n")
    sys.exit(2)
