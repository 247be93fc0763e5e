"""From due to published, against a bare loop: still to come."""

from __future__ import annotations

from benchmarks import not_yet

if __name__ == "__main__":
    not_yet("dispatch")
