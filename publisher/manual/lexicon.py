"""The lexicon: words and phrases as data, compiled once into a table by first word.

Files under ``data/lexicon`` hold ``[classes]`` (sets of words that patterns name) and
``[[entry]]`` tables: the rule, the reason (a key of ``texts``), severity, category, and patterns
one a line, with the contexts that excuse (``unless``: same sentence; ``unless_post``: anywhere),
demand (``with``, ``with_post``) or soften (``soften``: bloqueo becomes advertencia) a match.
``@name`` in a context stands for the patterns of ``[contexts]``. ``pattern`` describes the
language of the patterns.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from publisher.manual import matching, normalise, pattern, symbols, tokens
from publisher.manual.findings import SEVERITIES, Severity
from publisher.manual.matching import Contexts, Entry, Phrase
from publisher.manual.pattern import Word
from publisher.manual.symbols import PatternError, Symbols
from publisher.manual.tokens import Text, Token

_MEMO_MAX = 50_000
_CONTEXTS = ("unless", "unless_post", "with", "with_post", "soften")


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a text touches, from token ``first`` to before token ``last``."""

    entry: Entry
    first: int
    last: int
    softened: bool


@dataclass
class Lexicon:
    """Compiled tables. ``_memo``, ``_seen`` and ``_named`` only remember what was asked before.

    ``found_by`` names the patterns by number that a text with a symbol may hold: each under the
    rarest words that it cannot lack.
    """

    hash: str
    symbols: Symbols
    patterns: Sequence[tuple[Entry, Phrase]]
    found_by: Mapping[int, Sequence[int]]
    hidden: frozenset[str]
    classes: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, int]
    class_names: Mapping[int, str]  # the symbols of classes
    _name: frozenset[int] = frozenset()
    _buckets: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    _memo: dict[str, frozenset[int]] = field(default_factory=dict)
    _seen: dict[tuple[str, str, bool, bool, bool], frozenset[int]] = field(default_factory=dict)
    _named: dict[frozenset[int], tuple[str, ...]] = field(default_factory=dict)

    def read(self, original: str) -> Text:
        """Tokenise ``original``, undoing the disguises of the words of this lexicon."""
        return tokens.read(original, self.hidden.__contains__, self.masked)

    def masked(self, chunk: str) -> str:
        """Return a word of the lexicon that a starred-out chunk hides, or an empty string."""
        places = normalise.mask(chunk)
        if not places:
            return ""
        for word in self._buckets.get((places[0], len(places)), ()):
            if all(
                not allowed or letter in allowed
                for allowed, letter in zip(places, word, strict=True)
            ):
                return word
        return ""

    def words(self, text: Text) -> list[Word]:
        """Return the matcher's view of the tokens."""
        out: list[Word] = []
        before = ""
        for token in text.tokens:
            kind, word, *_ = token
            seen = (kind, word, token.title, token.upper, token.disguised)
            symbols = self._seen.get(seen)
            if symbols is None:
                if len(self._seen) >= _MEMO_MAX:
                    self._seen.clear()
                symbols = self._seen[seen] = self._symbols(token)
            if token.title and kind == "word" and self._is_first_name(word, before):
                symbols |= self._name
            out.append(Word(symbols, token.sentence))
            before = word
        return out

    def _symbols(self, token: Token) -> frozenset[int]:
        symbols = self._lookup(token.word) | self._flags(token)
        if token.upper:  # a word written in capitals in the lexicon is only met as an acronym
            symbols |= self._lookup(token.word.upper())
        return symbols

    def _is_first_name(self, word: str, before: str) -> bool:
        return self.has_class(word, "nombre_pila") and not self.has_class(before, "antes_de_lugar")

    def _lookup(self, word: str) -> frozenset[int]:
        found = self._memo.get(word)
        if found is None:
            if len(self._memo) >= _MEMO_MAX:
                self._memo.clear()
            found = self._memo[word] = self.symbols.lookup(word)
        return found

    def _flags(self, token: Token) -> frozenset[int]:
        names = [f"<{token.kind}>"]
        if tokens.is_laugh(token):
            names.append("<risa>")
        if token.title:
            names.append("<may>")
        if token.upper:
            names.append("<sigla>")
        if token.disguised:
            names.append("<oculta>")
        return frozenset(self.flags[name] for name in names if name in self.flags)

    def matches(self, text: Text, words: Sequence[Word]) -> Iterator[Match]:
        """Yield every match that its contexts allow, in the order of the text."""
        contexts = Contexts(words)
        everywhere = contexts.everywhere
        hopeful = self._hopeful(everywhere)
        for sentence, places in contexts.sentences.items():
            present = contexts.present[sentence]
            live = {
                symbol: [pair for pair in hopeful[symbol] if pair[1].may_go_on(present, everywhere)]
                for symbol in present & hopeful.keys()
            }
            for at in places:
                token = text.tokens[at]
                for symbol in words[at].symbols:
                    for entry, phrase in live.get(symbol, ()):
                        if (token.quoted and not entry.quoted) or (token.asked and not entry.asked):
                            continue
                        end = phrase.step(words, at, sentence)
                        if end > at and contexts.allow(entry, sentence):
                            yield Match(entry, at, end, contexts.holds(entry, "soften", -1))

    def _hopeful(self, everywhere: frozenset[int]) -> dict[int, list[tuple[Entry, Phrase]]]:
        """Return what a text with these symbols can hold, by the symbols that it can begin with."""
        numbers = {
            number
            for symbol in everywhere & self.found_by.keys()
            for number in self.found_by[symbol]
        }
        found: dict[int, list[tuple[Entry, Phrase]]] = {}
        for number in sorted(numbers):
            pair = self.patterns[number]
            if pair[1].may_match(everywhere, everywhere):
                for symbol in pair[1].head & everywhere:
                    found.setdefault(symbol, []).append(pair)
        return found

    def classes_of(self, symbols: frozenset[int]) -> tuple[str, ...]:
        """Return the names, in braces, of the classes among ``symbols``."""
        found = self._named.get(symbols)
        if found is None:
            if len(self._named) >= _MEMO_MAX:
                self._named.clear()
            found = tuple(self.class_names[one] for one in symbols & self.class_names.keys())
            self._named[symbols] = found
        return found

    def has_class(self, word: str, name: str) -> bool:
        """Say whether the folded ``word`` belongs to the class ``name``."""
        symbol = self.symbols.ids.get("{" + name + "}")
        return symbol is not None and symbol in self._lookup(word)


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip() and line[0] != "#"]


