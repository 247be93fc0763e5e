"""A signal that comes at the worst moment is heard all the same."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from publisher.delivery.bell import Bell

# A timer interrupts the waiting thread some hundreds of times a second, wherever it happens to be.
STORM = """
import signal, time
from publisher.delivery.bell import Bell
bell = Bell()
signal.signal(signal.SIGALRM, lambda *_: bell.ring())
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
end = time.monotonic() + 0.5
while time.monotonic() < end:
    Bell().wait(0)
    bell.wait(0)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0)
print("heard")
"""


# The kernel may give a signal to any thread; the one that waits is not woken by it.
ELSEWHERE = """
import signal, threading, time
from publisher.delivery.bell import Bell
bell = Bell()
signal.signal(signal.SIGTERM, lambda *_: bell.ring())
def take():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Thread(target=take).start()
bell.wait()
print("heard")
"""


@pytest.mark.parametrize("script", [STORM, ELSEWHERE], ids=["in the midst", "elsewhere"])
def test_no_signal_is_lost_on_who_waits(script: str) -> None:
    # with threading.Event the first ended in a deadlock, and the second never
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=10, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "heard\n", "")


def test_what_rang_before_the_wait_is_heard_as_often_as_asked() -> None:
    bell = Bell()
    assert not bell.wait(0)
    bell.ring()
    bell.ring()
    assert bell.wait()
    assert bell.wait(0)


def test_it_wakes_another_thread() -> None:
    bell = Bell()
    waiting = threading.Thread(target=bell.wait, daemon=True)
    waiting.start()
    bell.ring()
    waiting.join(5)
    assert not waiting.is_alive()
