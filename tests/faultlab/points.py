"""The named steps of the protocol at which a worker can be made to die, or to stand still.

``arm`` runs in the forked worker before anything else and wraps the product's own functions there;
a name that the product no longer has makes the worker fail, and the scenario with it. Each strike
is written to a file first, so that the run can prove that every point was hit.

The sender process is forked from the wrapped worker and passes the points of the visible request of
a post without media; each of the two counts its own passages. Whichever comes to the point, the
strike hits them as one unit, and is written down under the worker's pid.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from connectors import transport
from connectors.contract import Connector
from publisher.app import App
from publisher.delivery import engine, outbox, reconcile, recovery, turn, work, worker
from publisher.delivery.senders import child
from publisher.delivery.work import SendResult
from tests.faultlab.nursery import children

Action = Literal["kill", "stop"]

BOTH_REACH = ("before_bytes", "after_bytes", "replied")
"""The points of the visible request, which either process may make."""

IN_SENDER = "sender:"
"""Before the point's name in a second mark of a strike that came from the sender process."""

POINTS = {
    "claiming": "what is due found and its accounts locked, the transaction still open",
    "claimed": "what was found is leased or begun and committed, nothing handed over",
    "loaded": "approval, account and secret read again",
    "staging": "before an upload",
    "staged": "after an upload, nobody knows of it",
    "intending": "attempts opened, the transaction still open",
    "intended": "attempts committed, nothing handed over",
    "before_bytes": "deadline checked, no byte of the visible request has left",
    "after_bytes": "all of the visible request has left, no reply read",
    "replied": "the receipt is in memory only",
    "settling": "outcomes written, the transaction still open",
    "settled": "outcomes committed, memory not yet told",
    "recovering": "a dead one's work taken back, the transaction still open",
    "looking": "a listing read, or its ruling written, nothing committed",
}


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Where to strike: at the ``passage``-th time (1 is the first) that a process is at ``point``.

    ``in_worker`` leaves the sender process alone, which would mostly be the first to come there.
    ``ahead`` holds the engine's adaptive lookahead at so many deliveries; None leaves it alone.
    """

    point: str
    marks: Path
    passage: int = 1
    action: Action = "kill"
    in_worker: bool = False
    ahead: int | None = None

    def arm(self) -> None:
        """Wrap the product's functions in this process."""
        _Armed(self).install()
        if self.ahead is not None:
            hold_lookahead(self.ahead)


