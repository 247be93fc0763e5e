"""A sender process that a story plays, a step at a time, and the stories that need one.

The engine hands its calls to a real ``Outpost``; the other end of its socket is the story's.
"""

from __future__ import annotations

import signal
import socket
from contextlib import suppress
from multiprocessing.connection import Connection

from sqlalchemy.exc import OperationalError

from publisher.delivery.engine import Engine
from publisher.delivery.senders import wire
from publisher.delivery.senders.call import publish
from publisher.delivery.senders.child import Forked
from publisher.delivery.senders.outpost import Outpost
from tests.faultlab.stories import Scene, no_commit

NOBODY = 2**22 + 1
"""A pid that no process has."""


class _Played(Forked):
    """A process of the story's, in which there is nobody to kill."""

    def bury(self, *, kill: bool = True) -> int:
        return -signal.SIGKILL if kill else 0


class Messenger:
    """A worker with a sender process that does what the story says."""

    def __init__(self, scene: Scene) -> None:
        ours, theirs = socket.socketpair()
        self._scene, self._connection = scene, Connection(theirs.detach())
        played = _Played(pid=NOBODY, connection=Connection(ours.detach()))
        self._outpost = Outpost(played)
        desk = scene.desk
        self.engine = Engine(desk.app, owner=desk.hire(), outpost=self._outpost)

    def call(self) -> None:
        """Make the calls that were handed over; nobody hears what comes of them."""
        while self._connection.poll():
            for call in wire.hear(self._connection):
                publish(call, self._scene.sea, self._scene.desk.app.clock)

    def die(self) -> None:
        """End, and let the worker see it."""
        self._connection.close()
        self._outpost._read(self.engine._answered)


def its_sender_process_dies_once_it_is_public(scene: Scene) -> None:
    messenger = Messenger(scene)
    scene.desk.due("facebook")
    messenger.engine.turn()
    messenger.call()
    messenger.die()
    messenger.engine.turn()
    scene.look()
    scene.send(messenger.engine)


def a_commit_fails_beside_a_sender_process(scene: Scene) -> None:
    messenger = Messenger(scene)
    messenger.engine.turn()
    scene.desk.due("x")
    with no_commit(), suppress(OperationalError):
        messenger.engine.turn()
    messenger.call()