def _members(block: str) -> list[str]:
    return [part.strip() for line in _lines(block) for part in line.split(",") if part.strip()]


def build(documents: Sequence[Mapping[str, Any]]) -> Lexicon:
    """Compile parsed lexicon files. Raises ``PatternError`` naming what cannot be read."""
    compiler = _Compiler(documents)
    patterns: list[tuple[Entry, Phrase]] = []
    hidden: set[str] = set()
    for raw in (raw for document in documents for raw in document.get("entry", ())):
        entry = compiler.entry(raw)
        for source in _lines(raw["patterns"]):
            phrase = compiler.phrase(source)
            patterns.append((entry, phrase))
            if raw.get("disguise") and "~" not in source and "(" not in source:
                hidden |= _hidden(source, compiler.classes)
    for word in compiler.classes.get("ocultables", ()):
        hidden |= symbols.forms(word)
    compiler.name_members()
    name_flag = compiler.symbols.id("<nombre>")
    buckets: dict[tuple[str, int], list[str]] = {}
    for word in sorted(hidden):
        buckets.setdefault((word[0], len(word)), []).append(word)
    canonical = json.dumps(list(documents), sort_keys=True, ensure_ascii=False)
    return Lexicon(
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        symbols=compiler.symbols,
        patterns=patterns,
        found_by=_by_rarest([phrase for _, phrase in patterns]),
        hidden=frozenset(hidden),
        classes=compiler.classes,
        flags={name: number for name, number in compiler.symbols.ids.items() if name[0] == "<"},
        class_names={
            number: name for name, number in compiler.symbols.ids.items() if name[0] == "{"
        },
        _name=frozenset({name_flag}),
        _buckets=buckets,
    )


