"""A manual with one thing changed: each returns another, validated, or raises ``InvalidManual``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from publisher.manual import document_texts
from publisher.manual.comparison import order
from publisher.manual.document import InvalidManual, Manual, from_data, to_data

_LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")


def with_rule(manual: Manual, row: dict[str, Any]) -> Manual:
    """Return the manual with the rule that ``row`` tells, in place of the one with its number."""
    data = to_data(manual)
    kept = [rule for rule in data["rules"] if rule["id"] != row.get("id")]
    from_data({**data, "rules": [*kept, row]})  # refuses what is no rule before it is sorted
    rules = [*kept, row]
    rules.sort(key=lambda rule: order(rule["id"]))
    return from_data({**data, "rules": rules})


def without_rule(manual: Manual, rule_id: str) -> Manual:
    """Return the manual without one of its rules; the last one cannot go."""
    data = to_data(manual)
    data["rules"] = [rule for rule in data["rules"] if rule["id"] != rule_id]
    if not data["rules"]:
        raise InvalidManual([document_texts.last_rule()])
    return from_data(data)


def with_head(
    manual: Manual,
    *,
    title: str,
    version: str,
    valid_until: dt.date | None,
    signers: Sequence[tuple[str, str]],
    sections: Sequence[tuple[str, str]],
) -> Manual:
    """Return the manual with what stands before its rules."""
    data = to_data(manual) | {
        "title": title.strip(),
        "version": version.strip(),
        "signers": [{"function": function, "name": name} for function, name in signers],
        "sections": [{"id": number, "title": name} for number, name in sections],
    }
    data.pop("valid_until", None)
    if valid_until is not None:
        data["valid_until"] = valid_until
    return from_data(data)


def dated(manual: Manual, start: dt.date) -> Manual:
    """Return the manual in force from ``start``."""
    return from_data(to_data(manual) | {"valid_from": start})


def renumbered(manual: Manual, version: str) -> Manual:
    """Return the manual under another version."""
    return from_data(to_data(manual) | {"version": version})


def next_version(version: str) -> str:
    """Return the version after one: its last number plus one."""
    found = _LAST_NUMBER.search(version)
    if found is None:
        return f"{version}.1"
    start, end = found.span()
    return f"{version[:start]}{int(found.group()) + 1}{version[end:]}"
