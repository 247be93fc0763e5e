"""The ring of an installation: the key of one place, what lies beside it, and its succession.

A process that runs hears of a successor by itself: one that lies at hand is found by its id when
something sealed with it is met; one that a service or a keyring must give is fetched before the
next transaction begins.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from vault.errors import KeyMissing, KeyOfOtherRoot, KeyProblem
from vault.keys import Keyring, MasterKey
from vault.providers import Provider
from vault.providers.shelf import NEXT, NOW

AGAIN = 30.0
"""Seconds until a successor that could not be fetched is asked for again."""


def open_ring(
    place: Provider,
    *others: Provider,
    may_create: bool,
    clock: Callable[[], float] = time.monotonic,
) -> Keyring:
    """Return the ring of the key in ``place``; create the key if there is none and ``may_create``.

    ``others`` are read with too, and what lies beside each.

    ``may_create`` must be false when the database already holds sealed secrets: a new key could
    open none. Raises a ``KeyProblem`` with a sentence for the person who administers.
    """
    home = place.home()
    key = home.read()
    if key is None:
        if not may_create:
            raise KeyMissing(place=home.place)
        key = home.create()
    more = [found for other in others if (found := other.read()) is not None]
    lookout = _Lookout([place, *others], clock)
    return Keyring(key, *more, find=lookout.find, watch=lookout.news, home=place)


def successor(source: Provider, target: Provider) -> MasterKey:
    """Return the key that succeeds the one in ``source``, resting in ``target`` from now on.

    Made unless a rotation cut short left it; whoever reads in ``source`` is told of it. Raises
    ``KeyProblem``: another rotation was not ended, or a key of another root rests in ``target``.
    """
    if source.url == target.url:
        return source.successor()
    current = source.read()
    if current is None:
        raise KeyMissing(place=source.place)
    key = target.read() if target.home() is target else None
    if key is None:
        target.keep(current.successor())
        key = target.read()
    if key is None or key.root_check_value() != current.root_check_value():
        raise KeyOfOtherRoot(key_id=key.key_id if key else target.place)
    return key


class _Lookout:
    """Looks for keys in the places given and in those that the first one moved to."""

    def __init__(self, places: list[Provider], clock: Callable[[], float]) -> None:
        self._places = places
        self._clock = clock
        self._home = places[0].home()
        self._seen: object = None
        self._not_before = 0.0
        if self._home is not places[0]:
            self._places = [self._home, *places]

    def find(self, key_id: str) -> MasterKey | None:
        """Return a key that lies at hand."""
        found = (place.find(key_id) for place in self._places)
        return next((key for key in found if key is not None), None)

    def news(self) -> Iterator[MasterKey]:
        """Give the key in force and its successor where something changed; else cost nothing."""
        now = self._clock()
        if now < self._not_before:
            return
        self._not_before = now + self._home.every
        mark = self._home.mark()
        if mark == self._seen:
            return
        home, keys = self._home, list[MasterKey | None]()
        try:
            while True:
                keys += [home.read(slot) for slot in (NOW, NEXT)]
                following = home.home()
                if following is home:
                    break
                home, mark = following, following.mark()
        except KeyProblem:  # whoever needs it says so: KeyUnavailable, with the key's name
            self._not_before = now + AGAIN
            return
        if home is not self._home:
            self._home, self._places = home, [home, *self._places]
        self._seen = mark
        yield from (key for key in keys if key is not None)
