"""A process bound to its parent, seen from outside: both are real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from publisher import lifeline

FOREVER = "signal.pause()"
PARENT = """
import os, signal, time
from publisher import lifeline

def told(number, frame):
    os.write(1, signal.Signals(number).name.encode() + b"\\n")  # it may come amid a print
    os._exit(0)

parent = os.getpid()
if os.fork() == 0:
    signal.alarm(10)  # nothing is left behind where the test fails
    signal.signal(signal.SIGUSR2, told)
    {first}
    binding = lifeline.bind(parent, signal.SIGUSR2)
    print(binding, flush=True)
    if binding == "bound":
        signal.pause()
    os._exit(0)
{then}
"""


@contextmanager
def family(*, first: str = "", then: str = FOREVER) -> Iterator[subprocess.Popen[str]]:
    """A parent that does ``then`` once its child has begun, which does ``first`` before the call.

    What is heard is the child's; it ends with the last of both.
    """
    script = PARENT.format(first=first, then=then)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        try:
            yield parent
        finally:
            parent.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux binds")
def test_a_parent_that_is_killed_is_followed_at_once_by_the_signal_that_was_chosen() -> None:
    with family() as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "bound\n"
        parent.kill()
        assert parent.communicate(timeout=5)[0] == "SIGUSR2\n"


def test_a_parent_that_was_gone_before_the_call_is_noticed() -> None:
    with family(first="while os.getppid() == parent: time.sleep(0.001)", then="") as parent:
        assert parent.communicate(timeout=5)[0] == "orphaned\n"


@pytest.mark.parametrize("prctl", [None, lambda *_: -1], ids=["not Linux", "refused"])
def test_a_system_that_cannot_bind_says_so(prctl: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifeline, "_prctl", prctl)
    assert lifeline.bind(os.getppid(), signal.SIGTERM) == "unbound"
    assert lifeline.bind(os.getpid(), signal.SIGTERM) == "orphaned"
