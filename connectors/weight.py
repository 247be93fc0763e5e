"""Length of a text as X counts it: the public rules of twitter-text, configuration v3.

The text is put in NFC. A link counts 23 whatever its length, also without a scheme if its
top-level domain is known; an emoji sequence counts 2; code points of the Latin, Greek, Cyrillic
and similar ranges count 1, all others 2. Time is linear in the length of the text: links are found
by one walk over runs of host characters, never by one large expression.

An emoji sequence is recognised by its form, not by the vendor's list of the ones it draws: a chain
joined by ZWJ that no font knows counts 2 here and more there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from connectors import limits

URL_WEIGHT: int = limits.value("x", "url_weight")
URL_MAX = 4096
SCAN_MAX = 20_000
"""Links and emoji are looked for in this many characters; beyond, each code point is counted.

The longest public conformance case has 12,076; no text near this length fits any network.
"""

_DIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NOT_HOST = (
    r"!'#%&()*+,./:;<=>?@\[\\\]^`{|}~$\-_"
    '"'
    "\\s\x00-\x1f\x7f\x85\xa0\u180e\u2028\u2029\ufffe\ufeff\uffff" + _DIRECTIONAL
)
_RUN = re.compile(rf"[^{_NOT_HOST}](?:[^{_NOT_HOST}]|[._-])*")
_SCHEME_BEFORE = re.compile(r"https?://\Z", re.IGNORECASE)
_LATIN_ACCENTS = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253-\u0254\u0256-\u0257\u0259\u025b"
_LATIN_ACCENTS += "\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
_ASCII_TAIL = re.compile(rf"[-0-9A-Za-z{_LATIN_ACCENTS}]+\Z")
_PATH_CHAR = rf"[A-Za-z0-9\u0400-\u04ff!*';:=+,.$/%#\[\]\u2013_~@|&{_LATIN_ACCENTS}-]"
_PATH_END = re.compile(rf"[+A-Za-z\u0400-\u04ff0-9=_#/{_LATIN_ACCENTS}-]")
_PATH_RUN = re.compile(rf"{_PATH_CHAR}+")
_PATH_PARENS = re.compile(rf"\((?:{_PATH_CHAR}+|{_PATH_CHAR}*\({_PATH_CHAR}+\){_PATH_CHAR}*)\)")
_PORT = re.compile(r":[0-9]+")
_QUERY = re.compile(r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*[A-Za-z0-9_&=#/-]")
_TCO = re.compile(r"https?://t\.co/([A-Za-z0-9]+)", re.IGNORECASE)
_TCO_SLUG_MAX = 40
_ASCII_TLD = re.compile(r"(?:xn--[-0-9A-Za-z]+|[A-Za-z]+)")
_LABEL_MAX = 63

_PICTOGRAPH = (
    "\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf"
    "\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171"
    "\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f23b"
    "\U0001f240-\U0001f3fa\U0001f400-\U0001faff"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_ONE = rf"(?:[{_PICTOGRAPH}]|{_TONE})(?:\ufe0f?{_TONE}|\ufe0f)?"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|[\xa9\xae]\ufe0f"
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    rf"|{_ONE}(?:\u200d{_ONE})*"
)
_LIGHT = re.compile("[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def weigh(text: str, *, emoji: bool = True) -> int:
    """Return the weighted length of ``text`` in X's characters (280 fit).

    ``emoji=False`` counts the code points of an emoji sequence one by one, as the previous
    configuration did.
    """
    plain = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for start, end in links(plain[:SCAN_MAX]):
        total += _weigh_plain(plain[at:start], emoji=emoji) + URL_WEIGHT
        at = end
    return total + _weigh_plain(plain[at:], emoji=emoji)


def table() -> dict[str, Any]:
    """Return all that the counting goes by, as JSON: the browser counts by it too (``weight.js``).

    The patterns are those of this module as JavaScript writes them.
    """
    patterns = {
        "run": _RUN,
        "scheme": _SCHEME_BEFORE,
        "tail": _ASCII_TAIL,
        "path": _PATH_RUN,
        "pathEnd": _PATH_END,
        "parens": _PATH_PARENS,
        "port": _PORT,
        "query": _QUERY,
        "tco": _TCO,
        "tld": _ASCII_TLD,
        "emoji": _EMOJI,
        "light": _LIGHT,
    }
    return {
        "url": URL_WEIGHT,
        "longest": URL_MAX,
        "scan": SCAN_MAX,
        "slug": _TCO_SLUG_MAX,
        "label": _LABEL_MAX,
        "patterns": {name: one.pattern.replace(r"\Z", "$") for name, one in patterns.items()},
        "tlds": " ".join(sorted(_tlds())),
    }


def _weigh_plain(text: str, *, emoji: bool) -> int:
    if text.isascii():
        return len(text)
    count = 0
    if emoji:
        text, count = _EMOJI.subn("", text)
    light = len(text) - len(_LIGHT.sub("", text))
    return 2 * count + 2 * len(text) - light


def links(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every link that X would shorten, in order."""
    at = floor = 0
    while run := _RUN.search(text, at):
        if "." not in run[0]:
            # most runs are plain words: no host, whatever stands around them
            at = run.end()
            continue
        scheme = _SCHEME_BEFORE.search(text, max(floor, run.start() - 8), run.start())
        start = scheme.start() if scheme else run.start()
        at = run.end()
        if not _may_follow(text, start, scheme=scheme is not None):
            continue
        host_end = _host_end(text, run.start(), run.end())
        if host_end is None:
            continue
        at = floor = end = _tail_end(text, host_end)
        host = text[run.start() : host_end]
        if any(len(_ascii_label(label)) > _LABEL_MAX for label in host.split(".")):
            continue
        if scheme:
            short = _TCO.match(text, start, end)
            if short and len(short[1]) > _TCO_SLUG_MAX:
                continue
            at = floor = end = short.end() if short else end
        else:
            start = _ascii_start(host, run.start())
        if end - start <= URL_MAX:
            yield start, end


