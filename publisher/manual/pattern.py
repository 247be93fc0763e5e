"""The small language in which the lexicon's phrases are written, and its parser.

A pattern is a sequence of words on folded text (no accents, lower case, ñ kept):

    casa         that word                       vend*        words that begin so
    PAN          that word, in capitals only
    tonto/o      gender, number, diminutives     vender/v     regular verb, with enclitics
    examen/n     singular and plural             a b|c d      one way or the other
    (a b|c)      a group of ways                 {clase}      a class of the lexicon
    <num>        what the tokeniser recognised   x?           may be absent
    ~3           up to three words between       ~~9          the same, across sentences
    !x           the next word is not x          <!x          the word before is not x
    ^            beginning of a sentence

A pattern stays inside one sentence unless it has ``~~``. ``matching`` finds where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_LEX = re.compile(r"\(|\)|\||~~?\d+|<!|!|\^|\?|<[a-z_]+>|\{[a-z_0-9]+\}|[^\s()|?!^~<>{}]+|<")
_MORPH = re.compile(r"^([a-zñ]+)/([onv])$")
_MAX_DEPTH = 60


class PatternError(ValueError):
    """A pattern of the lexicon cannot be read."""


class Atom(NamedTuple):
    """One word having any of the symbols ``ids``."""

    ids: frozenset[int]


class Gap(NamedTuple):
    """Up to ``most`` words of any kind; ``across`` sentences or not."""

    most: int
    across: bool


class Either(NamedTuple):
    """One of several sequences, each with the symbols it must begin with (None: cannot tell)."""

    ways: tuple[tuple[tuple[Node, ...], frozenset[int] | None], ...]
    head: frozenset[int] | None


class Guard(NamedTuple):
    """Nothing is consumed: the next (or, ``before``, the previous) word has none of ``ids``."""

    ids: frozenset[int]
    before: bool


class Start(NamedTuple):
    """Nothing is consumed: a sentence begins here."""


Node = Atom | Gap | Either | Guard | Start


class Word(NamedTuple):
    """What the matcher sees of a token: its symbols, and the sentence it stands in."""

    symbols: frozenset[int]
    sentence: int


@dataclass
class Symbols:
    """Grows while patterns are parsed: names to numbers, words and stems to symbols."""

    ids: dict[str, int] = field(default_factory=dict)
    exact: dict[str, set[int]] = field(default_factory=dict)
    stems: dict[str, set[int]] = field(default_factory=dict)

    def id(self, name: str) -> int:
        """Return the number of the symbol ``name``."""
        return self.ids.setdefault(name, len(self.ids))

    def add_word(self, spec: str, symbol: int) -> None:
        """Let every form of the word specification ``spec`` carry ``symbol``."""
        if spec.endswith("*"):
            self.stems.setdefault(spec[:-1], set()).add(symbol)
        else:
            for form in forms(spec):
                self.exact.setdefault(form, set()).add(symbol)

    def lookup(self, word: str) -> frozenset[int]:
        """Return the symbols of one folded word."""
        found = set(self.exact.get(word, ()))
        for size in range(2, min(len(word), 16) + 1):
            stem = self.stems.get(word[:size])
            if stem:
                found |= stem
        return frozenset(found)


_ADJECTIVE = ("o", "a", "os", "as", "e", "es", "x", "xs", "ito", "ita", "itos", "itas")
_ENCLITICS = (
    "me", "te", "se", "lo", "la", "los", "las", "le", "les", "nos", "selo", "sela", "selos",
    "selas", "noslo", "melo", "mela", "telo", "tela", "telos",
)  # fmt: skip
_ENDINGS = {
    "ar": (
        "o as a amos an e aste o aron aba abas abamos aban are aras ara aremos aran aria arias "
        "ariamos arian e es emos en ara aras aramos aran ando ado ada ados adas ar ase asen"
    ),
    "er": (
        "o es e emos en i iste io imos ieron ia ias iamos ian ere eras era eremos eran eria erias "
        "eriamos erian a as amos an iera ieras ieramos ieran iendo ido ida idos idas er"
    ),
    "ir": (
        "o es e imos en i iste io ieron ia ias iamos ian ire iras ira iremos iran iria irias "
        "iriamos irian a as amos an iera ieras ieramos ieran iendo ido ida idos idas ir"
    ),
}
_HOSTS = {
    "ar": ("a", "en", "e", "ar", "ando", "emos"),
    "er": ("e", "an", "a", "er", "iendo", "amos"),
    "ir": ("e", "an", "a", "ir", "iendo", "amos"),
}


def _soft(stem: str, ending: str, verb: str) -> str:
    """Keep the sound of the stem before e: busc-ar → busqu-e, pag-ar → pagu-e, caz-ar → cac-e."""
    if verb == "ar" and ending.startswith("e"):
        if stem.endswith("c"):
            return stem[:-1] + "qu"
        if stem.endswith("g"):
            return stem + "u"
        if stem.endswith("z"):
            return stem[:-1] + "c"
    return stem


def forms(spec: str) -> set[str]:
    """Return every form of a word: ``casa``, ``tonto/o``, ``flor/n``, ``vender/v``."""
    found = _MORPH.match(spec)
    if not found:
        return {spec}
    word, kind = found.groups()
    if kind == "n":
        if word.endswith("z"):
            return {word, word[:-1] + "ces"}
        return {word, word + ("s" if word[-1] in "aeio" else "es")}
    if kind == "o":
        stem = word[:-1] if word[-1] in "oae" else word
        out = {stem + ending for ending in _ADJECTIVE} | {word}
        hard = {"c": stem[:-1] + "qu", "g": stem + "u", "z": stem[:-1] + "c"}.get(stem[-1])
        if hard:
            out |= {hard + ending for ending in ("ito", "ita", "itos", "itas", "e", "es")}
        return out
    verb = word[-2:]
    if verb not in _ENDINGS:
        raise PatternError(spec)
    stem = word[:-2]
    out = {_soft(stem, ending, verb) + ending for ending in _ENDINGS[verb].split()}
    for host in _HOSTS[verb]:
        base = _soft(stem, host, verb) + host
        if host.endswith(("emos", "amos")):
            out |= {base[:-1] + "nos"}
        out |= {base + enclitic for enclitic in _ENCLITICS}
    return out


def parse(source: str, symbols: Symbols, classes: Mapping[str, Sequence[str]]) -> tuple[Node, ...]:
    """Compile one pattern; its words are entered into ``symbols``. Raises ``PatternError``."""
    pieces = _LEX.findall(source)
    if "".join(pieces) != "".join(source.split()):
        raise PatternError(f"signo desconocido: {source}")
    node, rest = _ways(pieces, 0, symbols, classes, 0)
    if rest != len(pieces):
        raise PatternError(f"paréntesis de más: {source}")
    if not first((node,)):
        raise PatternError(f"sin palabra inicial: {source}")
    return (node,) if isinstance(node, Atom) or len(node.ways) > 1 else node.ways[0][0]


def _ways(
    pieces: list[str], at: int, symbols: Symbols, classes: Mapping[str, Sequence[str]], depth: int
) -> tuple[Atom | Either, int]:
    """Read sequences separated by bars, up to a closing parenthesis or the end."""
    if depth > _MAX_DEPTH:
        raise PatternError("demasiados paréntesis")
    ways: list[tuple[Node, ...]] = []
    while True:
        way, at = _sequence(pieces, at, symbols, classes, depth)
        if not way:
            raise PatternError(f"alternativa vacía: {' '.join(pieces)}")
        ways.append(way)
        if at >= len(pieces) or pieces[at] == ")":
            return _merge(ways), at
        at += 1


def _sequence(
    pieces: list[str], at: int, symbols: Symbols, classes: Mapping[str, Sequence[str]], depth: int
) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    while at < len(pieces) and pieces[at] not in {")", "|"}:
        piece = pieces[at]
        if piece == "^":
            nodes.append(Start())
            at += 1
            continue
        if piece.startswith("~"):
            nodes.append(Gap(int(piece.lstrip("~")), piece.startswith("~~")))
            at += 1
            continue
        guard = piece if piece in {"!", "<!"} else ""
        node, at = _item(pieces, at + bool(guard), symbols, classes, depth)
        if guard:
            if not isinstance(node, Atom):
                raise PatternError(f"una guarda mira una sola palabra: {' '.join(pieces)}")
            node = Guard(node.ids, guard == "<!")
        elif at < len(pieces) and pieces[at] == "?":
            node = _either(((node,), ()))
            at += 1
        nodes.append(node)
    return tuple(nodes), at


def _item(
    pieces: list[str], at: int, symbols: Symbols, classes: Mapping[str, Sequence[str]], depth: int
) -> tuple[Node, int]:
    if at >= len(pieces):
        raise PatternError("pieza vacía")
    if pieces[at] != "(":
        return _leaf(pieces[at], symbols, classes, depth), at + 1
    node, at = _ways(pieces, at + 1, symbols, classes, depth + 1)
    if at >= len(pieces):
        raise PatternError("paréntesis sin cerrar")
    return node, at + 1


def _leaf(piece: str, symbols: Symbols, classes: Mapping[str, Sequence[str]], depth: int) -> Node:
    if piece.startswith("{"):
        name = piece[1:-1]
        if name not in classes:
            raise PatternError(f"clase desconocida: {name}")
        symbol = symbols.id(piece)
        ways: list[tuple[Node, ...]] = [(Atom(frozenset({symbol})),)]
        for member in classes[name]:
            if set(member) & set(" {(<"):
                node, _ = _ways(_LEX.findall(member), 0, symbols, classes, depth + 1)
                ways.append((node,))
            else:
                symbols.add_word(member, symbol)
        return _merge(ways)
    if piece in {"?", "<", "!", "<!", ")"}:
        raise PatternError(f"pieza fuera de lugar: {piece}")
    symbol = symbols.id(piece)
    if not piece.startswith("<"):
        symbols.add_word(piece, symbol)
    return Atom(frozenset({symbol}))


def _merge(ways: list[tuple[Node, ...]]) -> Atom | Either:
    """Join alternatives; single words become one set."""
    ids: set[int] = set()
    longer: list[tuple[Node, ...]] = []
    for way in ways:
        if len(way) == 1 and isinstance(way[0], Atom):
            ids |= way[0].ids
        elif len(way) == 1 and isinstance(way[0], Either):
            for inner, _ in way[0].ways:
                if len(inner) == 1 and isinstance(inner[0], Atom):
                    ids |= inner[0].ids
                else:
                    longer.append(inner)
        else:
            longer.append(way)
    if not longer:
        return Atom(frozenset(ids))
    return _either(((Atom(frozenset(ids)),), *longer) if ids else tuple(longer))


def _either(ways: tuple[tuple[Node, ...], ...]) -> Either:
    heads = [head_of(way[0]) if way else None for way in ways]
    known = [head for head in heads if head is not None]
    head = frozenset().union(*known) if len(known) == len(heads) else None
    return Either(tuple(zip(ways, heads, strict=True)), head)


def head_of(node: Node) -> frozenset[int] | None:
    """Return the symbols of which the next word must have one for ``node`` to match."""
    if isinstance(node, Atom):
        return node.ids
    return node.head if isinstance(node, Either) else None


def first(nodes: Sequence[Node]) -> frozenset[int]:
    """Return the symbols with which a match of ``nodes`` can begin."""
    found: set[int] = set()
    for node in nodes:
        if isinstance(node, Atom):
            return frozenset(found | node.ids)
        if isinstance(node, Either):
            for way, _ in node.ways:
                found |= first(way)
            if all(way for way, _ in node.ways):
                return frozenset(found)
        elif isinstance(node, Gap):
            return frozenset()
    return frozenset(found)


def needs(nodes: Sequence[Node]) -> tuple[frozenset[int], ...]:
    """Return sets of symbols of each of which a text must hold one, or ``nodes`` match nowhere."""
    found = {head for head in map(head_of, nodes) if head is not None}
    return tuple(sorted(found, key=len))


def across(nodes: Sequence[Node]) -> bool:
    """Say whether a match of ``nodes`` may run over the end of a sentence."""
    return any(
        node.across
        if isinstance(node, Gap)
        else isinstance(node, Either) and any(across(way) for way, _ in node.ways)
        for node in nodes
    )
