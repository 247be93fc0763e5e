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
from typing import NamedTuple

from publisher.manual.symbols import PatternError, Symbols

_LEX = re.compile(r"\(|\)|\||~~?\d+|<!|!|\^|\?|<[a-z_]+>|\{[a-z_0-9]+\}|[^\s()|?!^~<>{}]+|<")
_MAX_DEPTH = 60


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
