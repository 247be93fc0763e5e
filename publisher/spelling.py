"""Spelling on request: the words of a text that a hunspell dictionary of this machine lacks.

The dictionary is the system's own (Debian: ``hunspell-es``), or the one that
``PREGONERO_SPELLING`` names; none is shipped. It takes a second and 60 MB to load and is slow to
suggest, so nothing here runs unless somebody asks, and suggestions stop at a budget.
"""

from __future__ import annotations

import io
import itertools
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from publisher import data
from publisher.errors import Unready
from publisher.texts import spelling as texts

RULE: Final = "11.5"
FOLDERS: Final = (
    Path("/usr/share/hunspell"),
    Path("/usr/share/myspell/dicts"),
    Path("/usr/share/myspell"),
    Path("/usr/local/share/hunspell"),
)
NAMES: Final = ("es_MX", "es_ANY", "es", "es_ES")
BUDGET: Final = 2.0
WORDS_MAX: Final = 60
_SUGGESTED: Final = 3
_LOADING: Final = threading.Lock()
_APART: Final = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+|\b[\w-]+\.(?:mx|com|org|edu)\S*"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_ENDS: Final = re.compile(r"[.!?¿¡:;\n«“\"(•-]\s*$")
_MARKS: Final = {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "úü", "n": "ñ"}


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A word that the dictionary lacks, at its place in the text, and what may have been meant."""

    word: str
    start: int
    end: int
    suggestions: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """What a person reads of it."""
        return texts.UNKNOWN.format(word=self.word)

    @property
    def suggestion(self) -> str:
        """What a person may do."""
        if not self.suggestions:
            return texts.LOOK
        quoted = [f"«{word}»" for word in self.suggestions]
        said = ", ".join(quoted[:-1]), quoted[-1]
        return texts.MAYBE.format(words=texts.OR.join(part for part in said if part))


def find(named: Path | None = None, folders: Collection[Path] = FOLDERS) -> Path:
    """Return the dictionary to use, without suffix. Raises ``Unready`` where there is none.

    ``named`` is what the settings say: a ``.dic`` or ``.aff`` file, or their common path.
    """
    if named is not None:
        base = named.with_suffix("") if named.suffix in {".dic", ".aff"} else named
        if not _whole(base):
            raise Unready(texts.UNREADABLE.format(path=named))
        return base
    for folder in folders:
        for name in NAMES:
            if _whole(folder / name):
                return folder / name
    raise Unready(texts.NONE)


def review(
    text: str,
    base: Path,
    *,
    known: Collection[str] = (),
    budget: float = BUDGET,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Doubt, ...]:
    """Return the words of ``text`` that the dictionary at ``base`` lacks, in order.

    Left out: addresses, tags, acronyms, names (a capital within a sentence), ``known`` words and
    those of our own list. Suggestions are looked for until ``budget`` seconds are spent; at most 60
    words are told. Raises ``Unready`` where the dictionary cannot be read.
    """
    dictionary = _load(base)
    ours = {word.casefold() for word in known} | _vocabulary()
    until = clock() + budget
    found: list[Doubt] = []
    for word, start, end in _words(text):
        if word.casefold() in ours or _spelt(dictionary, word):
            continue
        meant = tuple(itertools.islice(_meant(dictionary, word, until, clock), _SUGGESTED))
        found.append(Doubt(word=word, start=start, end=end, suggestions=meant))
        if len(found) == WORDS_MAX:
            break
    return tuple(found)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words that spelling has a say in, with their places."""
    plain = _APART.sub(lambda found: " " * len(found.group()), text)
    for found in _WORD.finditer(plain):
        word = found.group()
        opens = not plain[: found.start()].strip() or _ENDS.search(plain[: found.start()])
        if len(word) < 2 or any(char.isupper() for char in word[1:]):
            continue
        if word[0].isupper() and not opens:
            continue
        if found.start() and plain[found.start() - 1].isdigit():
            continue
        yield word, found.start(), found.end()


def _spelt(dictionary: Any, word: str) -> bool:
    pieces = [word, *word.replace("’", "'").split("-")] if "-" in word else [word]
    whole = pieces[0]
    if dictionary.lookup(whole) or dictionary.lookup(whole.lower()):
        return True
    return len(pieces) > 1 and all(dictionary.lookup(one.lower()) for one in pieces[1:] if one)


def _meant(dictionary: Any, word: str, until: float, clock: Callable[[], float]) -> Iterator[str]:
    """Yield the same letters with one accent more, then what the dictionary thinks, in time."""
    said: set[str] = set()
    low = word.lower()
    for at, char in enumerate(low):
        for mark in _MARKS.get(char, ""):
            other = low[:at] + mark + low[at + 1 :]
            if dictionary.lookup(other):
                said.add(other)
                yield _cased(other, word)
    if said or clock() >= until:
        return
    for other in dictionary.suggest(low):
        if other not in said and " " not in other and "-" not in other:
            said.add(other)
            yield _cased(other, word)
        if clock() >= until:
            return


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _whole(base: Path) -> bool:
    return (
        base.with_name(base.name + ".dic").is_file()
        and base.with_name(base.name + ".aff").is_file()
    )


def _load(base: Path) -> Any:
    with _LOADING:
        return _read(base)


@lru_cache(maxsize=1)
def _read(base: Path) -> Any:
    # it loads only for whoever asks
    from spylls.hunspell import Dictionary  # type: ignore[import-untyped]
    from spylls.hunspell.readers import (  # type: ignore[import-untyped]
        read_aff,
        read_dic,
    )
    from spylls.hunspell.readers.file_reader import (  # type: ignore[import-untyped]
        FileReader,
    )

    class Whole(FileReader):  # type: ignore[misc]
        """Reads a file at once: the library's own reader leaves it open."""

        def _open(self, path: str, encoding: str) -> io.StringIO:
            return io.StringIO(Path(path).read_bytes().decode(encoding, "surrogateescape"))

    try:
        rules, context = read_aff(Whole(f"{base}.aff"))
        words = read_dic(
            Whole(f"{base}.dic", encoding=context.encoding), aff=rules, context=context
        )
        return Dictionary(rules, words)
    except (OSError, ValueError, KeyError, IndexError, UnicodeError):
        raise Unready(texts.UNREADABLE.format(path=base)) from None


@cache
def _vocabulary() -> frozenset[str]:
    lines = data.read("vocabulario.txt").decode("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and line[0] != "#")
