"""Sentences about the way from due to published."""

HELD_LATE = (
    "Pasó el margen de su hora sin que pudiera salir."
    " Decida si se publica ahora, se reprograma o se descarta."
)
HELD_GATE = (
    "El sistema estuvo detenido {span} (desde el {since}) y a esta publicación le tocaba salir"
    " entretanto. Decida si se publica ahora, se reprograma o se descarta."
)
NOTICE_GATE = "{n} envíos esperan su decisión: el sistema estuvo detenido"
NOTICE_GATE_ONE = "1 envío espera su decisión: el sistema estuvo detenido"
HELD_APPROVAL = "El contenido ya no es el que se aprobó. Hace falta una nueva aprobación."
HELD_ACCOUNT = "La cuenta no está activa. Revise su estado antes de decidir."
HELD_NO_CREDENTIAL = "La cuenta no tiene credencial. Instálela en «Cuentas» y reanude el envío."
HELD_DEFECT = "Un error del sistema impidió prepararla. Quedó registrado; avise a quien lo administra antes de reanudarla."
HELD_VEDA = "Hoy es periodo electoral («{period}», regla 7.3) y esta publicación se revisó sin tomarlo en cuenta. Retírela y envíela de nuevo a consulta."
SETTLE_DEFECT = (
    "Se envió, pero un error del sistema impidió anotar la respuesta. Revise la cuenta y decida."
)
RECEIPT_TAKEN = (
    "La red respondió con una publicación que ya es de otro envío. Revise la cuenta y decida."
)
PAUSED = "La publicación está detenida por un paro de emergencia."
NEEDS_DECISION = "No se pudo comprobar si llegó a publicarse. Revise la cuenta y decida."
HELD_NO_PARENT = "No consta la parte anterior, a la que esta responde. Confirme su enlace o descarte lo que falta."
FOUND = "Se perdió la respuesta de la red, pero la publicación está en la cuenta."
ABSENT = "La red no la muestra: se enviará una vez más."

NOTICE_FAILED = "No se pudo publicar en {account}"
NOTICE_DECIDE = "Un envío espera su decisión: {account}"
NOTICE_HELD = "Un envío quedó retenido: {account}"
NOTICE_DUPLICATE = "Posible duplicado en {account}"

DECIDE_REASON = "Escriba el motivo de su decisión (al menos 10 letras)."
DECIDE_STATE = "Este envío ya no espera una decisión: está en «{state}»."
DECIDE_LINK = "Pegue la dirección de la publicación tal como la muestra la red."
PAUSE_REASON = "Escriba el motivo del paro (al menos 10 letras)."
PAUSE_ALREADY = "Ya hay un paro en vigor para ese alcance."
PAUSE_NONE = "No hay un paro en vigor para ese alcance."

WORKER_STARTED = "Publicador en marcha ({profile}). Ctrl-C lo detiene."
WORKER_STOPPING = "Deteniéndose: se termina lo que está en curso…"
WORKER_STOPPED = "Publicador detenido."
HELD_CREDENTIAL = "La red no aceptó la credencial de la cuenta. Renuévela en «Cuentas»."
HELD_ACCOUNT_CREDENTIAL = (
    "La cuenta espera una nueva autorización. Al instalarla, este envío se reanuda sin más."
)
NOTICE_REAUTH = "{account} necesita una nueva autorización"
NOTICE_REAUTH_BODY = (
    "{why} Mientras tanto no se le pide nada más a la red: sus envíos en espera ({n}) se reanudan"
    " al instalar la credencial nueva."
)
LOOK_FAILED = "La consulta a la red falló; se repetirá."
NOTICE_DUPLICATE_BODY = (
    "La red muestra {n} publicaciones iguales. Revise la cuenta y retire las que sobren."
)
NOTICE_UNCLAIMED_BODY = (
    "Se publicó un envío que ya no se esperaba: {link}. Revise la cuenta y retire lo que sobre."
)
NO_SUCH_DELIVERY = "No existe el envío {id}, o no está a su alcance."
DECIDE_LINK_TAKEN = "Ese enlace ya es de otro envío de la misma cuenta."

STATES = {
    "scheduled": "programada",
    "leased": "en publicación",
    "staging": "en publicación",
    "sending": "en publicación",
    "unknown": "en publicación",
    "retrying": "reintentando",
    "held": "espera una decisión",
    "needs_decision": "espera una decisión",
    "published": "publicada",
    "rejected": "fallida",
    "dead": "fallida",
    "cancelled": "cancelada",
}

ALARM_CLOCK = "Nada se publica: el reloj no es de fiar"
CLOCK_CAUSES = {
    "jump": "El reloj del equipo {host} cambió de golpe ({change}). No se publica nada hasta que vuelva a ser de fiar; revise su hora. Se reanuda sin más.",
    "behind": "El reloj del equipo {host} va atrás de lo último que se registró. No se publica nada hasta que lo alcance; revise su hora. Se reanuda sin más.",
    "skew": "El reloj del equipo {host} no coincide con el de la base de datos. No se publica nada hasta que coincidan; revise ambos. Se reanuda sin más.",
}
ALARM_DISK = "Nada se publica: falta espacio en disco"
DISK_LOW = "En el equipo {host} quedan menos de {floor} MB libres para los datos. No se publica nada hasta que haya espacio; libere disco. Se reanuda sin más."
ALARM_SENDER = "Se publica más despacio: un publicador perdió el proceso que envía"
SENDER_LOST = "El publicador {pid} del equipo {host} perdió el proceso que envía y sigue él solo, más despacio. Lo que estaba en el aire se busca en la red o espera a una persona. Basta reiniciar ese publicador cuando convenga."
ALARM_LOCK = "Se terminó un proceso que impedía escribir en la base de datos"
LOCK_BROKEN = "El proceso {pid} ({name}) estaba detenido y ocupaba la base de datos desde hacía {span}; nadie más podía escribir en ella. Se terminó; lo que no había guardado se deshizo."
LOCKED = "Otro proceso ocupa la base de datos y no se puede escribir en ella. Espere a que termine y repita."
LOCKED_BY = "El proceso {pid} ({name}) ocupa la base de datos y no se puede escribir en ella. Espere a que termine, o ciérrelo usted, y repita."
LOCKED_STOPPED = "El proceso {pid} ({name}) está detenido y ocupa la base de datos; no se puede escribir en ella. Reanúdelo o termínelo usted, y repita."

UNLISTED_SUBJECT = "Una red respondió con un código que no conocemos: {code}"
UNLISTED_BODY = (
    "La red respondió «{said}» ({code}) y el catálogo de errores no lo conoce. Mientras tanto se"
    " comprueba en la cuenta o se intenta de nuevo. Pida que se agregue al catálogo."
)
UNLISTED_MUTE = "sin texto"

BREAKER_ROW = "no responde ({n} fallos seguidos)"
BREAKER_MOST = "responde mal ({n} fallos en {calls} llamadas)"


def interrupted(done: int, sentence: str) -> str:
    """Say that the first ``done`` parts are public and the next is not, and what to do."""
    public = "La primera parte ya es pública" if done == 1 else f"Ya son públicas {done} partes"
    return f"{public} y la siguiente no salió. {sentence} Decida si se intenta de nuevo o se descarta lo que falta."


def span(seconds: float) -> str:
    """Return a length of time in words: «2 h 15 min», «3 días», «40 s»."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(hours / 24)} días"
