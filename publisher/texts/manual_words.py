"""The manual's own words for people: kinds, severities, categories, fields and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SEVERITIES: Mapping[str, str] = MappingProxyType(
    {"bloqueo": "Bloqueo", "advertencia": "Advertencia", "informativa": "Informativa"}
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "mechanical": "La comprueba el sistema",
        "mixed": "El sistema sugiere, decide una persona",
        "human": "La revisa una persona",
    }
)
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "lenguaje_ofensivo": "Lenguaje ofensivo",
        "personal": "Publicación personal",
        "politico_electoral": "Político-electoral",
        "comercial": "Comercial",
        "datos_personales": "Datos personales",
        "mal_gusto": "Mal gusto",
        "no_verificado": "No verificado",
        "desinformacion_salud": "Desinformación de salud",
        "religioso": "Religioso",
    }
)
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "id": "Clave del manual",
        "title": "Título",
        "text": "Texto",
        "kind": "Quién la revisa",
        "severity": "Severidad",
        "category": "Categoría",
        "examples": "Ejemplos (✔ se señala, ✘ no)",
        "version": "Versión",
        "valid_from": "Vigente desde",
        "valid_until": "Vigente hasta",
        "signers": "Firmas",
        "sections": "Secciones",
    }
)
PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "palabras": "Palabras que también señala",
        "frases_permitidas": "Frases permitidas",
        "temas": "Temas permitidos",
        "tolerancia_dias": "Días de tolerancia",
        "fuente": "Fuente",
        "conmemoraciones": "Conmemoraciones",
        "dias": "Días hacia atrás en que se busca",
        "parecido": "Parecido desde el que se advierte (de 100)",
        "minutos": "Minutos entre publicaciones",
        "telefonos_institucionales": "Teléfonos institucionales",
        "correo_dominios": "Dominios de correo institucional",
        "correo_personal": "Servicios de correo personal",
        "periodos": "Periodos electorales",
        "dominios_permitidos": "Dominios permitidos",
        "acortadores": "Acortadores de enlaces",
        "proporcion": "Proporción máxima de mayúsculas",
        "letras_minimas": "Letras desde las que se mide",
        "acentos": "Palabras a las que suele faltar el acento",
        "minimo": "Mínimo",
        "maximo": "Máximo",
        "genericos": "Textos demasiado generales",
        "letras_de_dos_palabras": "Letras desde las que una etiqueta tiene dos palabras",
        "dominios_oficiales": "Dominios oficiales",
    }
)
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "nombre": "Nombre",
        "inicio": "Inicio",
        "fin": "Fin",
        "fuente": "Fuente",
        "dia": "Día (mes-día)",
        "busca": "Texto que busca",
    }
)
CHANGES: Mapping[str, str] = MappingProxyType(
    {"added": "Nueva", "removed": "Retirada", "changed": "Cambia"}
)


def parameter(name: str) -> str:
    """Return a parameter's label; one that has none yet shows its name in words."""
    return PARAMETERS.get(name, name.replace("_", " ").capitalize())


def column(name: str) -> str:
    """Return the label of a column."""
    return COLUMNS.get(name, name.replace("_", " ").capitalize())


def field(name: str) -> str:
    """Return the label of a field of a comparison."""
    if name.startswith("parameters."):
        return parameter(name.removeprefix("parameters."))
    return FIELDS.get(name, name)


def value(name: str, shown: str) -> str:
    """Return a field's value as people read it."""
    words = {"kind": KINDS, "severity": SEVERITIES, "category": CATEGORIES}.get(name, {})
    return words.get(shown, shown)
