"""Sentences of ``pregonero deliveries``."""

from types import MappingProxyType

SHOW = "Muestra un envío: lo autorizado, sus intentos y lo último que mostró la cuenta."
LOOK = "Mira ahora la cuenta de un envío que espera; no publica nada."
RESCHEDULE = "Da otra hora a un envío retenido o dudoso, dentro de lo que su autorización permite."
STOP = "Paro de emergencia: detiene todo, o un plantel, antes del siguiente envío."
LIFT = "Levanta un paro de emergencia."
RETIME = "Recalcula los envíos futuros si cambiaron los datos de husos horarios."

OPT_AT = "Hora local de su plantel, como 2026-11-27T10:00."
OPT_FOLD = "Si esa hora ocurre dos veces: 0 la primera, 1 la segunda."
OPT_PLANTEL = "Clave del plantel."
OPT_PLANTEL_STOP = "Clave del plantel; sin ella, todos."
OPT_REMOTE = "Número de una publicación que mostró la última mirada, en lugar de --link."

LINK_OR_REMOTE = "Escriba --link o --remote, uno de los dos."
NO_SUCH_PLANTEL = "No hay ningún plantel con la clave {code}."
RESUMED = "El envío {id} sale en cuanto le toque turno."
RESCHEDULED = "El envío {id} quedó para {wall}, hora local de su plantel."
CONFIRMED = "El envío {id} quedó como publicado."
DISCARDED = "El envío {id} quedó descartado."
STOPPED = "La publicación quedó detenida: {place}."
LIFTED = "La publicación se reanudó: {place}."
EVERYTHING = "todos los planteles"
RETIME_NONE = "Nada que recalcular: los husos horarios siguen como se planeó (versión {after})."
RETIMED = "Husos horarios {after}: {moved} envíos recalculados, {held} esperan una decisión."

HEAD = "Envío {id}: {state}"
LINES = MappingProxyType(
    {
        "place": "Cuenta: {network}, {handle} ({plantel})",
        "due": "Hora: {local_at} ({timezone})",
        "why": "Por qué espera: {reason}",
        "agreed": "Lo autorizado: {local_at} ± {tolerance} min, por {person}",
        "void": "Lo autorizado: ya no vale",
        "window": "Puede reprogramarse hasta {last} (hora local)",
        "text": "Texto: {text}",
        "attempts": "Intentos: {n}",
        "attempt": "  {opened} → {closed}: {outcome}{code}{worker}",
        "detail": "    {detail}",
        "look": "Última mirada a la cuenta: {at}{by}",
        "look_none": "Nadie ha mirado la cuenta por este envío.",
        "look_error": "  No se pudo: {error}",
        "match": "  Igual a lo enviado: {id} {link}",
        "no_match": "  Ninguna publicación igual.",
        "shown": "  {mark} {at} {id} {text}",
    }
)
MARKS = MappingProxyType({True: "=", False: " "})
OPEN = "sin respuesta"
OUTCOMES = MappingProxyType(
    {
        "": "en curso",
        "published": "publicada",
        "not_sent": "no llegó a salir",
        "throttled": "la red pidió esperar",
        "refused": "la red no la aceptó",
        "credential": "la credencial no sirvió",
        "unknown": "no se sabe si salió",
    }
)
BY = " por {name}"
CODE = " [{code}]"
WORKER = " · {worker}"
