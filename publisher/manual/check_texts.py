"""What is said of texts that are checked from a file or a command line."""

from __future__ import annotations


def bad_json(line: int) -> str:
    """Say that a line is not JSON."""
    return f"La línea {line} no es un objeto JSON válido."


def bad_text() -> str:
    """Say that a line has no text."""
    return "Falta el campo «text» o no es texto."


def bad_fact(name: str) -> str:
    """Say that a fact has a wrong form."""
    return f"El dato «{name}» no tiene la forma esperada."


def unknown_network(name: str) -> str:
    """Say that the network is unknown."""
    return f"La red «{name}» no es conocida."


def cannot_read(path: str) -> str:
    """Say that the file cannot be read."""
    return f"No se puede leer el archivo «{path}»."


def bad_lines(count: int) -> str:
    """Say how many lines could not be judged."""
    return f"Líneas que no se pudieron revisar: {count}."


def in_alt_text(sentence: str, number: int) -> str:
    """Say that a finding is in an image's alt text."""
    rule, _, reason = sentence.partition(": ")
    return f"{rule}: en el texto alternativo de la imagen {number}, {reason}"


def text_or_file() -> str:
    """Say that one of text and file is needed."""
    return "Escriba el texto que desea revisar, o dé un archivo con --jsonl (solo uno de los dos)."


_VERDICTS = {
    "ok": "Sin hallazgos que lo detengan.",
    "flag": "Con advertencias: una persona debe decidir.",
    "block": "Bloqueado: no puede enviarse así.",
}
_SEVERITIES = {"bloqueo": "Bloqueo", "advertencia": "Advertencia", "informativa": "Informativa"}


def verdict(name: str) -> str:
    """Say a verdict in one sentence."""
    return _VERDICTS[name]


def severity(name: str) -> str:
    """Return the severity as a word for people."""
    return _SEVERITIES[name]


def manual_used(title: str, version: str) -> str:
    """Say which manual judged."""
    return f"{title}, versión {version}."


def weighed(length: int, limit: int | None) -> str:
    """Say the length as the network counts it."""
    return f"Longitud en la red: {length}" + (f" de {limit}." if limit else ".")
