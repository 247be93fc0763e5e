"""Section 6.2: full names of students, alone or together with data that locate them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from publisher.manual.findings import Hit
from publisher.manual.scene import Scene

_AGES = frozenset(map(str, range(12, 18)))
_LINKS = frozenset({"de", "del", "la", "las", "los", "y", "san", "santa"})


class Name(NamedTuple):
    """A person's name in the text, as token places ``[first:last]``."""

    first: int
    last: int


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for each student's full name; stronger beside group, school mark or address."""
    if consented(scene):
        return
    for name in find(scene):
        if not _student(scene, name):
            if _minor(scene, name):
                yield Hit(
                    rule="6.2",
                    reason="edad",
                    severity="advertencia",
                    start=scene.tokens[name.first].start,
                    end=scene.tokens[name.last - 1].end,
                )
            continue
        located = _located(scene, name)
        yield Hit(
            rule="6.2",
            reason="nombre_con_datos" if located else "nombre_completo",
            severity="bloqueo" if located else "advertencia",
            start=scene.tokens[name.first].start,
            end=scene.tokens[name.last - 1].end,
        )


def _minor(scene: Scene, name: Name) -> bool:
    """Say whether an age of a minor follows the name: «Samantha Puente Gil, de 16 años»."""
    after = scene.tokens[name.last : name.last + 3]
    return any(token.word in _AGES for token in after) and any(
        token.word in {"años", "edad"} for token in scene.tokens
    )


def find(scene: Scene) -> list[Name]:
    """Find first name and surname in capitals; not historical people, streets or institutions."""
    has = scene.lexicon.has_class
    tokens = scene.tokens
    flag = scene.lexicon.flags.get("<nombre>", -1)
    out: list[Name] = []
    at = 0
    while at < len(tokens):
        if flag not in scene.words[at].symbols:
            at += 1
            continue
        end = at + 1
        capitals = 1
        while end < len(tokens) and tokens[end].sentence == tokens[at].sentence:
            token = tokens[end]
            if tokens[end].start - tokens[end - 1].end > 2 or token.kind != "word":
                break
            between = scene.original[tokens[end - 1].end : token.start]
            if between.strip() or has(token.word, "no_apellido"):
                break
            if token.title:
                capitals += 1
            elif token.word not in _LINKS or end + 1 >= len(tokens) or not tokens[end + 1].title:
                break
            end += 1
        words = [token.word for token in tokens[at:end] if token.title]
        if capitals >= 2 and not has(words[-1], "nombre_pila_solo") and not _public(scene, at, end):
            out.append(Name(at, end))
        at = max(end, at + 1)
    return out


def _public(scene: Scene, first: int, last: int) -> bool:
    spoken = " ".join(token.word for token in scene.tokens[first:last])
    figures = scene.lexicon.classes.get("personajes", ())
    return any(figure in spoken for figure in figures)


def _window(scene: Scene, name: Name, before: int, after: int) -> range:
    return range(max(0, name.first - before), min(len(scene.tokens), name.last + after))


def _student(scene: Scene, name: Name) -> bool:
    """Say whether the words around speak of a student and no adult's title precedes the name."""
    has = scene.lexicon.has_class
    near = range(max(0, name.first - 4), name.first)
    if any(has(scene.tokens[i].word, "titulo_adulto") for i in near):
        return False
    after = _window(scene, Name(name.last, name.last), 0, 4)
    if any(has(scene.tokens[i].word, "titulo_adulto") for i in after):
        return False
    return any(has(scene.tokens[i].word, "contexto_alumno") for i in _window(scene, name, 25, 25))


def _located(scene: Scene, name: Name) -> bool:
    sentence = scene.tokens[name.first].sentence
    flag = scene.lexicon.flags.get("<ord>", -1)
    has = scene.lexicon.has_class
    for i in _window(scene, name, 14, 14):
        token = scene.tokens[i]
        if abs(token.sentence - sentence) > 1 or name.first <= i < name.last:
            continue
        if has(token.word, "dato_unido"):
            return True
        if flag in scene.words[i].symbols and i + 1 < len(scene.tokens):
            following = scene.tokens[i + 1]
            if len(following.word) == 1 and following.upper | following.title:
                return True
    return False


def consented(scene: Scene) -> bool:
    """Say whether every image is declared and every person in one has a consent record.

    One that is known not to cover the name excuses none.
    """
    media = scene.facts.media
    return (
        bool(media)
        and any(item.consent and item.name_consent is not False for item in media or ())
        and all(item.person is False or bool(item.consent) for item in media or ())
    )
