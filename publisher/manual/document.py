"""The manual de contenidos as a document: numbered rules with kind, severity and parameters.

A manual is read from TOML (the shipped one is ``data/manual.toml``) or built from rows; it is
frozen and has a hash, so that a review can say which text judged it. ``parameters`` of a rule
are the thresholds and lists that an office may change without touching the engine; the two keys
``palabras`` and ``frases_permitidas`` extend any rule that reads the lexicon.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Literal, cast

from publisher.manual import document_texts, parameters
from publisher.manual.findings import CATEGORIES, SEVERITIES, Severity

ENGINE_VERSION = "1.0"

Kind = Literal["mechanical", "mixed", "human"]
KINDS: tuple[Kind, ...] = ("mechanical", "mixed", "human")
_RULE_ID = re.compile(r"^\d{1,2}\.\d{1,2}$")


class InvalidManual(ValueError):
    """A manual cannot be accepted; ``problems`` are Spanish sentences, one per fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text that a rule must (``matches``) or must not find, with the facts it needs."""

    text: str
    matches: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One numbered rule. ``severity`` is the most that a finding of it may weigh.

    A rule of kind ``human`` is shown and never evaluated.
    """

    id: str
    section: str
    title: str
    text: str
    kind: Kind
    severity: Severity
    category: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A numbered section of the manual."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Manual:
    """A version of the manual. ``valid_until`` is None while no end was set."""

    id: str
    title: str
    version: str
    valid_from: dt.date
    valid_until: dt.date | None
    signers: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form (JSON, keys sorted, dates in ISO form)."""
        canonical = json.dumps(to_data(self), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def section_titles(self) -> dict[str, str]:
        """Section id → title."""
        return {section.id: section.title for section in self.sections}

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule if this manual has it and a machine evaluates it."""
        found = self._by_id.get(rule_id)
        return found if found is not None and found.kind != "human" else None

    def parameter(self, rule_id: str, name: str, default: Any = None) -> Any:
        """Return a parameter of an evaluated rule, or ``default``."""
        found = self.rule(rule_id)
        return default if found is None else found.parameters.get(name, default)

    def in_force(self, on: dt.date) -> bool:
        """Say whether the manual is valid on a date."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def load(text: str) -> Manual:
    """Read a manual from TOML text and validate it. Raises ``InvalidManual``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidManual([document_texts.not_toml(str(error))]) from error
    return from_data(data)


def from_data(data: Mapping[str, Any]) -> Manual:
    """Build and validate a manual from parsed data. Raises ``InvalidManual``."""
    problems = _problems(data)
    if problems:
        raise InvalidManual(problems)
    return Manual(
        id=data["id"],
        title=data["title"],
        version=data["version"],
        valid_from=_date(data["valid_from"]),
        valid_until=_date(data["valid_until"]) if data.get("valid_until") else None,
        signers=tuple((row["function"], row["name"]) for row in data.get("signers", ())),
        sections=tuple(Section(id=row["id"], title=row["title"]) for row in data["sections"]),
        rules=tuple(_rule(row) for row in data["rules"]),
    )


def to_data(manual: Manual) -> dict[str, Any]:
    """Return plain data from which ``from_data`` builds the same manual."""
    return {
        "id": manual.id,
        "title": manual.title,
        "version": manual.version,
        "valid_from": manual.valid_from,
        **({"valid_until": manual.valid_until} if manual.valid_until else {}),
        "signers": [{"function": function, "name": name} for function, name in manual.signers],
        "sections": [asdict(section) for section in manual.sections],
        "rules": [_rule_data(rule) for rule in manual.rules],
    }


def dump(manual: Manual) -> str:
    """Write a manual as TOML text that ``load`` reads back to the same hash."""
    data = to_data(manual)
    sections, rules = data.pop("sections"), data.pop("rules")
    lines = [f"{key} = {_toml(value)}" for key, value in data.items()]
    for name, rows in (("sections", sections), ("rules", rules)):
        for row in rows:
            lines += ["", f"[[{name}]]"]
            lines += [f"{key} = {_toml(value)}" for key, value in row.items()]
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=1)
def shipped() -> Manual:
    """Return the example manual that ships with the package."""
    source = resources.files("publisher.manual") / "data" / "manual.toml"
    return load(source.read_text(encoding="utf-8"))


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        section=row["id"].split(".")[0],
        title=row["title"],
        text=row["text"],
        kind=cast("Kind", row["kind"]),
        severity=cast("Severity", row["severity"]),
        category=row.get("category"),
        parameters=row.get("parameters", {}),
        examples=tuple(
            Example(
                text=example["text"],
                matches=example["matches"],
                facts=example.get("facts", {}),
            )
            for example in row.get("examples", ())
        ),
    )


def _rule_data(rule: Rule) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rule.id,
        "title": rule.title,
        "text": rule.text,
        "kind": rule.kind,
        "severity": rule.severity,
    }
    if rule.category:
        row["category"] = rule.category
    if rule.parameters:
        row["parameters"] = dict(rule.parameters)
    if rule.examples:
        row["examples"] = [
            {
                "text": example.text,
                "matches": example.matches,
                **({"facts": dict(example.facts)} if example.facts else {}),
            }
            for example in rule.examples
        ]
    return row


def _problems(data: Mapping[str, Any]) -> list[str]:
    missing = [
        document_texts.missing_field(key)
        for key in ("id", "title", "version", "valid_from", "sections", "rules")
        if not data.get(key)
    ]
    if missing:
        return missing
    try:
        start = _date(data["valid_from"])
        end = _date(data["valid_until"]) if data.get("valid_until") else None
    except (TypeError, ValueError):
        return [document_texts.bad_validity()]
    out = [document_texts.bad_validity()] if end is not None and end < start else []
    rows = [*data["sections"], *data["rules"], *data.get("signers", ())]
    if not all(isinstance(row, Mapping) for row in rows):
        return [*out, document_texts.bad_rows()]
    known = {str(section.get("id")) for section in data["sections"]}
    seen: set[str] = set()
    for row in data["rules"]:
        out += _rule_problems(row, known, seen)
        seen.add(str(row.get("id")))
    return out


def _rule_problems(row: Mapping[str, Any], sections: set[str], seen: set[str]) -> list[str]:
    rule_id = str(row.get("id", ""))
    checks = (
        (bool(_RULE_ID.match(rule_id)), document_texts.bad_rule_id(rule_id)),
        (rule_id not in seen, document_texts.repeated_rule(rule_id)),
        (rule_id.split(".", maxsplit=1)[0] in sections, document_texts.unknown_section(rule_id)),
        (
            bool(row.get("title")) and bool(row.get("text")),
            document_texts.rule_without_text(rule_id),
        ),
        (row.get("kind") in KINDS, document_texts.bad_kind(rule_id)),
        (row.get("severity") in SEVERITIES, document_texts.bad_severity(rule_id)),
        (row.get("category") in {None, *CATEGORIES}, document_texts.bad_category(rule_id)),
        (isinstance(row.get("parameters", {}), Mapping), document_texts.bad_parameters(rule_id)),
        (_examples_fit(row.get("examples", ())), document_texts.bad_examples(rule_id)),
    )
    out = [sentence for holds, sentence in checks if not holds]
    return out or parameters.problems(rule_id, row.get("parameters", {}))


def _examples_fit(examples: object) -> bool:
    return isinstance(examples, list | tuple) and all(
        isinstance(example, Mapping)
        and isinstance(example.get("text"), str)
        and isinstance(example.get("matches"), bool)
        for example in examples
    )


def _date(value: object) -> dt.date:
    if isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(str(k))} = {_toml(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return str(value)
