"""Words of a post as the rules see them: kinds, sentences, quotations, disguises undone.

Reading is linear: every repetition in its expression is bounded or cannot fail late.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from publisher.manual import normalise
from publisher.manual.disguises import hidden
from publisher.manual.normalise import Folded

Kind = Literal["word", "num", "ord", "money", "hour", "url", "mail", "user", "tag", "emoji", "code"]

_TLD = (
    "com|mx|org|net|edu|gob|info|io|me|ly|gl|co|tv|app|link|xyz|site|online|shop|store|click|"
    "top|win|biz|us|es|ar|cl|pe|gd|cc|to|be|im|at|ga|tk|ml|cf|ru|cn|uk|tech|blog|page|dev|live|"
    "club|fun|icu|vip|pro|mobi|name|lat|academy|email|digital|world|today|news|space|website"
)
_TOKEN = re.compile(
    rf"""
    (?P<mail>[a-zñ0-9._%+-]{{1,64}}@[a-zñ0-9-]{{1,63}}(?:\.[a-zñ0-9-]{{1,63}}){{1,5}})
  | (?P<url>https?://[^\s<>"«»“”]+ | www\.[^\s<>"«»“”]+
      | (?:[a-z0-9-]{{1,63}}\.){{1,6}}(?:{_TLD})(?![a-zñ0-9@])(?:[/?\#][^\s<>"«»“”]*)?)
  | (?P<user>@[a-z0-9_.]{{2,40}})
  | (?P<tag>\#[^\W_][\w]*)
  | (?P<money>[$]\s?\d[\d,.]*)
  | (?P<hour>\d{{1,2}}:\d{{2}})
  | (?P<ord>\d{{1,2}}\s?[ºª] | \d{{1,2}}\.[ºª] | \d{{1,2}}\.?(?:er|do|ro|to|mo|vo|no|ra|da|ta)\b)
  | (?P<num>\d[\d,.]*\d|\d)
  | (?P<word>[^\W\d_]+)
  | (?P<stop>[.!?…]+|[;\n]+)
  | (?P<quote>[«»“”"])
  | (?P<other>\S)
    """,
    re.VERBOSE,
)
_EMOJI = re.compile(
    "[\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\u231a-\u23ff]"
)
_LAUGH = frozenset("😂🤣😆😹😅😜😝🤪😁😄😈🤭🙃💀☠😛🤡")
_LAUGH_WORD = re.compile(
    r"^(?:[aj]*(?:ja){2,}j*[ja]*|(?:je){2,}|(?:ji){2,}|(?:ha){2,}h?|xd+|lo+l|jsjs\w*|jajs\w*|lmao)$"
)
_LAUGH_FIRST = frozenset("ajhxl")
_LAUGH_MAX = 40
_SHORT = (
    "lic ing dr dra mtro mtra profr profra prof profa arq sr sra srita av ave col num no ext tel "
    "art pag c p m a h hrs km esq blvd calz sto sta ma fco gral cap vol ed etc ej cp cel edo mpio "
    "depto int atte q b e s u d"
)
_ABBREVIATIONS = frozenset(_SHORT.split())
_PAIRS = {"«": "»", "“": "”"}
_QUOTE_MAX = 400


class Token(NamedTuple):
    """One word of the post. ``start`` and ``end`` are places in the original text."""

    kind: Kind
    word: str
    start: int
    end: int
    sentence: int
    title: bool = False  # begins with a capital
    upper: bool = False  # two letters or more, all capitals
    quoted: bool = False
    asked: bool = False
    disguised: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A post read once: its folded form and its tokens in order."""

    original: str
    folded: Folded
    tokens: tuple[Token, ...]


def read(original: str, known: Callable[[str], bool], masked: Callable[[str], str]) -> Text:
    """Tokenise ``original``.

    ``known`` says whether a folded word may stand behind a disguise; ``masked`` gives the word
    behind a starred-out chunk, or an empty string.
    """
    folded = normalise.fold(original)
    tokens = _tokens(folded)
    if disguised := hidden(folded.text, known, masked):
        tokens = _merge(folded, tokens, disguised)
    return Text(original=original, folded=folded, tokens=tuple(tokens))


@dataclass(slots=True)
class _Reading:
    """Where in sentences, questions and quotations the tokeniser is."""

    sentence: int = 0
    open: bool = False  # a sentence with at least one token
    asked: bool = False
    quoted: bool = False
    closer: str = ""
    opened_at: int = 0

    def end_sentence(self) -> None:
        self.sentence += self.open
        self.open = False

    def stop(self) -> None:
        self.end_sentence()
        self.asked = False

    def quote(self, mark: str, at: int) -> None:
        if self.quoted and (mark in {self.closer, '"'} or at - self.opened_at > _QUOTE_MAX):
            self.quoted = False
        elif not self.quoted and mark in {"«", "“", '"'}:
            self.quoted, self.closer, self.opened_at = True, _PAIRS.get(mark, '"'), at

    def mark(self, mark: str) -> None:
        if mark in "¿¡":
            self.end_sentence()
            self.asked = self.asked or mark == "¿"


def _tokens(folded: Folded) -> list[Token]:
    out: list[Token] = []
    state = _Reading()
    text = folded.text
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        piece = found.group()
        begin, end = found.span()
        if kind == "stop":
            if _ends_sentence(text, begin, end, out):
                state.stop()
        elif kind == "quote":
            state.quote(piece, begin)
        elif kind == "other" and not _EMOJI.match(piece):
            state.mark(piece)
        else:
            out.extend(
                _token(folded, "emoji" if kind == "other" else str(kind), piece, begin, state)
            )
            state.open = True
    return out


def _token(folded: Folded, kind: str, piece: str, begin: int, state: _Reading) -> Sequence[Token]:
    if kind == "url":
        piece = piece.rstrip(".,:;!?)]}'…")
    end = begin + len(piece)
    if kind == "num" and folded.text[end : end + 1] == "%":
        end += 1
    start, stop = folded.span(begin, end)
    raw = folded.original[start:stop]
    if kind == "tag":
        return _tag(raw, start, state.sentence, state.quoted)
    return (
        Token(
            cast("Kind", kind),
            piece,
            start,
            stop,
            state.sentence,
            raw[:1].isupper(),
            len(raw) > 1 and raw.isupper(),
            state.quoted,
            state.asked,
        ),
    )


def _ends_sentence(text: str, begin: int, end: int, before: list[Token]) -> bool:
    if text[begin] in ";\n":
        return True
    if text[begin:end] == ".":
        if end < len(text) and not text[end].isspace() and text[end] not in "\"»”')]":
            return False
        last = before[-1] if before else None
        if last and last.kind == "word" and last.word in _ABBREVIATIONS:
            return False
        if last and last.kind == "word" and last.title and len(last.word) == 1:
            return False  # an initial: «Ana R.»
    return True


def _tag(raw: str, start: int, sentence: int, quoted: bool) -> list[Token]:
    """Split ``#OrgulloCECyTE2026`` into words, each with its own place."""
    body = raw[1:]
    parts = list(re.finditer(r"[A-ZÁÉÍÓÚÜÑ]+(?![a-záéíóúüñ])|[A-ZÁÉÍÓÚÜÑ]?[a-záéíóúüñ]+|\d+", body))
    whole = normalise.plain(body)
    tokens = [Token("tag", whole, start, start + len(raw), sentence, quoted=quoted)]
    if len(parts) > 1:
        for part in parts:
            place = start + 1 + part.start()
            tokens.append(
                Token(
                    "num" if part.group().isdigit() else "word",
                    normalise.plain(part.group()),
                    place,
                    place + len(part.group()),
                    sentence,
                    part.group()[:1].isupper(),
                    part.group().isupper(),
                    quoted,
                )
            )
    return tokens


def _merge(folded: Folded, tokens: list[Token], found: list[tuple[int, int, str]]) -> list[Token]:
    """Put the disguised words, in order, in the place of the tokens that they cover."""
    out: list[Token] = []
    at = 0
    last = -1
    for begin, end, word in found:
        start, stop = folded.span(begin, end)
        if start < last:
            continue
        while at < len(tokens) and tokens[at].end <= start:
            out.append(tokens[at])
            at += 1
        covered: list[Token] = []
        while at < len(tokens) and tokens[at].start < stop:
            covered.append(tokens[at])
            at += 1
        if len(covered) == 1 and covered[0].kind == "word" and covered[0].word == word:
            out.append(covered[0])
            continue
        model = covered[0] if covered else (out[-1] if out else None)
        out.append(
            Token(
                "word",
                word,
                start,
                stop,
                model.sentence if model else 0,
                model.title if model else False,
                False,
                model.quoted if model else False,
                model.asked if model else False,
                True,
            )
        )
        last = stop
    return out + tokens[at:]


def is_laugh(token: Token) -> bool:
    """Say whether the token laughs: ``jajaja``, ``xd``, 😂."""
    if token.kind == "word":
        return token.word[:1] in _LAUGH_FIRST and _laughs(token.word)
    return token.kind == "emoji" and token.word in _LAUGH


@lru_cache(maxsize=4096)
def _laughs(word: str) -> bool:
    return len(word) <= _LAUGH_MAX and bool(_LAUGH_WORD.match(word))
