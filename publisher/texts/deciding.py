"""Sentences about what people decide on deliveries, and about due instants that had to move."""

from types import MappingProxyType

CHANGED = "El envío {id} cambió mientras usted lo veía. Revíselo y decida de nuevo."
TIME_PAST = "La hora {wall} ya pasó en {zone}. Elija una por venir."
BEYOND_TOLERANCE = "Lo autorizado es {agreed}, con {n} minutos de margen, y esa hora aún no llega. Más allá hace falta otra autorización: devuélvala como una nueva revisión."
TOO_FAR = "Lo autorizado fue {agreed}. A más de {days} días de esa hora hace falta otra autorización: devuélvala como una nueva revisión."
NO_APPROVAL = "La autorización de esta publicación ya no vale. Hace falta otra: devuélvala como una nueva revisión."
MANY_DOUBTFUL = "Quizá ya es público: se decide solo, con su evidencia a la vista."
NONE_CHOSEN = "Elija al menos un envío."

LOOK_NOT_WAITING = "Este envío ya no espera una decisión: no se miró la cuenta."
LOOK_FAILED = "Un error del sistema impidió mirar la cuenta. Quedó registrado; avise a quien lo administra o intente de nuevo."
LOOK_NO_LISTING = "La red no dio la lista de la cuenta: {sentence}"

RETIME_LATE = "Cambió la regla horaria de {zone} y, con la nueva, su hora ya pasó. Decida si se publica ahora, se reprograma o se descarta."
RETIME_GAP = (
    "Cambió la regla horaria de {zone} y la hora {wall} ya no existe ese día. Reprograme el envío."
)
RETIME_SUBJECT = "Cambió la regla horaria: {n} envíos se recalcularon"
RETIME_SUBJECT_ONE = "Cambió la regla horaria: 1 envío se recalculó"
RETIME_BODY = "Los datos de husos horarios pasaron de la versión {before} a la {after}. La hora local de cada envío es la misma; su instante cambió en {zones}. Esperan una decisión: {held}."
UNKNOWN_VERSION = "desconocida"

CAUSES = MappingProxyType(
    {
        "": "detenido",
        "approval": "contenido no autorizado",
        "late": "pasó su hora",
        "credential": "credencial",
        "paused": "paro de emergencia",
        "account": "cuenta no activa",
        "veda": "veda electoral",
        "consent": "consentimiento",
        "manual": "manual de contenidos",
        "configuration": "configuración",
    }
)
"""Why a delivery is held, in two words."""
