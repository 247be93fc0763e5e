"""Decisiones: deliveries that wait for a person, and the emergency stop."""

TITLE = "Decisiones"
TITLE_STOP = "Paro de emergencia"
COUNT_ONE = "1 envío espera una decisión."
COUNT = "{n} envíos esperan una decisión, primero los que llevan más tiempo."
EMPTY = "Ningún envío espera una decisión."
DUE = "Debía salir {when} ({zone})"
DECIDE = "Decidir"
DECIDE_ONE = "Decidir sobre el envío de {plantel} a {network}"
BACK = "Todos los que esperan"
GONE = "Este envío ya no espera una decisión: está en «{state}»."
BAD_LINK = "Esa dirección no nombra ningún envío."
FULL = "Ver la publicación completa"
MORE_PICTURES = "+{n}"

WHY_TITLE = "Por qué espera"
DOUBT = "No se sabe si ya es pública."
CAUSES = {
    "": "Detenido",
    "approval": "Contenido no autorizado",
    "late": "Pasó su hora",
    "credential": "Credencial",
    "paused": "Paro de emergencia",
    "account": "Cuenta no activa",
    "veda": "Veda electoral",
    "consent": "Consentimiento",
    "configuration": "Configuración",
}
CAUSE_DOUBT = "Dudoso: quizá ya es público"

CONTENT_TITLE = "Lo que se envía"
ALT = "Texto alternativo {n}: {text}"
ATTEMPTS_TITLE = "Intentos"
ATTEMPTS_EMPTY = "Sin intentos: se detuvo antes de pedirle nada a la red."
ATTEMPT_OPEN = "sin respuesta todavía"
PART = "Parte {n}"
CODE = "Código"
HTTP = "HTTP {status}"

LOOK_TITLE = "Lo que mostró la cuenta"
LOOK_NONE = "No se ha consultado la cuenta por este envío."
LOOK_AT = "Última consulta: {when}"
LOOK_COUNT = " · {n} en total"
LOOK_FAILED = "La consulta falló: {sentence}"
LOOK_MATCHES = {
    0: "No mostró ninguna publicación igual.",
    1: "Mostró una publicación igual:",
    2: "Mostró {n} publicaciones iguales:",
}
LOOK_TRUST = {
    True: "La lista que dio la red es confiable.",
    False: "La lista que dio la red no basta para estar seguros.",
}
LOOK_LISTED_ONE = "La red listó 1 publicación."
LOOK_LISTED = "La red listó {n} publicaciones."
LOOK_REACHED = {
    True: "La lista llega hasta antes del envío.",
    False: "La lista no llega hasta la hora del envío.",
}
LOOK_CANARY = {
    True: "En ella aparece lo que ya se sabía publicado.",
    False: "En ella falta lo que ya se sabía publicado.",
}
LOOK_RESEMBLING = "Se parecen, pero podrían ser otras: {ids}"
CONTAINERS = {
    "PUBLISHED": "Instagram da por publicado lo que se le preparó.",
    "FINISHED": "Instagram tiene listo lo que se le preparó, sin publicar.",
    "IN_PROGRESS": "Instagram aún procesa lo que se le preparó.",
    "ERROR": "Instagram marcó error en lo que se le preparó.",
    "EXPIRED": "Lo que se le preparó a Instagram caducó sin publicarse.",
}
CONTAINER = "Instagram dice de lo que se le preparó: {state}"
LOOK_NEWEST = "Lo más reciente de la cuenta"

DECIDE_TITLE = "Su decisión"
REASON = "Motivo de su decisión"
REASON_HINT = "Al menos 10 letras. Queda en la bitácora con su nombre."
RESUME = "Publicar ahora"
RESUME_INTRO = "Sale en cuanto le toque turno. Si la causa sigue ahí, volverá a detenerse."
RESUME_INTRO_DOUBT = (
    "Antes, revise la cuenta: si la publicación ya está, saldría dos veces. "
    "Al publicar usted afirma que no está."
)
RESUMED = "El envío sale en cuanto le toque turno."
LINK = "Enlace de la publicación en la red"
CONFIRM = "Confirmar con enlace"
CONFIRM_INTRO = "Si ya está publicada, pegue su enlace: el envío queda como publicado."
CONFIRMED = "Quedó registrada como publicada."
DISCARD = "Descartar"
DISCARD_INTRO = "Este envío no saldrá. Para publicarla habrá que autorizarla de nuevo."
DISCARDED = "El envío quedó descartado."

STOP_TITLE = "Paro de emergencia"
STOP_INTRO = "Detiene la publicación antes del siguiente envío. Lo que ya salió no cambia."
STOP_NONE = "No hay ningún paro en vigor."
STOPPED_ALL = "Todo está detenido"
STOPPED_ONE = "Detenido: {plantel}"
STOPPED_BY = "Lo ordenó {person}, desde {when}."
STOPPED_WHY = "Motivo: {reason}"
STOP_ALL = "Detener todo"
STOP_ONE = "Detener un plantel"
STOP_ALL_INTRO = "Ningún plantel publicará nada en ninguna red hasta que alguien lo reanude."
STOP_ONE_INTRO = "El plantel no publicará nada en ninguna red hasta que alguien lo reanude."
STOP_PLANTEL = "Plantel"
STOP_PLANTEL_HINT = "Elija un plantel"
STOP_REASON = "Motivo"
STOP_DO = "Detener"
STOP_DONE = "La publicación quedó detenida."
LIFT = "Reanudar"
LIFT_TITLE = "Reanudar la publicación"
LIFT_INTRO = "Se reanuda en {place}. Lo programado vuelve a salir. Lo que ya pasó su margen esperará una decisión aquí."
LIFT_DONE = "La publicación se reanudó."
EVERYTHING = "todos los planteles"
