"""The contract of ``pregonero check --jsonl``: one object in, one object out, nothing else read.

A line in holds ``text`` and, if known, ``id``, ``network``, ``alt_texts``, ``topic``, ``date``,
``plantel`` and ``media``; a fact that is absent or null is unknown, and its rules are not
evaluated. A line out holds ``id``, ``verdict``, ``findings`` and ``weighted_length`` (the text's
length as X counts it), or ``id``, ``line`` and ``error`` where the line cannot be judged.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from publisher.manual import check_texts
from publisher.manual.document import Manual
from publisher.manual.findings import Facts, Finding, MediaFacts, Verdict
from publisher.manual.review import review

Weigh = Callable[[str], int]
LimitOf = Callable[[str], int | None]

_ALT_SECTIONS = frozenset({"3", "4", "5", "6", "7", "8", "9", "10"})
_VERDICTS: tuple[Verdict, ...] = ("ok", "flag", "block")
_TRUTH_FIELDS = frozenset({"person", "captions", "name_consent"})
_X = "x"


class BadLine(ValueError):
    """A line cannot be judged; the message is a Spanish sentence."""


Also = Callable[[str], Iterable[Mapping[str, Any]]]


def nothing(_text: str) -> tuple[Mapping[str, Any], ...]:
    """Add no findings to the manual's."""
    return ()


def no_limit(_network: str) -> None:
    """Know no network's limit: rule 11.4 is not evaluated."""


def check_line(
    obj: Mapping[str, Any],
    manual: Manual,
    *,
    weigh: Weigh,
    limit_of: LimitOf = no_limit,
    also: Also = nothing,
) -> dict[str, Any]:
    """Judge one object. Raises ``BadLine`` if it has no text or a fact of a wrong form.

    ``weigh`` counts a text as X does; ``limit_of`` gives the most characters that a network takes;
    ``also`` gives findings of another kind, which never change the verdict.
    """
    text = obj.get("text")
    if not isinstance(text, str):
        raise BadLine(check_texts.bad_text())
    length = weigh(text)
    facts = _facts(obj, text, length, limit_of)
    judged = review(text, facts, manual)
    verdict, findings = judged.verdict, [_plain(finding) for finding in judged.findings]
    for number, alt in enumerate(facts.alt_texts or (), start=1):
        for finding in review(alt, Facts(), manual).findings:
            if finding.section in _ALT_SECTIONS and finding.severity != "informativa":
                findings.append(_plain(finding, alt=number))
                worse: Verdict = "block" if finding.severity == "bloqueo" else "flag"
                verdict = max(verdict, worse, key=_VERDICTS.index)
    findings.extend(dict(found) for found in also(text))
    return {
        "id": _id(obj),
        "verdict": verdict,
        "findings": findings,
        "weighted_length": length,
    }


def check_stream(
    lines: Iterable[str | bytes],
    manual: Manual,
    *,
    network: str | None = None,
    weigh: Weigh,
    limit_of: LimitOf = no_limit,
    also: Also = nothing,
) -> Iterator[dict[str, Any]]:
    """Judge JSON lines in order; empty lines are skipped and a malformed one gives its error.

    ``network`` is that of the lines that name none.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        obj: Mapping[str, Any] = {}
        try:
            obj = _parse(line, number)
            if network is not None and obj.get("network") is None:
                obj = {**obj, "network": network}
            out = check_line(obj, manual, weigh=weigh, limit_of=limit_of, also=also)
        except BadLine as error:
            out = {"id": _id_or_none(obj), "line": number, "error": str(error)}
        yield out


def _parse(line: str | bytes, number: int) -> Mapping[str, Any]:
    try:
        body = line.decode("utf-8-sig") if isinstance(line, bytes) else line
        found = json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise BadLine(check_texts.bad_json(number)) from None
    if not isinstance(found, Mapping):
        raise BadLine(check_texts.bad_json(number))
    return found


def _id(obj: Mapping[str, Any]) -> str | int | None:
    found = obj.get("id")
    if found is None or (isinstance(found, str | int) and not isinstance(found, bool)):
        return found
    raise BadLine(check_texts.bad_fact("id"))


def _id_or_none(obj: Mapping[str, Any]) -> str | int | None:
    try:
        return _id(obj)
    except BadLine:
        return None


def _facts(obj: Mapping[str, Any], text: str, length: int, limit_of: LimitOf) -> Facts:
    network, plantel = _string(obj, "network"), _string(obj, "plantel")
    return Facts(
        network=network,
        topic=_string(obj, "topic"),
        date=_date(obj),
        plantel=plantel,
        author_is_plantel=True if plantel and plantel.strip() else None,
        alt_texts=_alt_texts(obj),
        media=_media(obj),
        weighted_length=length if network == _X else len(text),
        length_limit=limit_of(network) if network else None,
    )


def _string(obj: Mapping[str, Any], name: str) -> str | None:
    found = obj.get(name)
    if found is None or isinstance(found, str):
        return found
    raise BadLine(check_texts.bad_fact(name))


def _date(obj: Mapping[str, Any]) -> dt.date | None:
    """Read a date, or the date of an instant as written; no clock and no zone is asked."""
    found = _string(obj, "date")
    if found is None:
        return None
    try:
        return dt.datetime.fromisoformat(found.strip()).date()
    except ValueError:
        raise BadLine(check_texts.bad_fact("date")) from None


def _alt_texts(obj: Mapping[str, Any]) -> tuple[str, ...] | None:
    found = obj.get("alt_texts")
    if found is None:
        return None
    if not isinstance(found, list) or not all(alt is None or isinstance(alt, str) for alt in found):
        raise BadLine(check_texts.bad_fact("alt_texts"))
    return tuple(alt or "" for alt in found)


def _media(obj: Mapping[str, Any]) -> tuple[MediaFacts, ...] | None:
    found = obj.get("media")
    if found is None:
        return None
    if not isinstance(found, list):
        raise BadLine(check_texts.bad_fact("media"))
    return tuple(_media_item(item) for item in found)


def _media_item(item: Any) -> MediaFacts:
    if not isinstance(item, Mapping):
        raise BadLine(check_texts.bad_fact("media"))
    known: dict[str, Any] = {}
    for field in fields(MediaFacts):
        value = item.get(field.name)
        wanted = bool if field.name in _TRUTH_FIELDS else str
        if value is not None and not isinstance(value, wanted):
            raise BadLine(check_texts.bad_fact(f"media.{field.name}"))
        known[field.name] = value
    return MediaFacts(**known)


def _plain(finding: Finding, *, alt: int | None = None) -> dict[str, Any]:
    """Return a finding as plain data; ``alt_text`` numbers the image whose alt text it is in."""
    return {
        "rule": finding.rule,
        "section": finding.section,
        "severity": finding.severity,
        "category": finding.category,
        "fragment": finding.fragment,
        "span": [finding.start, finding.end],
        "explanation": finding.explanation
        if alt is None
        else check_texts.in_alt_text(finding.explanation, alt),
        "suggestion": finding.suggestion,
        **({} if alt is None else {"alt_text": alt}),
    }
