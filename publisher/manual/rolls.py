"""Section 6.5: lists of students with their marks or debts, found by their form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.manual.findings import Hit
from publisher.manual.scene import Scene
from publisher.manual.tokens import Token

_MARKED_MIN = 3  # «Alanís 6, Bernal 9, Cázares 5»
_OWING_MIN = 2
_MARK_MAX = 10
_SCHOOL = frozenset(
    [
        "parcial",
        "examen",
        "examenes",
        "calificacion",
        "calificaciones",
        "promedio",
        "promedios",
        "acta",
        "extraordinario",
        "extraordinarios",
        "grupo",
        "mate",
        "materia",
        "unidad",
        "evaluacion",
        "final",
        "semestral",
    ]
)
_OWE = frozenset(
    ["deben", "debe", "adeudan", "adeuda", "adeudos", "adeudo", "morosos", "pendientes"]
)
_SETTLE = frozenset(
    [
        "cuota",
        "cuotas",
        "reinscripcion",
        "inscripcion",
        "colegiatura",
        "pago",
        "pagos",
        "cooperacion",
        "caja",
        "libros",
        "biblioteca",
        "seguro",
        "uniforme",
    ]
)


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for each run of surnames with marks, and of names beside a debt."""
    tokens = scene.tokens
    said = {token.word for token in tokens}
    if not said.isdisjoint(_SCHOOL):
        yield from _marked(tokens)
    if not said.isdisjoint(_OWE) and not said.isdisjoint(_SETTLE):
        yield from _owing(scene)


def _marked(tokens: Sequence[Token]) -> Iterator[Hit]:
    """Find «Surname mark» at least three times in a row."""
    at = 0
    while at + 1 < len(tokens):
        end = at
        while end + 1 < len(tokens) and _is_name(tokens[end]) and _is_mark(tokens[end + 1]):
            end += 2
        if end - at >= 2 * _MARKED_MIN:
            yield _hit(tokens[at], tokens[end - 1])
        at = max(end, at + 1)


def _is_name(token: Token) -> bool:
    return token.kind == "word" and token.title and len(token.word) > 2


def _is_mark(token: Token) -> bool:
    if token.kind != "num":
        return False
    whole = token.word.replace(",", ".").split(".")[0]
    return whole.isdigit() and int(whole) <= _MARK_MAX


def _owing(scene: Scene) -> Iterator[Hit]:
    """Find two names of persons or more after the word of the debt, within two sentences."""
    tokens = scene.tokens
    flag = scene.lexicon.flags.get("<nombre>", -1)
    for at, token in enumerate(tokens):
        if token.word not in _OWE:
            continue
        near = [
            place
            for place in range(at + 1, min(len(tokens), at + 25))
            if tokens[place].sentence <= token.sentence + 1
        ]
        named = [
            place
            for place in near
            if flag in scene.words[place].symbols
            and place + 1 < len(tokens)
            and tokens[place + 1].title
        ]
        if len(named) >= _OWING_MIN:
            yield _hit(tokens[named[0]], tokens[named[-1] + 1])
            return


def _hit(first: Token, last: Token) -> Hit:
    return Hit(
        rule="6.5",
        reason="lista_de_alumnos",
        severity="bloqueo",
        start=first.start,
        end=last.end,
    )
