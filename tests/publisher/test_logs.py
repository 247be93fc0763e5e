"""Logs: what cannot be written down stops nobody."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import structlog
from publisher.logs import configure_logs
sys.stderr = open("/dev/full", "w", buffering=1)
configure_logs("INFO")
structlog.get_logger("prueba").error("disk.full")
print("sigue")
"""


def test_a_log_on_a_full_disk_stops_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.stdout == "sigue\n"
