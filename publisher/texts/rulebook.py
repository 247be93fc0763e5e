"""Sentences about the manual's versions, its draft, and what a new version says of waiting posts."""

from __future__ import annotations

from collections.abc import Sequence

NO_SUCH_VERSION = "No existe esa versión del manual."
NO_VERSION_OF = "No hay una versión «{version}» del manual. Las que hay: {known}."
NO_DRAFT = "No hay un proyecto de manual abierto. Ábralo desde la pantalla Manual."
DRAFT_OPEN = "Ya hay un proyecto de manual abierto; continúe en él o descártelo antes."
DRAFT_PROPOSED = (
    "El proyecto ya se propuso y espera una decisión. Para cambiarlo, recupérelo antes."
)
DRAFT_CHANGED = "Alguien más cambió el proyecto mientras usted trabajaba. Copie lo que escribió, recargue la página y vuelva a aplicarlo."
NOT_PROPOSED = "El proyecto no está propuesto; no hay nada que decidir."
OWN_DRAFT = "Nadie decide sobre el manual que editó o propuso. Debe hacerlo otra persona facultada."
SUMMARY_SHORT = "Diga en una frase qué cambia en esta versión (al menos 10 letras)."
SUMMARY_LONG = "El resumen admite como máximo {n} letras."
SEND_BACK_REASON = "Escriba qué falta o qué debe cambiar (al menos 10 letras)."
VERSION_USED = "Ya hay una versión {version} del manual. Dé otro número a este proyecto."
NOTHING_CHANGED = "El proyecto dice lo mismo que la última versión: no hay nada que proponer."
DATE_PAST = "La fecha de entrada en vigor ya pasó. Elija hoy o un día posterior."
DATE_BEFORE = "Hay una versión aprobada que entra en vigor {when}. Elija ese día o uno posterior."
NOTHING_OWED = "No tiene pendiente de leer esa versión del manual."

NOTICE_PROPOSED = "Se propone la versión {version} del manual"
NOTICE_SENT_BACK = "Le devolvieron el proyecto de manual"
NOTICE_APPROVED = "Versión {version} del manual de contenidos"
NOTICE_APPROVED_BODY = "En vigor desde {when}. {summary} Léala y, si opera cuentas, dé su acuse."

LEGAL_BASIS = "En periodo electoral la excepción necesita su fundamento legal por escrito (al menos {n} letras): qué artículo o acuerdo la permite."
VEDA_GROUNDS = "Sale en periodo electoral: abra la publicación y escriba por qué puede salir (servicio educativo, salud, protección civil o autoridad electoral; al menos 10 letras)."
MANUAL_CHANGED = "Entró en vigor la versión {version} del manual y señala algo más en esta publicación. Se vuelve a revisar en un momento; recargue y léalo antes de autorizar."
STOPPED = "El manual en vigor la detiene ({rules}) y no hay una excepción para este contenido. Devuélvala para que se corrija o se solicite la excepción."
HELD = "El manual {version}, en vigor, la detiene ({rules}). Retírela para corregirla o para solicitar una excepción a la Directora."
HELD_AHEAD = "El manual {version}, en vigor desde el {when}, la detiene ({rules}), y saldría después. Retírela para corregirla o para solicitar una excepción a la Directora."
STOPPED_THEN = "A esa hora estará en vigor la versión {version} del manual (desde el {when}), que la detiene ({rules}). Corríjala, pida una excepción o elija una hora anterior."
HELD_BY_MANUAL = "La versión {version} del manual la detiene ({rules}): no puede salir así. Retírela desde la publicación para corregirla o solicitar una excepción, o descártela."
NOTICE_RECHECK = "El manual {version} cambia lo que se dice de publicaciones suyas"
_RECHECK_ONE = "La publicación {ids} se revisó de nuevo y tiene más hallazgos que antes."
_RECHECK_MANY = "{n} publicaciones se revisaron de nuevo y tienen más hallazgos que antes: {ids}."
_BARRED_ONE = "La {ids} queda detenida hasta que alguien la corrija o se conceda una excepción."
_BARRED_MANY = "Quedan detenidas hasta que se corrijan o se conceda una excepción: {ids}."
_SHOWN_IDS = 12


def rules(ids: Sequence[str]) -> str:
    """Return rules as a sentence names them."""
    return ("regla " if len(ids) == 1 else "reglas ") + ", ".join(ids)


def recheck_body(ids: Sequence[int], barred: Sequence[int]) -> str:
    """Return what a person hears of their posts after a new version judged them."""
    one = len(ids) == 1
    said = [(_RECHECK_ONE if one else _RECHECK_MANY).format(ids=_numbers(ids), n=len(ids))]
    if barred:
        template = _BARRED_ONE if len(barred) == 1 else _BARRED_MANY
        said.append(template.format(ids=_numbers(barred)))
    return " ".join(said)


def _numbers(ids: Sequence[int]) -> str:
    shown = ", ".join(f"#{number}" for number in ids[:_SHOWN_IDS])
    return shown + (" …" if len(ids) > _SHOWN_IDS else "")


def faults(sentences: Sequence[str], *, most: int = 8) -> str:
    """Return the faults of a file, numbered where there are several."""
    if len(sentences) == 1:
        return sentences[0]
    shown = " ".join(f"({n}) {one}" for n, one in enumerate(sentences[:most], 1))
    rest = len(sentences) - most
    return shown + (f" Y {rest} más." if rest > 0 else "")


def unproved(sentences: Sequence[str], total: int) -> str:
    """Return which rules do not do what they say."""
    more = f" Hay {total - len(sentences)} más." if total > len(sentences) else ""
    said = " ".join(sentences)
    return f"No se puede proponer mientras las reglas no hagan lo que dicen. {said}{more}"
