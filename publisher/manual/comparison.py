"""What changed from one manual to another, rule by rule. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from publisher.manual import document_texts
from publisher.manual.document import Example, Manual, Rule, to_data

Kind = Literal["added", "removed", "changed"]
_FIELDS = ("title", "text", "kind", "severity", "category")
_HEAD = ("id", "title", "version", "valid_from", "valid_until", "signers", "sections")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that differs. ``name`` is a field, or ``parameters.NAME`` or ``examples``.

    A list or table tells what went and what came; anything else its value before and after.
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """One rule that was added, removed or changed; ``title`` is the newer one."""

    id: str
    section: str
    title: str
    kind: Kind
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How two manuals differ; ``head`` is what stands before the rules."""

    before: str
    after: str
    head: tuple[Change, ...]
    rules: tuple[RuleChange, ...]

    @property
    def equal(self) -> bool:
        """Tell whether both say the same, whatever their number and dates."""
        aside = {"version", "valid_from"}
        return not self.rules and all(change.name in aside for change in self.head)


def compare(older: Manual, newer: Manual) -> Comparison:
    """Return what ``newer`` adds, takes away and changes, in the order of its rules."""
    old = {rule.id: rule for rule in older.rules}
    new = {rule.id: rule for rule in newer.rules}
    changes = (_rule(old.get(id_), new.get(id_)) for id_ in {**new, **old})
    found = [change for change in changes if change is not None]
    return Comparison(
        before=older.version,
        after=newer.version,
        head=_head(to_data(older), to_data(newer)),
        rules=tuple(sorted(found, key=lambda change: order(change.id))),
    )


def order(rule_id: str) -> tuple[int, ...]:
    """Return what sorts rules as a reader counts: 9.4 before 10.1."""
    return tuple(int(piece) for piece in rule_id.split("."))


def _rule(old: Rule | None, new: Rule | None) -> RuleChange | None:
    shown = new or old
    assert shown is not None  # noqa: S101 - each id comes from one of the two
    changes = _changes(old, new) if old and new else ()
    if old and new and not changes:
        return None
    kind: Kind = "changed" if old and new else "added" if new else "removed"
    return RuleChange(
        id=shown.id, section=shown.section, title=shown.title, kind=kind, changes=changes
    )


def _changes(old: Rule, new: Rule) -> tuple[Change, ...]:
    pairs: list[tuple[str, Any, Any]] = [
        (name, getattr(old, name), getattr(new, name)) for name in _FIELDS
    ]
    pairs += [
        (f"parameters.{name}", old.parameters.get(name), new.parameters.get(name))
        for name in {**old.parameters, **new.parameters}
    ]
    shown = [[_example(one) for one in rule.examples] for rule in (old, new)]
    pairs.append(("examples", shown[0], shown[1]))
    return tuple(_change(name, before, after) for name, before, after in pairs if before != after)


def _head(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(
        _change(name, old.get(name), new.get(name))
        for name in _HEAD
        if old.get(name) != new.get(name)
    )


def _change(name: str, before: object, after: object) -> Change:
    if _many(before) or _many(after):
        old, new = _lines(before), _lines(after)
        return Change(
            name=name,
            before=tuple(line for line in old if line not in new),
            after=tuple(line for line in new if line not in old),
        )
    return Change(name=name, before=_one(before), after=_one(after))


def _many(value: object) -> bool:
    return isinstance(value, list | tuple | Mapping)


def _lines(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [f"{key} → {words(one)}" for key, one in value.items()]
    assert isinstance(value, Sequence)  # noqa: S101 - lists and mappings are all there is
    return [words(one) for one in value]


def _one(value: object) -> tuple[str, ...]:
    return () if value is None else (words(value),)


def words(value: object) -> str:
    """Return a value of a manual as one line that people read."""
    if isinstance(value, Mapping):
        return " · ".join(words(one) for one in value.values())
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def facts(given: Mapping[str, Any]) -> str:
    """Return what an example supposes beside its text, in words."""
    return document_texts.facts({name: _told(value) for name, value in given.items()})


def _told(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(f"«{one}»" for one in value)
    if isinstance(value, str):
        try:
            return words(dt.date.fromisoformat(value))
        except ValueError:
            return value
    return words(value)


def _example(example: Example) -> str:
    told = facts(example.facts)
    return ("✔ " if example.matches else "✘ ") + example.text + (f" ({told})" if told else "")
