"""``python -m tests.faultlab SCENARIO``: still to come, and says so."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.stderr.write("El laboratorio de fallas todavía no existe; no se probó nada.\n")
    sys.exit(2)
