"""The recovery kit: the master key in two halves on paper, typed back by hand. Pure.

The key is XORed with a random pad as long as itself: one half is the pad, the other the result, so
that either alone is nothing but chance (Shannon's one-time pad; 2-of-2). Both together give the
root and every key in force, which is why a kit is printed anew after each rotation.

A half is a code and lines of sixteen letters of Crockford's base 32 (no I, L, O or U), each with
two check letters: a Reed-Solomon code over GF(32) that also covers the kit, the half and the line's
number. It notices any two wrong letters in a line, so every wrong letter and every swap, lines of
another sheet and lines out of order; one wrong letter it can point at. The checks are computed from
what is printed and tell nothing of the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vault import primitives, texts
from vault.errors import KitLine, KitOther
from vault.keys import MasterKey

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINE_BYTES: Final = 10
LINE_LETTERS: Final = 16
CHECKS: Final = 2
KIT_LETTERS: Final = 4
MOST_KEYS: Final = 8

_FORMAT: Final = 1
_SUM: Final = 4
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN: Final = re.compile(r"[\s.·-]+")
_FIELD: Final = 0b100101  # x^5 + x^2 + 1, primitive


@dataclass(frozen=True, kw_only=True)
class Code:
    """What heads a sheet: which kit, which half (1 or 2), how many lines follow."""

    kit: str
    half: int
    lines: int

    @property
    def text(self) -> str:
        """The code as it is printed: two groups of four letters."""
        body = f"{self.kit}{self.half}{LETTERS[self.lines]}"
        return grouped(body + _checks(_values(body)))


@dataclass(frozen=True, repr=False)
class Half:
    """One sheet's content; it never shows."""

    code: Code
    data: bytes

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as they are printed: four groups of four letters, and the checks."""
        return tuple(
            _line(self.code, number, self.data[start : start + LINE_BYTES])
            for number, start in enumerate(range(0, len(self.data), LINE_BYTES), start=1)
        )

    @property
    def scanned(self) -> str:
        """The whole sheet in letters that a QR code holds densely."""
        return ":".join(_plain(text) for text in (self.code.text, *self.lines))

    def __repr__(self) -> str:
        return f"Half({self.code.kit}-{self.code.half})"


def split(
    keys: Sequence[MasterKey], *, random: Callable[[int], bytes] = secrets.token_bytes
) -> tuple[Half, Half]:
    """Return both halves of ``keys`` (at most eight, of one root), the one in force first."""
    root = keys[0].reveal()[1]
    if len(keys) > MOST_KEYS or any(key.reveal()[1] != root for key in keys):
        raise ValueError("a kit holds up to eight keys of one root")
    body = bytes([_FORMAT, len(keys)]) + root + b"".join(key.reveal()[0] for key in keys)
    body += hashlib.sha256(body).digest()[:_SUM]
    body += bytes(-len(body) % LINE_BYTES)
    pad = random(len(body))
    kit = "".join(LETTERS[value % 32] for value in random(KIT_LETTERS))
    lines = len(body) // LINE_BYTES
    return (
        Half(Code(kit=kit, half=1, lines=lines), pad),
        Half(Code(kit=kit, half=2, lines=lines), _xor(body, pad)),
    )


def join(first: Half, second: Half) -> tuple[MasterKey, ...]:
    """Return the keys of two halves, in any order; the one in force first.

    Raises ``KitOther`` where they are not the two halves of one kit.
    """
    require_pair(first.code, second.code)
    for half in (first, second):
        require_whole(half)
    size = primitives.KEY_BYTES
    body = _xor(first.data, second.data)
    count = body[1]
    end = 2 + size * (1 + count)
    proof = hashlib.sha256(body[:end]).digest()[:_SUM]
    if (
        len(first.data) != len(second.data)
        or body[0] != _FORMAT
        or not 0 < count <= MOST_KEYS
        or not hmac.compare_digest(body[end : end + _SUM], proof)
    ):
        raise KitOther(cause=texts.KIT_CONTENT)
    root = body[2 : 2 + size]
    return tuple(
        MasterKey(body[start : start + size], root) for start in range(2 + size, end, size)
    )


def require_pair(first: Code, second: Code) -> None:
    """Raise ``KitOther`` where two sheets are not the two halves of one kit."""
    if first.kit != second.kit:
        raise KitOther(cause=texts.KIT_TWO_KITS.format(first=first.kit, second=second.kit))
    if first.half == second.half:
        raise KitOther(cause=texts.KIT_SAME_HALF.format(half=first.half))


def require_whole(half: Half) -> None:
    """Raise ``KitOther`` where lines are missing or too many."""
    found = len(half.data) // LINE_BYTES
    if found != half.code.lines:
        raise KitOther(
            cause=texts.KIT_LINES.format(half=half.code.half, wanted=half.code.lines, found=found)
        )


def read_half(text: str) -> Half:
    """Read a whole sheet: what its QR holds, or its code and lines one below the other.

    Raises ``KitLine`` at the first typing error.
    """
    first, *rest = [line for line in re.split(r"[:\n]+", text) if line.strip()] or [""]
    code = read_code(first)
    lines = [read_line(code, number, line) for number, line in enumerate(rest, start=1)]
    half = Half(code, b"".join(lines))
    require_whole(half)
    return half


def read_code(text: str) -> Code:
    """Read a sheet's code as somebody typed it."""
    typed = _typed(text, texts.KIT_WHERE_CODE, KIT_LETTERS + 2 + CHECKS)
    _verify(typed, texts.KIT_WHERE_CODE, context=())
    half, lines = LETTERS.index(typed[KIT_LETTERS]), LETTERS.index(typed[KIT_LETTERS + 1])
    if half not in {1, 2} or not lines:
        raise KitLine(where=texts.KIT_WHERE_CODE, hint=texts.KIT_COMPARE)
    return Code(kit=typed[:KIT_LETTERS], half=half, lines=lines)


