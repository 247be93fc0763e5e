"""Section 12: alt text, hashtags, emojis, captions, decorative letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from publisher.manual import texts
from publisher.manual.findings import Hit
from publisher.manual.normalise import plain
from publisher.manual.scene import Scene

_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[\U0001f300-\U0001faff\u2600-\u26ff\u2700-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*"
    "(?:\u200d[\U0001f300-\U0001faff\u2600-\u27bf][\ufe0f\U0001f3fb-\U0001f3ff]*){0,4})"
)
_TAG = re.compile(r"(?<![\w&/#])#([^\W\d_]\w{0,99})")
_CAMEL = re.compile(r"[a-záéíóúüñ][A-ZÁÉÍÓÚÜÑ]|[A-ZÁÉÍÓÚÜÑ]{2,}[a-záéíóúüñ]|_")
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|heic|mp4|bmp)$|^(?:img|dsc|dscn|pxl|whatsapp image|"
                   r"screenshot|captura|foto|image|imagen)[\s_\-]*\d", re.IGNORECASE)  # fmt: skip
_ANNOUNCED = re.compile(
    r"(?:una?\s+)?(?:foto|fotograf[ií]a|imagen|gr[aá]fico)\s+(?:de|del|que)\b", re.IGNORECASE
)
_LINKS = frozenset({"de", "del", "la", "el", "los", "las", "y", "en", "al", "por", "con"})
_COMMON = frozenset(
    {
        "academia", "alumnos", "arte", "bandera", "bienvenidos", "carrera", "cecyte", "ciencia",
        "coahuila", "comunidad", "cultura", "deporte", "dia", "docentes", "educacion", "emsad",
        "escuela", "estudiantes", "feria", "graduacion", "inscripciones", "jovenes", "juventud",
        "madres", "maestro", "mexico", "mujer", "muertos", "nacional", "orgullo", "plantel",
        "robotica", "salud", "semana", "semestre", "somos", "talento", "todos", "vocacional",
    }
)  # fmt: skip
_PART_MIN, _TAG_MIN, _TAG_MAX = 3, 6, 40
_DECORATIVE = re.compile(
    "[\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
    "\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\u1d00-\u1d22\u0299\u0262\u026a\u0274\u0280\u029c\u029f]"
    "(?:[ \u200d]?[\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\U0001f170-\U0001f189\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\u1d00-\u1d22\u0299\u0262\u026a"
    "\u0274\u0280\u029c\u029f])+"
)


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield hits about what keeps someone from reading the post."""
    yield from _alt_texts(scene)
    yield from _hashtags(scene)
    yield from _emojis(scene)
    for found in _DECORATIVE.finditer(scene.original):
        yield Hit(
            rule="12.5",
            reason="letras_decorativas",
            severity="advertencia",
            start=found.start(),
            end=found.end(),
        )


def _alt_texts(scene: Scene) -> Iterator[Hit]:
    if not scene.facts.alt_texts:
        return
    least = int(scene.manual.parameter("12.1", "minimo", 20))
    most = int(scene.manual.parameter("12.1", "maximo", 250))
    empty_words = {plain(word) for word in scene.manual.parameter("12.1", "genericos", ())}
    for number, alt in enumerate(scene.facts.alt_texts, start=1):
        body = alt.strip()
        named = texts.medium(_kind(scene, number), number)
        where = (*named, ("minimo", str(least)), ("maximo", str(most)))
        if not body:
            yield Hit(rule="12.1", reason="alt_vacio", severity="bloqueo", values=where)
        elif plain(body).rstrip(". ") in empty_words or _FILE.search(body):
            yield Hit(rule="12.1", reason="alt_generico", severity="advertencia", values=where)
        elif len(body) < least:
            yield Hit(rule="12.1", reason="alt_corto", severity="advertencia", values=where)
        elif len(body) > most:
            yield Hit(rule="12.1", reason="alt_largo", severity="advertencia", values=where)
        elif plain(body) in {plain(other.strip()) for other in scene.facts.alt_texts[: number - 1]}:
            yield Hit(rule="12.1", reason="alt_repetido", severity="informativa", values=where)
        elif _ANNOUNCED.match(body):
            yield Hit(rule="12.1", reason="alt_redundante", severity="informativa", values=where)


def _kind(scene: Scene, number: int) -> str | None:
    media = scene.facts.media or ()
    return media[number - 1].kind if number <= len(media) else None


def _hashtags(scene: Scene) -> Iterator[Hit]:
    most = int(scene.manual.parameter("12.2", "maximo", 5))
    long = int(scene.manual.parameter("12.2", "letras_de_dos_palabras", 15))
    found = list(_TAG.finditer(scene.original))
    if len(found) > most:
        yield Hit(
            rule="12.2",
            reason="muchas_etiquetas",
            severity="advertencia",
            start=found[most].start(),
            end=found[-1].end(),
            values=(("cuantas", str(len(found))), ("maximo", str(most))),
        )
    for tag in found:
        word = tag.group(1)
        joined = (
            len(word) >= long
            or (word.isupper() and len(word) > 12)
            or _joins(plain(word), {token.word for token in scene.tokens} | _COMMON)
        )
        if joined and not _CAMEL.search(word):
            yield Hit(
                rule="12.2",
                reason="etiqueta_sin_mayusculas",
                severity="advertencia",
                start=tag.start(),
                end=tag.end(),
            )


def _joins(tag: str, words: set[str]) -> bool:
    """Say whether a tag is two words or more of the text, or of our common ones, run together."""
    if not _TAG_MIN <= len(tag) <= _TAG_MAX or tag in _COMMON:
        return False
    words = words - {tag}
    # the most whole words that end at each place; -1 where none does
    most = [0] + [-1] * len(tag)
    for end in range(1, len(tag) + 1):
        for begin in range(max(0, end - _TAG_MAX), end):
            part = tag[begin:end]
            whole = len(part) >= _PART_MIN and part in words
            if most[begin] >= 0 and (whole or part in _LINKS):
                most[end] = max(most[end], most[begin] + whole)
    return most[len(tag)] >= 2 or (most[len(tag)] == 1 and tag.startswith(("dia", "semana")))


def _emojis(scene: Scene) -> Iterator[Hit]:
    most = int(scene.manual.parameter("12.3", "maximo", 3))
    text = scene.original
    found = list(_EMOJI.finditer(text))
    if not found:
        return
    if len(found) > most:
        yield Hit(
            rule="12.3",
            reason="muchos_emojis",
            severity="advertencia",
            start=found[most].start(),
            end=found[most].end(),
            values=(("cuantos", str(len(found))), ("maximo", str(most))),
        )
        return
    inside = [
        emoji
        for emoji in found
        if emoji.start() > 0
        and emoji.end() < len(text)
        and text[emoji.start() - 1].isalpha()
        and text[emoji.end()].isalpha()
    ]
    for emoji in inside:
        yield Hit(
            rule="12.3",
            reason="emoji_en_palabra",
            severity="advertencia",
            start=emoji.start(),
            end=emoji.end(),
        )
    counts = Counter(emoji.group() for emoji in found)
    for emoji in found:
        if counts.pop(emoji.group(), 0) >= 3:
            yield Hit(
                rule="12.3",
                reason="emoji_repetido",
                severity="advertencia",
                start=emoji.start(),
                end=emoji.end(),
            )
