"""Where patterns stand in a text: compiled into functions, tried only where they can match.

A phrase is tried in a sentence that holds every word it cannot lack, where its first word stands;
gaps are bounded: the time is linear in the number of words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from publisher.manual import pattern
from publisher.manual.findings import Severity
from publisher.manual.pattern import Atom, Either, Gap, Guard, Node, Start, Word, head_of

Step = Callable[[Sequence[Word], int, int], int]
_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """One compiled pattern: the symbols it can begin with, and those a match cannot lack.

    ``across``: a match may run over the end of a sentence.
    """

    step: Step
    head: frozenset[int]
    needs: tuple[frozenset[int], ...]  # but what its beginning meets
    across: bool

    def may_match(self, sentence: frozenset[int], text: frozenset[int]) -> bool:
        """Say whether a sentence with these symbols, in a text with those, may match at all."""
        return not sentence.isdisjoint(self.head) and self.may_go_on(sentence, text)

    def may_go_on(self, sentence: frozenset[int], text: frozenset[int]) -> bool:
        """Say whether it may match in a sentence that holds a word with which it can begin."""
        lacks = text.isdisjoint if self.across else sentence.isdisjoint
        for need in self.needs:  # noqa: SIM110 - asked for every phrase and sentence
            if lacks(need):
                return False
        return True

    def stands(self, words: Sequence[Word], places: range) -> bool:
        """Say whether a match begins at any of ``places``."""
        lacks = self.head.isdisjoint
        for place in places:
            symbols, sentence = words[place]
            if not lacks(symbols) and self.step(words, place, sentence) >= 0:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of the lexicon, compiled."""

    rule: str
    reason: str
    severity: Severity
    category: str | None
    quoted: bool  # also judged inside quotation marks
    asked: bool  # also judged inside questions
    contexts: Mapping[str, tuple[Phrase, ...]]


class Contexts:
    """Answers about the contexts of entries in one text; each question is searched once."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.sentences: dict[int, range] = {}
        for index, word in enumerate(words):
            known = self.sentences.get(word.sentence)
            self.sentences[word.sentence] = range(known.start if known else index, index + 1)
        none = frozenset[int]()
        self.present = {
            sentence: none.union(*(words[place].symbols for place in places))
            for sentence, places in self.sentences.items()
        }
        self.everywhere = none.union(*self.present.values())
        self._words = words
        self._answers: dict[tuple[int, str, int], bool] = {}

    def holds(self, entry: Entry, name: str, sentence: int) -> bool:
        """Say whether a phrase of the context stands in ``sentence`` (-1: anywhere)."""
        phrases = entry.contexts.get(name)
        if not phrases:
            return False
        key = (id(entry), name, sentence)
        if key not in self._answers:
            self._answers[key] = (
                any(self._stands(phrases, one) for one in self.sentences)
                if sentence < 0
                else self._stands(phrases, sentence)
            )
        return self._answers[key]

    def _stands(self, phrases: Sequence[Phrase], sentence: int) -> bool:
        present = self.present[sentence]
        return any(
            phrase.may_match(present, self.everywhere)
            and phrase.stands(self._words, self.sentences[sentence])
            for phrase in phrases
        )

    def allow(self, entry: Entry, sentence: int) -> bool:
        """Say whether the contexts let a match in ``sentence`` stand."""
        asked = entry.contexts
        return not (
            self.holds(entry, "unless", sentence)
            or self.holds(entry, "unless_post", -1)
            or ("with" in asked and not self.holds(entry, "with", sentence))
            or ("with_post" in asked and not self.holds(entry, "with_post", -1))
        )


class _Rest(NamedTuple):
    """What follows a node, compiled; ``head`` as of ``head_of``; ``end`` if nothing follows."""

    step: Step
    head: frozenset[int] | None
    end: bool


def phrase_of(nodes: tuple[Node, ...]) -> Phrase:
    """Return the phrase that a parsed pattern says."""
    head, needs = pattern.first(nodes), pattern.needs(nodes)
    more = tuple(need for need in needs if not head <= need)
    return Phrase(compiled(nodes), head, more, pattern.across(nodes))


def compiled(nodes: tuple[Node, ...]) -> Step:
    """Return the matcher of ``nodes``.

    It is given the words, the place where a match begins and that place's sentence, and returns
    the index after the last word of a match, or -1. Every node is a function that calls the next.
    """
    return _after(nodes, _Rest(_end, None, end=True)).step


def _after(nodes: tuple[Node, ...], rest: _Rest) -> _Rest:
    for node in reversed(nodes):
        rest = _Rest(_step(node, rest), head_of(node), end=False)
    return rest


def _end(words: Sequence[Word], at: int, sentence: int) -> int:  # noqa: ARG001 - a Step
    return at


def _step(node: Node, rest: _Rest) -> Step:
    if isinstance(node, Atom):
        return _atom(node.ids, rest)
    if isinstance(node, Gap):
        return _gap(node, rest)
    if isinstance(node, Either):
        return _either_way(node, rest)
    return _guard(node, rest)


def _atom(ids: frozenset[int], rest: _Rest) -> Step:
    following = None if rest.end else rest.step
    lacks = ids.isdisjoint

    def step(words: Sequence[Word], at: int, sentence: int) -> int:
        if at >= len(words):
            return -1
        symbols, stands = words[at]
        if stands != sentence or lacks(symbols):
            return -1
        return following(words, at + 1, sentence) if following else at + 1

    return step


def _either_way(node: Either, rest: _Rest) -> Step:
    """Try, in their order, the ways that can begin with the word: found by its symbols."""
    ways = tuple(_after(way, rest).step for way, _ in node.ways)
    heads = frozenset[int]().union(*(head for _, head in node.ways if head is not None))
    always = tuple(place for place, (_, head) in enumerate(node.ways) if head is None)
    begun = {
        symbol: tuple(
            place for place, (_, head) in enumerate(node.ways) if head is None or symbol in head
        )
        for symbol in heads
    }

    def step(words: Sequence[Word], at: int, sentence: int) -> int:
        found = words[at].symbols & heads if at < len(words) else _NOTHING
        places: Sequence[int] = always
        if len(found) == 1:
            (symbol,) = found
            places = begun[symbol]
        elif found:
            places = sorted({place for symbol in found for place in begun[symbol]})
        for place in places:
            end = ways[place](words, at, sentence)
            if end >= 0:
                return end
        return -1

    return step


def _gap(gap: Gap, rest: _Rest) -> Step:
    most, over = gap
    following, head, ends = rest

    def step(words: Sequence[Word], at: int, sentence: int) -> int:
        size = len(words)
        for place in range(at, min(at + most, size) + 1):
            stands = words[place].sentence if place < size else sentence
            if stands != sentence and not over:
                # a pattern that ends in a gap may end with its sentence
                return place if ends else -1
            if head is not None and place < size and words[place].symbols.isdisjoint(head):
                continue
            end = following(words, place, stands)
            if end >= 0:
                return end
        return -1

    return step


def _guard(node: Guard | Start, rest: _Rest) -> Step:
    following = rest.step

    def step(words: Sequence[Word], at: int, sentence: int) -> int:
        return following(words, at, sentence) if _holds(node, words, at, sentence) else -1

    return step


def _holds(node: Guard | Start, words: Sequence[Word], at: int, sentence: int) -> bool:
    if isinstance(node, Start):
        return at == 0 or words[at - 1].sentence != words[at].sentence
    place = at - 1 if node.before else at
    if not 0 <= place < len(words) or words[place].sentence != sentence:
        return True
    return words[place].symbols.isdisjoint(node.ids)
