"""Folding of text for comparison, each folded character mapped back to the original.

``fold`` takes accents, case, compatibility forms, look-alike letters and invisible characters
away; ñ stays a letter of its own (``año`` is not ``ano``). ``readings`` gives the plain words
that a disguised chunk may stand for (digits and symbols for letters, letters kept apart, repeated
letters). Both are pure and linear in the length of their input.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_TILDE = "\u0303"
_KEEP = {"º": "º", "ª": "ª", "°": "º", "´": "'", "`": "'", "’": "'", "‘": "'", "¨": ""}
_TWINS = {
    # Cyrillic
    "а": "a", "в": "b", "с": "c", "е": "e", "н": "h", "і": "i", "ј": "j", "к": "k", "м": "m",
    "о": "o", "р": "p", "ѕ": "s", "т": "t", "у": "y", "х": "x", "ԁ": "d", "ԛ": "q", "ԝ": "w",
    "г": "r", "п": "n", "и": "u", "ь": "b", "ї": "i", "ё": "e", "ү": "y",
    # Greek
    "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p",
    "τ": "t", "υ": "u", "χ": "x", "ω": "w", "γ": "y", "σ": "o", "μ": "u", "ζ": "z",
    # Latin look-alikes and small capitals
    "ı": "i", "ȷ": "j", "ɑ": "a", "ɡ": "g", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t",
    "æ": "ae", "œ": "oe", "ß": "ss", "þ": "p", "ð": "d", "ƒ": "f", "ʟ": "l", "ɪ": "i", "ɴ": "n",
    "ʀ": "r", "ʏ": "y", "ʜ": "h", "ʙ": "b", "ɢ": "g", "ᴀ": "a", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e",
    "ᴊ": "j", "ᴋ": "k", "ᴍ": "m", "ᴏ": "o", "ᴘ": "p", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v",
    "ᴡ": "w", "ᴢ": "z", "ꞑ": "n", "ə": "e", "ɐ": "a", "ɔ": "o", "ʌ": "a", "ʇ": "t", "ɹ": "r",
}  # fmt: skip
_NEGATIVE_LETTERS = (0x1F150, 0x1F170)  # circled and squared white-on-black A–Z
_MAX_EXPANSION = 4

LEET = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "ao", "$": "s", "!": "i", "¡": "i", "|": "il", "+": "t", "€": "e", "£": "l", "(": "c",
    "¢": "c",
}  # fmt: skip
MASKS = frozenset("*#_%?•×✱")
SEPARATORS = frozenset(".-_·•*~/\\'\"’:,+|")
_MAX_READINGS = 32
_RUN = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` is the folded form; ``starts[i]``, ``ends[i]`` bound char ``i`` in ``original``."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's span of the folded slice ``[start:end]`` (not empty)."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    if char in _KEEP:
        return _KEEP[char]
    if char == "\n" or char in "\r\u2028\u2029\v\f":
        return "\n"
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me", "Cc", "Cs"}:
        return ""
    for base in _NEGATIVE_LETTERS:
        if base <= ord(char) < base + 26:
            return chr(ord("a") + ord(char) - base)
    out: list[str] = []
    for part in unicodedata.normalize("NFKD", char).lower()[: _MAX_EXPANSION * 2]:
        if part == _TILDE and out and out[-1] == "n":
            out[-1] = "ñ"
        elif unicodedata.category(part) not in {"Mn", "Cf"}:
            out.append(_TWINS.get(part, part))
    return "".join(out)[:_MAX_EXPANSION]


def fold(original: str) -> Folded:
    """Fold ``original`` and remember where each folded character came from."""
    letters = {char: _fold_char(char) for char in set(original)}
    if all(len(folded) == 1 for folded in letters.values()):
        text_of = "".join(map(letters.__getitem__, original))
        return Folded(original, text_of, range(len(original)), range(1, len(original) + 1))
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(original):
        if char == _TILDE and text and text[-1] == "n":
            text[-1] = "ñ"
            ends[-1] = index + 1
            continue
        folded = letters[char]
        if not folded:
            if ends and unicodedata.category(char) in {"Mn", "Me"}:
                ends[-1] = index + 1
            continue
        for part in folded:
            text.append(part)
            starts.append(index)
            ends.append(index + 1)
    return Folded(original=original, text="".join(text), starts=starts, ends=ends)


def plain(text: str) -> str:
    """Return only the folded text."""
    return fold(text).text


def collapse(word: str, keep: int = 1) -> str:
    """Shorten every run of one repeated letter to ``keep``."""
    return _RUN.sub(lambda run: run.group(1) * min(keep, len(run.group())), word)


@lru_cache(maxsize=4096)
def readings(chunk: str) -> tuple[str, ...]:
    """Return the plain words that a disguised, folded ``chunk`` may stand for.

    At most 32; empty if a character can stand for no letter. Separators between letters are
    dropped, digits and symbols replaced by the letters they resemble, runs of letters shortened.
    """
    options: list[str] = []
    product = 1
    for char in chunk:
        if char.isalpha():
            options.append(char)
        elif char in LEET:
            choice = LEET[char] if product * len(LEET[char]) <= _MAX_READINGS else LEET[char][0]
            product *= len(choice)
            options.append(choice)
        elif char not in SEPARATORS:
            return ()
    words = ("".join(letters) for letters in itertools.product(*options))
    found: dict[str, None] = {}
    for word in itertools.islice(words, _MAX_READINGS):
        found[word] = None
        if _RUN.search(word):
            found[collapse(word)] = None
            found[collapse(word, 2)] = None
    return tuple(found)


def mask(chunk: str) -> tuple[str, ...]:
    """Return, for a chunk with letters starred out (``p*t@``), what each place may hold.

    An empty string is any letter. Empty if the chunk is no such thing: the first letter and one
    more must be left.
    """
    if not chunk or len(chunk) > 16 or not chunk[0].isalpha():
        return ()
    if sum(char.isalpha() for char in chunk) < 2 or not any(char in MASKS for char in chunk):
        return ()
    out: list[str] = []
    for char in chunk:
        if char.isalpha():
            out.append(char)
        elif char in MASKS:
            out.append("")
        elif char in LEET:
            out.append(LEET[char])
        else:
            return ()
    return tuple(out)
