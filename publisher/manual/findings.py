"""The values that enter and leave the manual's review."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Severity = Literal["bloqueo", "advertencia", "informativa"]
Verdict = Literal["ok", "flag", "block"]

SEVERITIES: tuple[Severity, ...] = ("informativa", "advertencia", "bloqueo")
CATEGORIES = (
    "lenguaje_ofensivo",
    "personal",
    "politico_electoral",
    "comercial",
    "datos_personales",
    "mal_gusto",
    "no_verificado",
    "desinformacion_salud",
    "religioso",
)


@dataclass(frozen=True, kw_only=True)
class MediaFacts:
    """What is declared about one image or video; ``None`` is unknown and is not judged.

    ``kind`` is image, gif or video. ``consent`` is the id of a consent record, empty if there is
    none; ``credit`` the author or licence, empty if none is given. ``name_consent`` tells if that
    consent covers the name too (rule 6.2).
    """

    kind: str | None = None
    person: bool | None = None
    consent: str | None = None
    credit: str | None = None
    captions: bool | None = None
    name_consent: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known around the text. ``None`` means unknown: the rules about it are not evaluated.

    ``topic`` empty means that the author declared none. ``date`` is the local date of publication.
    ``alt_texts`` holds one text per image, empty where the author wrote none.
    ``author_is_plantel`` is false for Difusión, which may publish comunicados. ``weighted_length``
    and ``length_limit`` are the text's length as its network counts it, and the most it takes.
    ``planteles`` are the institution's names; the shipped list's serve where they are unknown.
    """

    network: str | None = None
    topic: str | None = None
    date: dt.date | None = None
    plantel: str | None = None
    author_is_plantel: bool | None = None
    alt_texts: tuple[str, ...] | None = None
    media: tuple[MediaFacts, ...] | None = None
    weighted_length: int | None = None
    length_limit: int | None = None
    planteles: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule that the post touches.

    ``fragment`` is ``text[start:end]`` of the original, empty with ``start == end == 0`` where the
    finding is about a fact and not about the text. Sentences are Spanish and cite the rule.
    """

    rule: str
    section: str
    severity: Severity
    category: str | None
    fragment: str
    start: int
    end: int
    explanation: str
    suggestion: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """The verdict on one text, with what judged it."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    manual_version: str
    manual_hash: str
    lexicon_hash: str
    engine_version: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What a rule module reports, before the manual gives it section and severity.

    ``reason`` is the key of the sentence in ``texts``; ``severity`` the most it deserves;
    ``values`` fills the sentence's blanks. A ``soft`` hit rests on words that may be meant
    otherwise; ``eased`` says that its severity was lowered for the text around it.
    """

    rule: str
    reason: str
    severity: Severity
    start: int = 0
    end: int = 0
    category: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    soft: bool = False
    eased: bool = False