@dataclass
class _Armed:
    aim: Aim
    passed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    claimed: bool = False
    settled: bool = False
    worker: int = field(default_factory=os.getpid)

    def install(self) -> None:
        """Wrap what the chosen point needs, and what tells what a turn did."""
        wrap(turn, "take_turn", self._around_turn)
        engine.take_turn = turn.take_turn  # type: ignore[attr-defined]
        wrap(outbox, "find_due", self._after("claiming", self._note_found))
        wrap(turn, "load_jobs", self._after("loaded", lambda found: bool(found[0])))
        wrap(outbox, "begin", self._after("intending", bool))
        wrap(outbox, "recover", self._after("recovering", lambda taken: bool(taken[0] or taken[1])))
        wrap(reconcile, "_write", self._after("looking", lambda _: self.aim.passage % 2 == 0))
        wrap(engine.Engine, "_hand_over", self._before_hand_over)
        wrap(transport._PlainConnection, "send", self._before_send)
        wrap(transport._PlainConnection, "getresponse", self._before_reply)
        wrap(App, "connector", self._watched)
        wrap(child, "_live", self._in_sender)

    def reach(self, point: str) -> None:
        """Strike if this is the point and the passage."""
        here = os.getpid()
        if point != self.aim.point or (self.aim.in_worker and here != self.worker):
            return
        with self.lock:
            self.passed += 1
            if self.passed != self.aim.passage:
                return
            mark = os.open(self.aim.marks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            lines = f"{point} {self.worker}\n"
            if here != self.worker:
                lines += f"{IN_SENDER}{point} {self.worker}\n"
            os.write(mark, lines.encode())
            os.close(mark)
            self._strike()

    def _strike(self) -> None:
        """Hit worker and sender process, this one last: it does not get to another instruction.

        A worker that is killed here leaves its sender process to the death signal, as anywhere.
        """
        here, number = os.getpid(), signal.SIGKILL if self.aim.action == "kill" else signal.SIGSTOP
        if here != self.worker:
            os.kill(self.worker, number)
        elif number == signal.SIGSTOP:
            for pid in children(here):
                os.kill(pid, number)
        os.kill(here, number)

    def _after(self, point: str, counts: Callable[[Any], object]) -> Callable[..., Any]:
        def call(original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            if counts(result):
                self.reach(point)
            return result

        return call

    def _note_found(self, leases: Any) -> bool:
        self.claimed = self.claimed or bool(leases)
        return bool(leases)

    def _around_turn(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.claimed = False
        self.settled = any(isinstance(result, SendResult) for result in args[3])
        done = original(*args, **kwargs)
        if self.settled:
            self.reach("settling")
        return done

    def _before_hand_over(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.settled:
            self.reach("settled")
        if self.claimed:
            self.reach("claimed")
        if args[1].going:
            self.reach("intended")
        return original(*args, **kwargs)

    def _before_send(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        shot = transport._shot.get()
        if shot is not None and shot.asked and not shot.wrote:
            self.reach("before_bytes")
        return original(*args, **kwargs)

    def _before_reply(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        shot = transport._shot.get()
        if shot is not None and shot.wrote:
            self.reach("after_bytes")
        return original(*args, **kwargs)

    def _watched(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return _Watched(original(*args, **kwargs), self)

    def _in_sender(
        self, original: Callable[..., Any], parent: int, connection: Any, load: Callable[..., Any]
    ) -> Any:
        return original(parent, connection, lambda *which: self._watched(load, *which))


class _Watched:
    """A connector whose calls pass the points."""

    def __init__(self, connector: Connector, armed: _Armed) -> None:
        self._connector = connector
        self._armed = armed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def stage(self, *args: Any, **kwargs: Any) -> Any:
        self._armed.reach("staging")
        staged = self._connector.stage(*args, **kwargs)
        self._armed.reach("staged")
        return staged

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        receipt = self._connector.publish(*args, **kwargs)
        self._armed.reach("replied")
        return receipt

    def find(self, *args: Any, **kwargs: Any) -> Any:
        sighting = self._connector.find(*args, **kwargs)
        if self._armed.aim.passage % 2:
            self._armed.reach("looking")
        return sighting


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace ``owner.name`` by ``around(original, …)``. Raises ``AttributeError`` without one."""
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return around(original, *args, **kwargs)

    setattr(owner, name, wrapped)


def claim_nothing() -> None:
    """Make this worker one that only recovers and looks: it keeps the house while others die."""

    def nothing(*_args: Any, **_kwargs: Any) -> list[Any]:
        return []

    wrap(outbox, "find_due", nothing)


def only_look() -> None:
    """Make this worker one that only looks: what the dead held is left to those that come."""
    claim_nothing()
    wrap(recovery, "recover", _leave)


def only_recover() -> None:
    """Make this worker one that only recovers: what is in doubt is left to those that come."""
    claim_nothing()
    wrap(worker, "reconcile", _leave)


def hold_lookahead(ahead: int) -> None:
    """Let this process hold ``ahead`` deliveries beyond its senders, however it fares."""
    wrap(work.Memory, "__init__", lambda original, memory, **_: original(memory, ahead=ahead))
    wrap(work.Memory, "adapt", _leave)


def _leave(_original: Callable[..., Any], *_args: Any, **_kwargs: Any) -> bool:
    return False
