"""What is said of a manual as a document: what it lacks, contradicts or does not prove."""

from __future__ import annotations

from collections.abc import Mapping


def not_toml(detail: str) -> str:
    """Say that the file is not TOML."""
    return f"El archivo del manual no se puede leer: {detail}."


def missing_field(name: str) -> str:
    """Say which field of the manual is missing."""
    return f"Al manual le falta el campo «{name}»."


def bad_validity() -> str:
    """Say that the validity dates are wrong."""
    return "La vigencia del manual no es válida: revise las fechas de inicio y fin."


def bad_rows() -> str:
    """Say that a list holds something else than tables."""
    return "Las secciones, reglas y firmas del manual deben ser tablas."


def bad_rule_id(rule: str) -> str:
    """Say that a rule's number is wrong."""
    return f"El número de regla «{rule}» no es válido: debe ser como «3.1»."


def repeated_rule(rule: str) -> str:
    """Say that a rule appears twice."""
    return f"La regla {rule} está repetida."


def unknown_section(rule: str) -> str:
    """Say that a rule belongs to no section."""
    return f"La regla {rule} pertenece a una sección que no existe."


def rule_without_text(rule: str) -> str:
    """Say that a rule lacks title or text."""
    return f"La regla {rule} no tiene título o texto."


def bad_kind(rule: str) -> str:
    """Say that a rule's kind is unknown."""
    return f"El tipo de la regla {rule} debe ser mechanical, mixed o human."


def bad_severity(rule: str) -> str:
    """Say that a rule's severity is unknown."""
    return f"La severidad de la regla {rule} debe ser bloqueo, advertencia o informativa."


def bad_category(rule: str) -> str:
    """Say that a rule's category is unknown."""
    return f"La categoría de la regla {rule} no existe."


def bad_parameters(rule: str) -> str:
    """Say that a rule's parameters are no table."""
    return f"Los parámetros de la regla {rule} deben ser una tabla."


def bad_examples(rule: str) -> str:
    """Say that a rule's examples are malformed."""
    return f"Los ejemplos de la regla {rule} deben tener texto y decir si la regla los encuentra."


def bad_parameter(rule: str, name: str) -> str:
    """Say that a parameter's value cannot be read."""
    return f"El parámetro «{name}» de la regla {rule} no tiene la forma esperada."


def bad_row(rule: str, name: str, number: int) -> str:
    """Say that a row of a table of parameters lacks something or contradicts itself."""
    return (
        f"El renglón {number} de «{name}», en la regla {rule}, está incompleto o tiene fechas que"
        " no son válidas: llene todas sus columnas y revise que el inicio no sea posterior al fin."
    )


def last_rule() -> str:
    """Say that a manual cannot be left without rules."""
    return "El manual no puede quedarse sin reglas."


def word_unread(rule: str, word: str) -> str:
    """Say that an added word cannot be read."""
    return (
        f"La regla {rule} no puede leer «{word}»: escriba solo palabras, una o varias por renglón."
    )


def example_fails(rule: str, text: str, *, must: bool) -> str:
    """Say that an example is not judged as the manual says."""
    if must:
        return f"La regla {rule} debería señalar «{text}» y no lo hace."
    return f"La regla {rule} señala «{text}» y no debería."


_FACTS = {
    "date": "fecha",
    "topic": "tema",
    "plantel": "plantel",
    "network": "red",
    "alt_texts": "texto alternativo",
    "media": "imágenes",
}


def facts(given: Mapping[str, str]) -> str:
    """Say what an example supposes beside its text; an empty value is one that nobody gave."""
    told = (f"{_FACTS.get(name, name)}: {value or '(vacío)'}" for name, value in given.items())
    return "; ".join(told)
