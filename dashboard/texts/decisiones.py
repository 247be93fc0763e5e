"""Decisiones: deliveries that wait for a person, and the emergency stop."""

TITLE = "Decisiones"
TITLE_STOP = "Paro de emergencia"
COUNT_ONE = "1 envío espera una decisión."
COUNT = "{n} envíos esperan una decisión, primero los que llevan más tiempo."
EMPTY = "Ningún envío espera una decisión."
DUE = "Debía salir {when} ({zone})"
DECIDE = "Ver"
DECIDE_ONE = "Decidir sobre el envío de {plantel} a {network}"
BACK = "Todos los que esperan"
GONE = "Este envío ya no espera una decisión: está en «{state}»."
BAD_LINK = "Esa dirección no nombra ningún envío."
FULL = "Ver la publicación completa"
MORE_PICTURES = "+{n}"

FILTER_CAUSE = "Por qué esperan"
FILTER_ALL = "Todos ({n})"
FILTER_ONE = "{cause} ({n})"
FILTER_PLANTEL = "Plantel"
GROUP_BY = "Agrupar"
GROUPS = {"post": "Por publicación", "plantel": "Por plantel"}
EMPTY_FILTERED = "Ningún envío coincide con estos filtros."
CLEAR = "Quitar filtros"
PICK_ALL = "Elegir los {n} de esta página"
PICK_NONE = "Quitar la elección"
PICK_GROUP = "Elegir los {n}"
PICK_GROUP_HELP = "Elegir los {n} envíos de este grupo"
PICK_ROW = "{network} · {plantel}"
PICK_ALONE = "{network} · {handle}"
PICK_IN_PLANTEL = "{network} · publicación {id}"
POST = "publicación {id}"
PLANTELES = "{n} planteles"
DOUBT_ALONE = "Se decide solo: quizá ya es público."

BULK_TITLE = "Decidir juntos"
BULK_NONE = "Elija en la lista los envíos que tendrán la misma respuesta."
BULK_ONE = "1 envío elegido"
BULK_COUNT = "{n} envíos elegidos"
BULK_ANSWER = "Respuesta"
BULK_ANSWERS = {
    "resume": "Publicar ahora",
    "reschedule": "Reprogramar",
    "discard": "Descartar",
}
BULK_CAPTIONS = {
    "resume": "Salen en cuanto les toque turno.",
    "reschedule": "Salen a la hora que usted diga.",
    "discard": "No saldrán; habría que autorizarlos de nuevo.",
}
BULK_DO = {
    "resume": "Publicar ahora {n}",
    "reschedule": "Reprogramar {n}",
    "discard": "Descartar {n}",
}
BULK_WHEN = "Nueva fecha y hora"
BULK_WHEN_HELP = "Cada envío sale a esa hora del reloj de su propio plantel."
BULK_NEEDS_WHEN = "Elija la nueva fecha y hora."
BULK_DONE_ONE = "1 envío decidido."
BULK_DONE = "{n} envíos decididos."
BULK_FAILED_ONE = "1 envío no pudo decidirse así y sigue en la lista:"
BULK_FAILED = "{n} envíos no pudieron decidirse así y siguen en la lista:"
BULK_FAILED_ROW = "{plantel}, {network}: {sentence}"

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
    "manual": "Manual de contenidos",
    "configuration": "Configuración",
}
CAUSE_DOUBT = "Dudoso: quizá ya es público"
CAUSE_DOUBT_SHORT = "Dudosos"

CONTENT_TITLE = "Lo autorizado"
AGREED = "Para {when}, con {n} minutos de margen. Autorizó {person}, {at}."
AGREED_VOID = "La autorización ya no vale."
ALT = "Texto alternativo {n}: {text}"
ATTEMPTS_TITLE = "Intentos"
ATTEMPTS_EMPTY = "Sin intentos: se detuvo antes de pedirle nada a la red."
ATTEMPT_OPEN = "sin respuesta todavía"
PART = "Parte {n}"
CODE = "Código"
HTTP = "HTTP {status}"

WORKER = "Publicador {worker}"

LOOK_TITLE = "Lo que muestra la cuenta"
LOOK_NOW = "Mirar la cuenta ahora"
LOOK_NOW_HELP = "Solo lee la cuenta; no publica ni cambia nada."
LOOKING = "Mirando la cuenta…"
LOOKED = "Se miró la cuenta."
LOOK_BY = " · la pidió {name}"
LISTING_FAILED = "No se pudo ver la lista de la cuenta: {sentence}"
SHOWN_EMPTY = "La cuenta no muestra ninguna publicación."
SHOWN_LIKE = "Parece ser esta"
SHOWN_TAKEN = "Es de otro envío"
SHOWN_OPEN = "Abrir"
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
RESUME_TITLE = "Publicar ahora"
RESUME_INTRO = "Sale en cuanto le toque turno. Si la causa sigue ahí, volverá a detenerse."
RESUME_INTRO_MANUAL = (
    "Se vuelve a revisar con el manual en vigor: sale solo si ya no la detiene o si hay una excepción "
    "para exactamente este contenido. Si no, retírela para corregirla o para pedir la excepción."
)
RESUME_INTRO_DOUBT = (
    "Antes, mire la cuenta: si la publicación ya está, saldría dos veces. "
    "Al publicar usted afirma que no está."
)
RESUMED = "El envío sale en cuanto le toque turno."
MOVE = "Reprogramar"
MOVE_TITLE = "Reprogramar"
MOVE_KEPT = (
    "Su hora aún no llega: entre {first} y {last} vale la autorización. Más allá, devuélvala."
)
MOVE_LATE = (
    "Su hora ya pasó: elija otra, a más tardar {last}. Después haría falta otra autorización."
)
MOVE_VOID = "Sin autorización vigente no puede reprogramarse."
MOVE_WHEN = "Nueva fecha y hora ({zone})"
MOVED = "El envío quedó reprogramado."
LINK = "Enlace de la publicación en la red"
CONFIRM = "Confirmar"
CONFIRM_TITLE = "Sí está publicada"
CONFIRM_INTRO = "Pegue su enlace: el envío queda como publicado."
CONFIRM_PICK = "Diga cuál es: el envío queda como publicado."
CONFIRM_WHICH = "Cuál es"
CONFIRM_OTHER = "Otra: pegar su enlace"
CONFIRM_ONE = "{when} · {text}"
CONFIRMED = "Quedó registrada como publicada."
DISCARD = "Descartar"
DISCARD_TITLE = "Descartar"
DISCARD_INTRO = "Este envío no saldrá. Para publicarla habrá que autorizarla de nuevo."
DISCARDED = "El envío quedó descartado."
RETURN = "Devolver como nueva revisión"
RETURN_TITLE = "Devolver"
RETURN_INTRO = "Nada de esta publicación es público todavía. Al devolverla se detienen todos sus envíos y vuelve a su plantel para corregirla, con otra hora u otro texto, y autorizarla de nuevo."
RETURNED = "La publicación volvió a su plantel como borrador."

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

BANNER_ALL = "Paro de emergencia: ningún plantel publica."
BANNER_ONE = "Paro de emergencia: {plantel} no publica."
BANNER_MANY = "Paro de emergencia: {n} planteles no publican."
BANNER_WHO = "Lo ordenó {person}, {when}: {reason}"
BANNER_SEE = "Ver el paro"
