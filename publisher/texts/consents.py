"""Sentences about consents for image, voice and name."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from publisher.texts.notices import MONTHS

if TYPE_CHECKING:
    from publisher.consents.covers import Gap

SCOPES = MappingProxyType(
    {"image": "imagen", "voice": "voz", "name": "nombre", "interview": "entrevista"}
)
GUARDIANS = MappingProxyType({"madre": "la madre", "padre": "el padre", "tutor": "quien es tutor"})
NETWORKS = MappingProxyType({"facebook": "Facebook", "x": "X", "instagram": "Instagram"})

NO_SUCH = "No existe el consentimiento {folio}, o no está a su alcance."
NO_SUCH_PLANTEL = "No existe ese plantel, o no está a su alcance."
NEEDS_SUBJECT = "Escriba las iniciales y la matrícula de la persona."
SUBJECT_LONG = (
    "Bastan iniciales y matrícula (hasta {n} letras): el nombre completo está en el papel."
)
SUBJECT_NAME = "«{subject}» parece un nombre completo. Escriba solo iniciales y matrícula: el nombre está en el papel."
SUBJECT_CURP = "No escriba la CURP: bastan iniciales y matrícula."
NEEDS_GUARDIAN = "Diga quién firmó por la persona menor: madre, padre o tutor."
NEEDS_OPINION = (
    "Falta la opinión de la persona menor: sin haberla escuchado no hay consentimiento (regla 6.1)."
)
NEEDS_SCOPE = "Diga qué cubre: imagen, voz, nombre o entrevista."
NO_SUCH_SCOPE = (
    "«{scope}» no es algo que un consentimiento cubra: imagen, voz, nombre o entrevista."
)
NO_SUCH_NETWORK = "La red «{network}» no existe."
DATES_ORDER = "La vigencia termina antes de empezar. Revise las fechas."
DATES_PAST = "La vigencia ya terminó ({day}): no serviría para ninguna publicación."
DATES_LONG = (
    "La vigencia pasa de {years} años. Un consentimiento se renueva; ponga una fecha más cercana."
)
NEEDS_PLACE = "Diga dónde se guarda el papel firmado."
TOO_LONG = "Este dato admite hasta {n} letras."
FOLIO_FORM = "Un folio lleva letras, números, espacios, puntos, diagonales o guiones; hasta {n}."
FOLIO_TAKEN = "El folio {folio} ya está en el registro."
REASON_SHORT = "Escriba el motivo de la revocación (al menos 10 letras)."
ALREADY_REVOKED = "El consentimiento {folio} ya estaba revocado."

OTHER_PLANTEL = "El registro de {code} lo lleva ese plantel."
NEVER_CHANGED = "{folio} ya está en el registro con otros datos. Un consentimiento no se cambia: revóquelo y registre el nuevo."
STATES = MappingProxyType({"active": "vigente", "revoked": "revocado"})
SHEET = "Consentimientos"

HELD_REVOKED = "Se revocó el consentimiento {folio}, que una de sus imágenes cita (regla 6.1). Retire la publicación y cambie la imagen, o descarte el envío."

GAPS = MappingProxyType(
    {
        "missing": "falta el folio del consentimiento",
        "unknown": "el folio {folio} no está en el registro de consentimientos",
        "revoked": "el consentimiento {folio} se revocó el {day}",
        "not_yet": "el consentimiento {folio} empieza a valer el {day}",
        "expired": "el consentimiento {folio} venció el {day}",
        "image": "el consentimiento {folio} no cubre la imagen",
        "network": "el consentimiento {folio} no cubre {network}",
        "other_plantel": "el consentimiento {folio} es de otro plantel",
        "voice": "el consentimiento {folio} no cubre la voz, y el video lleva sonido",
    }
)
HELD = "Una imagen muestra a una persona menor y {gap} (regla 6.1)."
APPROVE = "No se puede autorizar: una imagen muestra a una persona menor y {gap} (regla 6.1). Devuélvala para que la cambien."
FINDING = "Regla 6.1: {medium} muestra a una persona menor y {gap}."
SUGGESTION = "Elija en la lista un consentimiento vigente que la cubra, o cambie la imagen."
SUGGESTION_VOICE = (
    "Confirme que nadie habla en el video, o elija un consentimiento que cubra la voz."
)
DAY = "{day} {month} {year}"

REVOKED_SUBJECT = "Se revocó el consentimiento {folio}: retire lo publicado"
REVOKED_SUBJECT_CLEAR = "Se revocó el consentimiento {folio}"
REVOKED_BODY = "{plantel}. Publicaciones a la vista que lo citan: {live}; envíos que quedaron detenidos: {held}; por comprobar: {doubtful}; borradores o en revisión: {drafted}."
REVOKED_UNTIL = " Lo publicado se retira a más tardar el {until} (regla 6.8)."
OVERDUE_SUBJECT = "Sigue a la vista lo que citaba el consentimiento revocado {folio}"
OVERDUE_BODY = "{plantel}. Pasaron 24 horas desde la revocación y {live} publicaciones siguen a la vista. Retírelas de las redes (regla 6.8)."
SOON_SUBJECT = "El consentimiento {folio} vence el {day}"
SOON_BODY = "{plantel}. Publicaciones a la vista que lo citan: {live}; programadas: {ahead}. Renueve el consentimiento o retírelas."
ENDED_SUBJECT = "Venció el consentimiento {folio}"


def day(when: date) -> str:
    """Return a day as sentences say it: 3 nov 2026."""
    return DAY.format(day=when.day, month=MONTHS[when.month - 1], year=when.year)


def gap(found: Gap, *, network: str = "") -> str:
    """Return why a citation does not hold, to stand inside a sentence."""
    return GAPS[found.why].format(
        folio=found.folio,
        day=day(found.day) if found.day else "",
        network=NETWORKS.get(network, network),
    )


def held(found: Gap, *, network: str) -> str:
    """Say why a delivery may not go out."""
    return HELD.format(gap=gap(found, network=network))