def read_line(code: Code, number: int, text: str) -> bytes:
    """Read line ``number`` (from 1) of the sheet ``code`` as somebody typed it: ten bytes."""
    where = texts.KIT_WHERE_LINE.format(number=number)
    typed = _typed(text, where, LINE_LETTERS + CHECKS)
    _verify(typed, where, context=_context(code, number))
    value = 0
    for letter in typed[:LINE_LETTERS]:
        value = value << 5 | LETTERS.index(letter)
    return value.to_bytes(LINE_BYTES, "big")


def grouped(text: str) -> str:
    """Return ``text`` in groups of four."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _line(code: Code, number: int, data: bytes) -> str:
    value = int.from_bytes(data, "big")
    body = "".join(LETTERS[value >> shift & 31] for shift in range(75, -1, -5))
    return grouped(body + _checks((*_context(code, number), *_values(body))))


def _context(code: Code, number: int) -> tuple[int, ...]:
    """Return what a line's checks cover besides its letters."""
    return (*_values(code.kit), code.half, number)


def _typed(text: str, where: str, length: int) -> str:
    plain = _plain(text).translate(_MISREAD)
    if len(plain) != length:
        raise KitLine(where=where, hint=texts.KIT_LENGTH.format(wanted=length, found=len(plain)))
    for position, letter in enumerate(plain, start=1):
        if letter not in LETTERS:
            raise KitLine(
                where=where, hint=texts.KIT_NO_LETTER.format(position=position, mark=letter)
            )
    return plain


def _plain(text: str) -> str:
    return _BETWEEN.sub("", text).upper()


def _values(letters: str) -> tuple[int, ...]:
    return tuple(LETTERS.index(letter) for letter in letters)


def _checks(values: Sequence[int]) -> str:
    """Return the two letters that make both sums of the code zero."""
    plain, weighted = _sums(values)
    here, next_ = _power(len(values)), _power(len(values) + 1)
    second = _divide(weighted ^ _multiply(plain, here), here ^ next_)
    return LETTERS[plain ^ second] + LETTERS[second]


def _verify(typed: str, where: str, *, context: Sequence[int]) -> None:
    """Raise ``KitLine`` unless both sums are zero; point at the letter that one error explains."""
    plain, weighted = _sums((*context, *_values(typed)))
    if not plain and not weighted:
        return
    hint = texts.KIT_COMPARE
    if plain and weighted:
        position = _LOG[_divide(weighted, plain)] - len(context)
        if 0 <= position < len(typed):
            right = LETTERS[LETTERS.index(typed[position]) ^ plain]
            hint = texts.KIT_HINT.format(position=position + 1, mark=right)
    raise KitLine(where=where, hint=hint)


def _sums(values: Sequence[int]) -> tuple[int, int]:
    plain = weighted = 0
    for position, value in enumerate(values):
        plain ^= value
        weighted ^= _multiply(value, _power(position))
    return plain, weighted


def _power(exponent: int) -> int:
    return _POWERS[exponent % 31]


def _multiply(one: int, other: int) -> int:
    return _power(_LOG[one] + _LOG[other]) if one and other else 0


def _divide(one: int, other: int) -> int:
    return _power(_LOG[one] - _LOG[other]) if one else 0


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _field() -> tuple[tuple[int, ...], dict[int, int]]:
    powers, value = [], 1
    for _ in range(31):
        powers.append(value)
        value <<= 1
        if value & 32:
            value ^= _FIELD
    return tuple(powers), {power: exponent for exponent, power in enumerate(powers)}


_POWERS, _LOG = _field()
