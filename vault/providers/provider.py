"""One place where the master key rests: a shelf, and a cover where the shelf is not enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from vault.errors import (
    KeyDamaged,
    KeyPlaceOther,
    KeyPlaceTaken,
    KeyProblem,
    PassphraseWrong,
    Tampered,
)
from vault.keys import MasterKey
from vault.providers import form
from vault.providers.covers import Cover, Passphrase
from vault.providers.form import Covered, CoverKey, Moved
from vault.providers.shelf import NEXT, NOW, PREVIOUS, Shelf

HOPS = 4
"""How many times a key may have moved without anybody correcting the setting."""


class Provider:
    """Reads and keeps master keys in one place; ``url`` names it and holds no secret.

    A key that moved leaves word of where it is, and is followed. Nothing read ``at_once`` asks a
    service, a person or a keyring: what would need it counts as absent.
    """

    def __init__(
        self,
        url: str,
        shelf: Shelf,
        cover: Cover | None = None,
        *,
        follow: Callable[[str], Provider],
        warning: str = "",
    ) -> None:
        self.url = url
        self.warning = warning
        self._shelf = shelf
        self._cover = cover
        self._follow = follow
        self._covers: dict[str, CoverKey] = {}

    @property
    def place(self) -> str:
        """Say in Spanish where this is."""
        return self._shelf.place

    @property
    def at_hand(self) -> bool:
        """Whether what lies here is read without asking anybody."""
        return self._shelf.at_hand

    def files(self) -> tuple[Path, ...]:
        """Return the files that open the key: no backup is laid beside them."""
        own = (self._shelf.path,) if self._shelf.path else ()
        home = self.home()
        further = home.files() if home is not self else ()
        secret = self._cover.files() if self._cover else ()
        return (*own, *secret, *further)

    def home(self, *, hops: int = HOPS) -> Provider:
        """Return where the key rests now: here, or where it moved to."""
        body = self._shelf.get(NOW)
        found = self._read(body, NOW) if body is not None else None
        if not isinstance(found, Moved):
            return self
        if not hops:
            raise KeyDamaged(place=self.place)
        return self._follow(found.url).home(hops=hops - 1)

    def other(self, url: str) -> Provider:
        """Return another place, the same one each time; raises ``KeyPlaceUnknown``."""
        return self._follow(url)

    def read(self, slot: str = NOW, *, at_once: bool = False, hops: int = HOPS) -> MasterKey | None:
        """Return the key in ``slot``, None where there is none; raises a ``KeyProblem``."""
        if at_once and not self._shelf.at_hand:
            return None
        body = self._shelf.get(slot)
        if body is None:
            return None
        found = self._read(body, slot)
        if isinstance(found, Covered):
            return self._uncover(found, at_once=at_once)
        if isinstance(found, Moved):
            if at_once:
                return None
            if not hops:
                raise KeyDamaged(place=self._shelf.where(slot))
            return self._follow(found.url).read(hops=hops - 1)
        return found

    def find(self, key_id: str) -> MasterKey | None:
        """Return the key ``key_id`` if it lies here and opens at once."""
        for slot in (NOW, NEXT, PREVIOUS + key_id):
            try:
                key = self.read(slot, at_once=True)
            except KeyProblem:
                continue  # beside the one that is sought, this one hurts nobody
            if key is not None and key.key_id == key_id:
                return key
        return None

    def create(self) -> MasterKey:
        """Keep a first key here and return it; another start may have been first: then its key."""
        self._shelf.put(NOW, self._written(MasterKey.new()))
        key = self.read()
        if key is None:
            raise KeyDamaged(place=self.place)
        return key

    def keep(self, key: MasterKey) -> None:
        """Keep ``key`` as the one in force; a place that a key moved out of is free.

        Raises ``KeyPlaceTaken`` where another one rests.
        """
        body = self._shelf.get(NOW)
        if body is None and self._shelf.put(NOW, self._written(key)):
            return
        body = self._shelf.get(NOW) or b""
        if isinstance(self._read(body, NOW), Moved):
            self._shelf.replace(NOW, self._written(key))
            return
        found = self.read()
        if found is None or found.key_id != key.key_id:
            raise KeyPlaceTaken(place=self.place)

    def keep_previous(self, key: MasterKey) -> str:
        """Keep ``key`` beside the one in force, for what was sealed with it; return where."""
        slot = PREVIOUS + key.key_id
        self._shelf.put(slot, self._written(key))
        return self._shelf.where(slot)

    def successor(self) -> MasterKey:
        """Return the successor that lies here, made unless a rotation cut short left it."""
        body = self._shelf.get(NEXT)
        if body is not None:
            found = self._read(body, NEXT)
            if isinstance(found, Moved):
                raise KeyPlaceOther(place=self._follow(found.url).place)
        else:
            current = self.read()
            if current is None:
                raise KeyDamaged(place=self.place)
            self._shelf.put(NEXT, self._written(current.successor()))
        key = self.read(NEXT)
        if key is None:
            raise KeyDamaged(place=self._shelf.where(NEXT))
        return key

    def announce(self, target: Provider) -> None:
        """Tell whoever reads here that the successor rests in ``target``.

        Raises ``KeyPlaceOther`` where another successor was announced and not finished.
        """
        if self._shelf.put(NEXT, form.moved(target.url)):
            return
        found = self._read(self._shelf.get(NEXT) or b"", NEXT)
        if isinstance(found, Moved) and found.url == target.url:
            return
        key, wanted = self.read(NEXT), target.read()
        if key is None or wanted is None or key.key_id != wanted.key_id:
            place = self._follow(found.url).place if isinstance(found, Moved) else self.place
            raise KeyPlaceOther(place=place)

    def rotating(self) -> bool:
        """Tell whether a successor lies here."""
        return self._shelf.get(NEXT) is not None

    def succeed(self) -> str:
        """Let the successor take the place of the key in force; return where the old one is now.

        May be cut short anywhere: a key in force is always there. Old keys stay: backups made
        before open with nothing else.
        """
        following, current = self._shelf.get(NEXT), self.read()
        if following is None or current is None:
            raise KeyDamaged(place=self._shelf.where(NEXT))
        kept = self.keep_previous(current)
        self._shelf.replace(NOW, following)
        self._shelf.remove(NEXT)
        return kept

    def where_next(self) -> str:
        """Return where the successor lies."""
        return self._shelf.where(NEXT)

    @property
    def every(self) -> float:
        """Seconds between two looks at this place of a process that runs."""
        return self._shelf.every

    def mark(self) -> object:
        """Return something cheap that changes with the key in force and its successor."""
        return self._shelf.mark()

    def __repr__(self) -> str:
        return f"Provider({self.place})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a place of keys is never pickled")

    def _read(self, body: bytes, slot: str) -> MasterKey | Covered | Moved:
        try:
            return form.read(body)
        except ValueError:
            raise KeyDamaged(place=self._shelf.where(slot)) from None

    def _written(self, key: MasterKey) -> bytes:
        """Return ``key`` as it lies here, under the cover key in use: all who run open it."""
        if self._cover is None:
            return form.bare(key)
        lock = self._lock_in_use()
        if lock is None:
            lock, cover_key = self._cover.make()
            self._covers[form.lock_id(lock)] = cover_key
        return form.sealed(key, self._cover.kind, lock, self._covers[form.lock_id(lock)])

    def _lock_in_use(self) -> form.Facts | None:
        body = self._shelf.get(NOW)
        found = self._read(body, NOW) if body is not None else None
        if not isinstance(found, Covered):
            return None
        self._uncover(found, at_once=False)
        return found.lock

    def _uncover(self, found: Covered, *, at_once: bool) -> MasterKey | None:
        if self._cover is None or found.cover != self._cover.kind:
            raise KeyDamaged(place=self.place)
        name = form.lock_id(found.lock)
        cover_key = self._covers.get(name)
        if cover_key is None:
            if at_once:
                return None
            cover_key = self._cover.open(found.lock)
        try:
            key = form.uncover(found, cover_key)
        except (Tampered, ValueError):
            if isinstance(self._cover, Passphrase):
                raise PassphraseWrong(place=self.place) from None
            raise KeyDamaged(place=self.place) from None
        self._covers[name] = cover_key
        return key
