"""What the operating system can do so that no key or open secret leaves a process's memory.

Python offers no reliable wiping, so the memory of a process that opens secrets must not be written
out: no core file, and no other process of the same user that reads it (prctl(2), PR_SET_DUMPABLE).
Swap belongs to whoever administers the machine: docs/operacion.md asks for none, or encrypted.
"""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4


def guard() -> None:
    """Forbid core files, and on Linux every look at this process by others than root."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
