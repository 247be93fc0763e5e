"""What every rule module is given: the text read once, the facts, the manual, the lexicon."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.manual.document import Manual
from publisher.manual.findings import Facts
from publisher.manual.lexicon import Lexicon
from publisher.manual.pattern import Word
from publisher.manual.tokens import Text, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One review's inputs, prepared."""

    text: Text
    words: list[Word]
    facts: Facts
    manual: Manual
    lexicon: Lexicon

    @property
    def original(self) -> str:
        """The text as written (cut at the engine's limit)."""
        return self.text.original

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The text's words in order."""
        return self.text.tokens

    def near(self, at: int, before: int, after: int, name: str) -> bool:
        """Say whether a word of class ``name`` stands near token ``at``, in any sentence."""
        window = self.tokens[max(0, at - before) : at + after + 1]
        return any(self.lexicon.has_class(token.word, name) for token in window)
