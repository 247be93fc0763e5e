"""How long each screen takes to show: still to come."""

from __future__ import annotations

from benchmarks import not_yet

if __name__ == "__main__":
    not_yet("pages")
