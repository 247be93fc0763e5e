"""A process that lives no longer than its parent, however that one ends (``PR_SET_PDEATHSIG``).

The system watches the thread that made the process: it must live as long as its process does.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Literal

Binding = Literal["bound", "unbound", "orphaned"]

_PR_SET_PDEATHSIG = 1
# found before any fork: between fork and exec a process should do next to nothing
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def bind(parent: int, number: int) -> Binding:
    """Have the system send this process the signal ``number`` when ``parent``, its parent, ends.

    "unbound" where the system cannot (only Linux can); "orphaned" where the parent had ended before
    the call, and nothing will be sent. What then happens is the caller's to say.
    """
    bound = _prctl is not None and _prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0) == 0
    if os.getppid() != parent:
        return "orphaned"
    return "bound" if bound else "unbound"
