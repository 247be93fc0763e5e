"""Words of the lexicon and all their forms, as numbers that patterns and texts are compared by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MORPH = re.compile(r"^([a-zñ]+)/([onv])$")


class PatternError(ValueError):
    """A pattern of the lexicon cannot be read."""


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