class _Compiler:
    """Turns the parsed files into patterns; equal patterns are compiled once."""

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        self.symbols = Symbols()
        self.classes: dict[str, tuple[str, ...]] = {}
        self._contexts: dict[str, list[str]] = {}
        self._memo: dict[str, Phrase] = {}
        for document in documents:
            for name, block in document.get("classes", {}).items():
                self.classes[name] = (*self.classes.get(name, ()), *_members(block))
            for name, block in document.get("contexts", {}).items():
                self._contexts.setdefault(name, []).extend(_lines(block))

    def phrase(self, source: str) -> Phrase:
        if source not in self._memo:
            nodes = pattern.parse(source, self.symbols, self.classes)
            self._memo[source] = matching.phrase_of(nodes)
        return self._memo[source]

    def entry(self, raw: Mapping[str, Any]) -> Entry:
        if raw["severity"] not in SEVERITIES:
            raise PatternError(f"severidad desconocida: {raw['severity']}")
        return Entry(
            rule=raw["rule"],
            reason=raw["reason"],
            severity=raw["severity"],
            category=raw.get("category"),
            quoted=raw.get("quoted", True),
            asked=raw.get("asked", True),
            contexts={name: self._context(raw[name]) for name in _CONTEXTS if name in raw},
        )

    def name_members(self) -> None:
        """Let every one-word member of a class carry the class's symbol."""
        for name, members in self.classes.items():
            for member in members:
                if " " not in member and member[0] not in "{<(":
                    self.symbols.add_word(member, self.symbols.id("{" + name + "}"))

    def _context(self, block: str) -> tuple[Phrase, ...]:
        out: list[Phrase] = []
        for line in _lines(block):
            if not line.startswith("@"):
                out.append(self.phrase(line))
            elif line[1:] in self._contexts:
                out.extend(self.phrase(inner) for inner in self._contexts[line[1:]])
            else:
                raise PatternError(f"contexto desconocido: {line}")
        return tuple(out)


def _by_rarest(phrases: Sequence[Phrase]) -> dict[int, list[int]]:
    """Return the numbers of ``phrases`` under each symbol of the rarest set that each cannot lack.

    A word is taken for as common in texts as it is in patterns.
    """
    sets = [(phrase.head, *phrase.needs) for phrase in phrases]
    common = Counter(symbol for needed in sets for one in needed for symbol in one)
    found: dict[int, list[int]] = {}
    for number, needed in enumerate(sets):
        rarest = min(needed, key=lambda one: max(common[symbol] for symbol in one))
        for symbol in rarest:
            found.setdefault(symbol, []).append(number)
    return found


def _hidden(source: str, classes: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the words of a one-word pattern that may stand behind a disguise."""
    out: set[str] = set()
    for piece in source.split("|"):
        if piece.startswith("{"):
            for member in classes[piece[1:-1]]:
                out |= _hidden(member, classes)
        elif " " not in piece and piece[0] not in "<(":
            out |= {form.rstrip("*") for form in symbols.forms(piece)}
    return {word for word in out if len(word) > 2}


def documents() -> tuple[dict[str, Any], ...]:
    """Return the shipped lexicon files, parsed, in the order of their names."""
    folder = resources.files("publisher.manual") / "data" / "lexicon"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in names)


@lru_cache(maxsize=1)
def shipped() -> Lexicon:
    """Return the lexicon that ships with the package."""
    return build(documents())


@lru_cache(maxsize=8)
def extended(additions: tuple[tuple[str, str, Severity, str | None, str], ...]) -> Lexicon:
    """Return the shipped lexicon with an office's own entries.

    Each is ``(rule, reason, severity, category, patterns)``.
    """
    if not additions:
        return shipped()
    entries = [
        {
            "rule": rule,
            "reason": reason,
            "severity": severity,
            "patterns": patterns,
            "disguise": True,
            **({"category": category} if category else {}),
        }
        for rule, reason, severity, category, patterns in additions
    ]
    return build((*documents(), {"entry": entries}))
