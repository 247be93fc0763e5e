"""Passwords: argon2id, the rules for choosing one, and generated ones.

Rules (OWASP ASVS 5.0 §6.2): at least 12 characters, at most 128, no composition rules; refused are
the commonest, those that have leaked and those made of the person's or the institution's own words.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from publisher import data
from publisher.errors import Invalid
from publisher.people import leaked
from publisher.texts import people as texts

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 128

_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS: Final = (4, 4, 4, 4)
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")
_LEFT_OVER: Final = 4


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one argon2id hash costs: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int = 1


PRODUCTION: Final = Cost(memory=64 * 1024, passes=3)
TESTING: Final = Cost(memory=64, passes=1)
"""For tests only: a hash in under a millisecond, of no strength."""

cost: Cost = PRODUCTION

# Each hash holds 64 MiB: a burst of sign-ins must not take the machine's memory.
_slots = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password``, parameters and salt included."""
    with _slots:
        return _hasher(cost).hash(_canonical(password))


def verify(stored: str, password: str) -> bool:
    """Tell whether ``password`` is the one of ``stored``.

    An empty ``stored`` (nobody, or no password yet) takes as long as a wrong password.
    """
    usable = bool(stored)
    with _slots:
        try:
            return (
                _hasher(cost).verify(
                    stored or _nobody(cost), _canonical(password)[: MAX_LENGTH * 2]
                )
                and usable
            )
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Tell whether ``stored`` was made at another cost and should be made again."""
    return _hasher(cost).check_needs_rehash(stored)


def generate() -> str:
    """Return a new readable password of 79 bits: four groups without look-alike characters."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(n)) for n in _GROUPS)


def check_chosen(password: str, *, personal: Iterable[str]) -> None:
    """Refuse a weak password with a sentence (``Invalid``).

    ``personal`` are the person's name and e-mail and the institution's names.
    """
    password = unicodedata.normalize("NFC", password)
    if len(password) < MIN_LENGTH:
        raise Invalid(texts.PASSWORD_SHORT.format(limit=MIN_LENGTH), field="password")
    if len(password) > MAX_LENGTH:
        raise Invalid(texts.PASSWORD_LONG.format(limit=MAX_LENGTH), field="password")
    plain = _plain(password)
    if _without(plain, _words(personal)) is not None:
        raise Invalid(texts.PASSWORD_PERSONAL, field="password")
    if _is_run(plain) or _without(plain, {*_common(), *_words(personal)}) is not None:
        raise Invalid(texts.PASSWORD_COMMON, field="password")
    if leaked.is_leaked(plain):
        raise Invalid(texts.PASSWORD_LEAKED, field="password")


def _canonical(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@lru_cache(maxsize=4)
def _hasher(chosen: Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=chosen.passes,
        memory_cost=chosen.memory,
        parallelism=chosen.lanes,
        hash_len=32,
        salt_len=16,
        type=Type.ID,
    )


@lru_cache(maxsize=4)
def _nobody(chosen: Cost) -> str:
    return _hasher(chosen).hash(secrets.token_urlsafe(32))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def _words(sources: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for source in sources:
        plain = _plain(source)
        parts = re.findall(r"[a-z0-9]+", plain)
        found.update(part for part in parts if len(part) >= _LEFT_OVER)
        found.add("".join(parts))
    return {word for word in found if len(word) >= _LEFT_OVER}


def _without(plain: str, words: Iterable[str]) -> str | None:
    """Return what is left of ``plain`` if it is little more than ``words``, else None."""
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    if left == plain:
        return None
    rest = re.sub(r"[^a-z]+", "", left)
    return rest if len(rest) < _LEFT_OVER else None


def _is_run(plain: str) -> bool:
    marks = re.sub(r"[^a-z0-9]+", "", plain)
    if len(set(marks)) <= 2:
        return True
    if marks[: len(marks) // 2] * 2 == marks:
        return True
    return any(marks in run or marks in run[::-1] for run in _RUNS)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = data.read("contrasenas_comunes.txt").decode("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
