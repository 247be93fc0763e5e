"""Where anchors are sent, as ``PREGONERO_ANCHORS`` names it: addresses apart by blanks.

``/mnt/otra/ancla.json`` or ``file:///mnt/otra/ancla.json`` is a file on another mount, which grows;
``mailto:auditoria@example.mx`` an e-mail with the anchor attached;
``s3://bucket/prefix?retain=400`` an object a day that nobody can delete for so many days (Object
Lock; also ``mode=governance``, ``region=`` and ``endpoint=``; keys from the standard AWS_ ones).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

_MAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OPTIONS: Final = frozenset({"retain", "mode", "region", "endpoint"})
_LONGEST: Final = 36_500

Mode = Literal["COMPLIANCE", "GOVERNANCE"]
MODES: Final[dict[str, Mode]] = {"compliance": "COMPLIANCE", "governance": "GOVERNANCE"}


@dataclass(frozen=True, kw_only=True)
class FileTarget:
    """A file that gains one anchor a day."""

    name: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class MailTarget:
    """Somebody who keeps what the machine's administrator cannot reach."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class BucketTarget:
    """A bucket with Object Lock; ``retain`` is in days, ``prefix`` ends with a slash or is empty.

    In mode COMPLIANCE nobody deletes before the time, the bucket's owner included.
    """

    name: str
    bucket: str
    prefix: str
    retain: int
    mode: Mode
    region: str
    endpoint: str


Target = FileTarget | MailTarget | BucketTarget


def parse(text: str) -> tuple[Target, ...]:
    """Return the targets that ``text`` names, each once. Raises ``ValueError`` for any other."""
    return tuple(dict.fromkeys(_parse_one(word) for word in text.split()))


def _parse_one(word: str) -> Target:
    parts = urlsplit(word)
    if parts.scheme in {"", "file"} and not parts.netloc and not parts.query:
        path = Path(unquote(parts.path) if parts.scheme else word)
        if path.is_absolute():
            return FileTarget(name=word, path=path)
    elif parts.scheme == "mailto" and _MAIL.fullmatch(parts.path) and not parts.query:
        return MailTarget(name=word, address=parts.path)
    elif parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc):
        return _bucket(word, parts.netloc, parts.path, parse_qs(parts.query))
    raise ValueError(word)


def _bucket(word: str, bucket: str, path: str, query: dict[str, list[str]]) -> BucketTarget:
    options = {name: values[-1] for name, values in query.items()}
    retain, mode = options.get("retain", ""), MODES.get(options.get("mode", "compliance"))
    days = int(retain) if re.fullmatch(r"[0-9]{1,5}", retain) else 0
    if not 1 <= days <= _LONGEST or mode is None or set(options) - _OPTIONS:
        raise ValueError(word)
    prefix = path.strip("/")
    return BucketTarget(
        name=word,
        bucket=bucket,
        prefix=f"{prefix}/" if prefix else "",
        retain=days,
        mode=mode,
        region=options.get("region", ""),
        endpoint=options.get("endpoint", ""),
    )