def _may_follow(text: str, start: int, *, scheme: bool) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before in "@＠$#＃" or (before.isascii() and before.isalnum()):
        return False
    return scheme or before not in "-_./"


def _host_end(text: str, start: int, end: int) -> int | None:
    """Return where the longest host with a known top-level domain ends, if any does."""
    best, at, previous = None, start, ""
    for position, label in enumerate(text[start:end].split(".")):
        if position:
            size = _tld_size(label, text[end : end + 1] if at + len(label) == end else "")
            if size and previous and "_" not in previous:
                best = at + size
        if not label or not (_edge(label[0]) and _edge(label[-1])):
            break
        previous = label
        at += len(label) + 1
    return best


def _edge(char: str) -> bool:
    return char not in "-_"


def _tld_size(label: str, after: str) -> int:
    """Return how much of ``label`` is a top-level domain; 0 if none of it is."""
    ascii_name = _ASCII_TLD.match(label)
    if ascii_name:
        name = ascii_name[0].lower()
        known = name.startswith("xn--") or name in _tlds()
        if known and _may_end(label, len(name), after):
            return len(name)
    if label.isascii():
        return 0
    for size in range(min(len(label), _longest_tld()), 0, -1):
        if label[:size].lower() in _tlds() and _may_end(label, size, after):
            return size
    return 0


def _may_end(label: str, size: int, after: str) -> bool:
    following = label[size : size + 1] or after
    return re.match(r"[0-9A-Za-z@+-]", following) is None


def _ascii_start(host: str, start: int) -> int:
    """Without a scheme only the Latin part of the host belongs to the link."""
    first, *_ = host.split(".", 1)
    tail = _ASCII_TAIL.search(first)
    return start + (tail.start() if tail else len(first) + 1)


def _ascii_label(label: str) -> str:
    if label.isascii() or len(label) > _LABEL_MAX:
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _tail_end(text: str, at: int) -> int:
    """Return where port, path and query after a host end."""
    if port := _PORT.match(text, at):
        at = port.end()
    if text[at : at + 1] == "/":
        at = _path_end(text, at)
    if query := _QUERY.match(text, at):
        at = query.end()
    return at


def _path_end(text: str, start: int) -> int:
    end, at = start, start
    while True:
        if run := _PATH_RUN.match(text, at):
            at = run.end()
            last = at
            while last > run.start() and not _PATH_END.match(text[last - 1]):
                last -= 1
            end = last if last > run.start() else end
        elif parens := _PATH_PARENS.match(text, at):
            at = end = parens.end()
        else:
            return end


@cache
def _tlds() -> frozenset[str]:
    lines = files("connectors").joinpath("tlds.txt").read_text("utf-8").splitlines()
    names = " ".join(line for line in lines if not line.startswith("#")).split()
    return frozenset(unicodedata.normalize("NFC", name) for name in names)


@cache
def _longest_tld() -> int:
    return max(map(len, _tlds()))
