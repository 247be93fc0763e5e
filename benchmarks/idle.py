"""What the worker costs when nothing is due: still to come."""

from __future__ import annotations

from benchmarks import not_yet

if __name__ == "__main__":
    not_yet("idle")
