"""Whether what a medium cites allows it to be shown: pure, and the same at every step.

Submitting, approving and the transaction that opens an attempt ask the same question of the rows as
they are at that moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, Protocol

SCOPES: Final = ("image", "voice", "name", "interview")
IMAGE, VOICE, NAME = "image", "voice", "name"
_VOICES: Final = frozenset({VOICE, "interview"})
_SEPARATOR: Final = re.compile(r"[,;\n]+")

Why = Literal[
    "missing",
    "unknown",
    "revoked",
    "not_yet",
    "expired",
    "image",
    "network",
    "other_plantel",
    "voice",
]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a consent allows: the days ``first`` to ``last``, on ``networks`` (empty: on all)."""

    folio: str
    plantel_id: int
    scopes: frozenset[str]
    networks: frozenset[str]
    first: date
    last: date
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Why a citation does not hold: of which folio, and the day that decides where one does."""

    why: Why
    folio: str = ""
    day: date | None = None


class Shown(Protocol):
    """A medium as a post uses it."""

    @property
    def persons_in_image(self) -> bool: ...  # noqa: D102
    @property
    def consent_ref(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Consents:
    """What the register says of a revision's citations, by folio.

    ``judged_at`` is when the Directora let a *bloqueo* of rule 6.1 through, None where she did not:
    such an exception holds against all but a later revocation.
    """

    known: Mapping[str, Standing] = field(default_factory=dict)
    judged_at: datetime | None = None

    def gap(self, media: Iterable[Shown], *, network: str, on: date) -> Gap | None:
        """Return the first reason against showing ``media`` on a network that day, or None."""
        for item in media:
            if not item.persons_in_image:
                continue
            for found in gaps(item.consent_ref, self.known, network=network, on=on):
                if not self._excepted(found):
                    return found
        return None

    def _excepted(self, found: Gap) -> bool:
        if self.judged_at is None:
            return False
        standing = self.known.get(found.folio)
        gone = standing.revoked_at if standing and found.why == "revoked" else None
        return gone is None or gone <= self.judged_at


def folios(reference: str) -> tuple[str, ...]:
    """Return the folios that a medium cites, each once, as the register writes them."""
    pieces = (tidy(piece) for piece in _SEPARATOR.split(reference))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def tidy(folio: str) -> str:
    """Return a folio as it is kept: capitals, single spaces."""
    return " ".join(folio.upper().split())


def reference(chosen: Iterable[str]) -> str:
    """Return the citation of these folios, as a medium keeps it."""
    return ", ".join(dict.fromkeys(tidy(folio) for folio in chosen if tidy(folio)))


def gaps(cited: str, known: Mapping[str, Standing], *, network: str, on: date) -> tuple[Gap, ...]:
    """Return what is wrong with each folio cited; without any citation that one is missing."""
    named = folios(cited)
    if not named:
        return (Gap(why="missing"),)
    found = (_gap(folio, known.get(folio), network=network, on=on) for folio in named)
    return tuple(gap for gap in found if gap is not None)


def _gap(folio: str, standing: Standing | None, *, network: str, on: date) -> Gap | None:
    if standing is None:
        return Gap(why="unknown", folio=folio)
    if standing.revoked_at is not None:
        return Gap(why="revoked", folio=folio, day=standing.revoked_at.date())
    if on < standing.first:
        return Gap(why="not_yet", folio=folio, day=standing.first)
    if on > standing.last:
        return Gap(why="expired", folio=folio, day=standing.last)
    if IMAGE not in standing.scopes:
        return Gap(why="image", folio=folio)
    if standing.networks and network not in standing.networks:
        return Gap(why="network", folio=folio)
    return None


def covers(cited: str, known: Mapping[str, Standing], scope: str) -> bool:
    """Tell whether every folio cited is of a consent in force that covers ``scope``.

    An interview is heard: it covers the voice.
    """
    wanted = _VOICES if scope == VOICE else frozenset({scope})
    standings = [known.get(folio) for folio in folios(cited)]
    return bool(standings) and all(
        one is not None and one.revoked_at is None and bool(one.scopes & wanted)
        for one in standings
    )
