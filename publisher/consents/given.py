"""What somebody writes down of a signed paper, tidied and checked before the register takes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from connectors.registry import NETWORKS
from publisher.consents.covers import SCOPES, tidy
from publisher.editorial.content import plain
from publisher.errors import Invalid
from publisher.texts import consents as texts

SUBJECT_MAX: Final = 40
NOTE_MAX: Final = 200
FOLIO_MAX: Final = 40
YEARS_MAX: Final = 6
GUARDIANS: Final = ("madre", "padre", "tutor")

_FOLIO: Final = re.compile(rf"[^\W_][\w ./-]{{0,{FOLIO_MAX - 1}}}")
_CURP: Final = re.compile(r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody writes down of a signed paper; an empty ``folio`` asks for the next one.

    ``subject`` is initials and school number, ``guardian`` who signed (of ``GUARDIANS``),
    ``opinion`` that the minor was heard, ``networks`` empty all of them, ``kept_at`` where the
    paper is.
    """

    subject: str
    valid_from: date
    valid_until: date
    scopes: tuple[str, ...] = ("image",)
    networks: tuple[str, ...] = ()
    minor: bool = True
    guardian: str = ""
    opinion: bool = False
    kept_at: str = ""
    note: str = ""
    folio: str = ""


def check(given: Given, *, today: date) -> Given:
    """Return ``given`` as it is kept. Raises ``Invalid`` with a sentence and its field. Pure."""
    given = _tidied(given)
    for refuse, sentence, field in (
        (not given.subject, texts.NEEDS_SUBJECT, "subject"),
        (len(given.subject) > SUBJECT_MAX, texts.SUBJECT_LONG.format(n=SUBJECT_MAX), "subject"),
        (_CURP.search(given.subject), texts.SUBJECT_CURP, "subject"),
        (
            len(_NAME.findall(given.subject)) > 1,
            texts.SUBJECT_NAME.format(subject=given.subject),
            "subject",
        ),
        (given.minor and given.guardian not in GUARDIANS, texts.NEEDS_GUARDIAN, "guardian"),
        (given.minor and not given.opinion, texts.NEEDS_OPINION, "opinion"),
        (not given.scopes, texts.NEEDS_SCOPE, "scopes"),
        (given.valid_until < given.valid_from, texts.DATES_ORDER, "valid_until"),
        (
            given.valid_until < today,
            texts.DATES_PAST.format(day=texts.day(given.valid_until)),
            "valid_until",
        ),
        (
            given.valid_until.year - given.valid_from.year > YEARS_MAX,
            texts.DATES_LONG.format(years=YEARS_MAX),
            "valid_until",
        ),
        (not given.kept_at, texts.NEEDS_PLACE, "kept_at"),
        (len(given.kept_at) > NOTE_MAX, texts.TOO_LONG.format(n=NOTE_MAX), "kept_at"),
        (len(given.note) > NOTE_MAX, texts.TOO_LONG.format(n=NOTE_MAX), "note"),
        (
            given.folio and not _FOLIO.fullmatch(given.folio),
            texts.FOLIO_FORM.format(n=FOLIO_MAX),
            "folio",
        ),
    ):
        if refuse:
            raise Invalid(sentence, field=field)
    for scope in set(given.scopes) - set(SCOPES):
        raise Invalid(texts.NO_SUCH_SCOPE.format(scope=scope[:20]), field="scopes")
    for network in set(given.networks) - set(NETWORKS.values()):
        raise Invalid(texts.NO_SUCH_NETWORK.format(network=network[:20]), field="networks")
    return given


def _tidied(given: Given) -> Given:
    return Given(
        subject=" ".join(plain(given.subject).split()),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        scopes=tuple(scope for scope in SCOPES if scope in given.scopes)
        + tuple(sorted(set(given.scopes) - set(SCOPES))),
        networks=tuple(sorted(set(given.networks))),
        minor=given.minor,
        guardian=given.guardian if given.minor else "",
        opinion=given.opinion and given.minor,
        kept_at=" ".join(plain(given.kept_at).split()),
        note=plain(given.note).strip(),
        folio=tidy(plain(given.folio)),
    )
