"""Reasons for a return that are used again and again, each with the rule that it cites.

``listed`` ``add`` ``retire``; the first look at an empty table fills it with the shipped ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from publisher import access, data, rulebook
from publisher.app import SYSTEM, Actor, App
from publisher.editorial.content import plain
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import ReasonPhrase
from publisher.texts import editorial as texts

FILE = "frases_devolucion.csv"
PHRASE_MIN, PHRASE_MAX = 10, 300


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One phrase; ``rule`` is empty where it cites none."""

    id: int
    text: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """A whole reason, and the rules that it cites, each once."""

    text: str
    rules: tuple[str, ...]


def listed(app: App) -> tuple[Phrase, ...]:
    """Return the phrases in use, by the number of their rule; those without one come last."""
    with app.read() as session:
        empty = not session.scalar(select(func.count()).select_from(ReasonPhrase))
    if empty:
        with app.write() as session:
            _fill(app, session)
    with app.read() as session:
        rows = session.scalars(
            select(ReasonPhrase).where(col(ReasonPhrase.retired_at).is_(None))
        ).all()
        found = [Phrase(id=row.id or 0, text=row.text, rule=row.rule) for row in rows]
    return tuple(sorted(found, key=lambda phrase: (_number(phrase.rule), phrase.text)))


def add(app: App, actor: Actor, *, text: str, rule: str = "") -> int:
    """Keep a phrase; returns its id. Raises ``Invalid``, and ``Conflict`` where it is kept."""
    access.authorize(actor, "phrase.manage")
    text, rule = " ".join(plain(text).split()), rule.strip()
    if not PHRASE_MIN <= len(text) <= PHRASE_MAX:
        raise Invalid(texts.PHRASE_LENGTH.format(low=PHRASE_MIN, high=PHRASE_MAX), field="text")
    if rule and rule not in {known.id for known in rulebook.in_force(app).rules}:
        raise Invalid(texts.PHRASE_RULE.format(rule=rule), field="rule")
    with app.write() as session:
        same = session.scalars(
            select(col(ReasonPhrase.id)).where(
                col(ReasonPhrase.text) == text,
                col(ReasonPhrase.rule) == rule,
                col(ReasonPhrase.retired_at).is_(None),
            )
        ).first()
        if same is not None:
            raise Conflict(texts.PHRASE_KEPT)
        row = ReasonPhrase(text=text, rule=rule, added_by=actor.person_id, at=app.clock())
        session.add(row)
        session.flush()
        app.note(session, app.entry(actor, "phrase.add", "phrase", row.id, reason=text))
        return row.id or 0


def retire(app: App, actor: Actor, phrase_id: int) -> None:
    """Take a phrase out of use; what was said with it stays as it was said."""
    access.authorize(actor, "phrase.manage")
    with app.write() as session:
        row = session.get(ReasonPhrase, phrase_id)
        if row is None or row.retired_at is not None:
            raise NotFound(texts.PHRASE_GONE)
        row.retired_at = app.clock()
        app.note(session, app.entry(actor, "phrase.retire", "phrase", row.id, reason=row.text))


def compose(session: Session, phrase_ids: Collection[int], words: str) -> Said:
    """Return the reason that chosen phrases and a person's own words make, one a line.

    Raises ``Conflict`` where a phrase was retired meanwhile.
    """
    rows = {
        row.id: row
        for row in session.scalars(
            select(ReasonPhrase).where(
                col(ReasonPhrase.id).in_(phrase_ids), col(ReasonPhrase.retired_at).is_(None)
            )
        )
    }
    if len(rows) != len(set(phrase_ids)):
        raise Conflict(texts.PHRASE_GONE)
    chosen = sorted(rows.values(), key=lambda row: _number(row.rule))
    lines = [
        texts.PHRASE_CITED.format(text=row.text, rule=row.rule) if row.rule else row.text
        for row in chosen
    ]
    if words:
        lines.append(words)
    rules = tuple(dict.fromkeys(row.rule for row in chosen if row.rule))
    return Said(text="\n".join(lines), rules=rules)


def _fill(app: App, session: Session) -> None:
    if session.scalar(select(func.count()).select_from(ReasonPhrase)):
        return  # somebody looked at the same instant
    rows = list(csv.DictReader(io.StringIO(data.read(FILE).decode("utf-8"))))
    for row in rows:
        session.add(
            ReasonPhrase(
                text=row["frase"], rule=row["regla"], added_by=SYSTEM.person_id, at=app.clock()
            )
        )
    app.note(session, app.entry(SYSTEM, "phrase.import", "phrase", FILE, detail=f"{len(rows)}"))


def _number(rule: str) -> tuple[int, ...]:
    """Return a rule's number as it counts: 9.4 before 10.1, no rule after every one."""
    return tuple(int(part) for part in rule.split(".")) if rule else (1_000,)
