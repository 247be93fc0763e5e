"""Aprobaciones: the trays of consulta and of the Directora."""

TITLE = "Aprobaciones"
TRAYS = {"review": "Consulta", "approve": "Autorización"}
TRAY_LABEL = "Bandeja"
COUNT = {"review": "{total} por dictaminar", "approve": "{total} por autorizar"}
SOON_ONE = " · 1 sale en menos de 48 horas"
SOON = " · {soon} salen en menos de 48 horas"
DUE = "Salen"
DUE_OPTIONS = {"48 h": 48, "7 días": 168, "Todas": None}
NETWORK = "Red"
RISK = "Solo con hallazgos"
EMPTY = "Bandeja vacía. No hay nada que decidir."
EMPTY_FILTERED = "Nada coincide con estos filtros."
CLEAR = "Quitar filtros"
OUTDATED = "La bandeja cambió mientras usted la veía. Se recargó; revise y repita."
MINE = "Suya: decide otra persona"

TRAY = {
    "list": "Publicaciones por decidir",
    "all": "Marcar las {n}",
    "clean": "Solo las {n} sin nada que ver",
    "mark": "Marcar",
    "keys": [
        [["J", "K"], "mover"],
        [["Espacio"], "marcar"],
        [["T"], "marcar las limpias"],
        [["A"], "aprobar"],
        [["D"], "devolver"],
        [["X"], "rechazar"],
        [["Z"], "deshacer"],
    ],
}
KEY_FAVOUR = "dictamen favorable"
LANE_URGENT = "Sale en menos de {n} horas"
LANE_TODAY = "Hoy"
LANE_TOMORROW = "Mañana"
LANE_NO_TIME = "Sin hora propuesta"
CHIP_EXCEPTED = "con excepción"
CHIP_PERSONS = "personas en la imagen"
ORDER = "Primero lo que sale antes; en cada día, primero lo que pide verse con cuidado."

WHEN_WHO = "{when} ({zone}) · escribió {author}"
NO_WHEN = "Sin hora propuesta · escribió {author}"
CLEAN = "El manual no tuvo objeciones."
EXCEPTED = "Lleva una excepción concedida por la Directora."
TARGETS = "Se publicará en"
FULL = "Ver el detalle completo"
APPROVE = "Aprobar"
APPROVE_N = "Aprobar {n}"
RETURN = "Devolver…"
RETURN_N = "Devolver {n}…"
REJECT = "Rechazar…"
REJECT_ONE = "Se rechaza de una en una: deje marcada solo una, o ninguna."
OWN = "Usted la escribió, editó o envió: debe decidir otra persona."

CONFIRM_TITLE = "Confirmar aprobación"
CONFIRM_ONE = "Va a aprobar 1 publicación. Quedará programada a su hora."
CONFIRM_MANY = "Va a aprobar {n} publicaciones. Quedarán programadas a su hora."
CONFIRM_FLAGGED_ONE = "1 pide verse con cuidado (advertencias, excepción o personas en la imagen): se aprueba sola, desde su detalle."
CONFIRM_FLAGGED = "{n} piden verse con cuidado (advertencias, excepción o personas en la imagen): se aprueban una por una, desde su detalle."
NOTHING_CLEAN = "Ninguna de las marcadas puede aprobarse en lote."
DONE_ONE = "1 publicación aprobada y programada."
DONE = "{n} publicaciones aprobadas y programadas."
NOT_DONE = "{plantel} (publicación {id}): {sentence}"

FAVOUR_TITLE = "Confirmar dictamen"
FAVOUR_ONE = "Va a dar dictamen favorable a 1 publicación, con las cuentas y la hora que propone."
FAVOUR_MANY = (
    "Va a dar dictamen favorable a {n} publicaciones, con las cuentas y la hora que proponen."
)
FAVOUR_N = "Dictamen favorable a {n}"
FAVOURED_ONE = "Dictamen favorable: pasó a la bandeja de la Directora."
FAVOURED = "{n} con dictamen favorable pasaron a la bandeja de la Directora."

UNDO = "Deshacer"
UNDO_ONE = "Acaba de decidir sobre 1 publicación."
UNDO_MANY = "Acaba de decidir sobre {n} publicaciones."
UNDONE_ONE = "Se deshizo: la publicación vuelve a esperar."
UNDONE = "Se deshizo: {n} publicaciones vuelven a esperar."
UNDO_NOTHING = "No hay nada que deshacer: pasan 10 segundos y queda firme."

PHRASES = "Frases"
PHRASES_CHOOSE = "Elija una o varias"
PHRASE = "{text} · regla {rule}"
REASON_HELP = "Puede bastar con las frases. Lo que escriba aquí se agrega."
PHRASES_KEEP = "Frases de devolución"
PHRASES_TITLE = "Frases de devolución"
PHRASES_INTRO = "Se ofrecen al devolver o rechazar. Cada una puede citar una regla del manual."
PHRASE_TEXT = "Frase nueva"
PHRASE_RULE = "Regla que cita"
PHRASE_NO_RULE = "Ninguna"
PHRASE_ADD = "Agregar"
PHRASE_ADDED = "La frase quedó en la lista."
PHRASE_RETIRE = "Quitar"

RETURN_TITLE = "Devolver con motivo"
RETURN_INTRO = "Quien la escribió verá este motivo y podrá corregirla."
REJECT_TITLE = "Rechazar en definitiva"
REJECT_INTRO = "Una publicación rechazada no puede corregirse ni reenviarse."
REASON = "Motivo"
RETURNED_ONE = "La publicación fue devuelta."
RETURNED = "{n} publicaciones devueltas."
REJECTED = "La publicación fue rechazada."
CONFIRM_RETURN = "Devolver"
CONFIRM_REJECT = "Rechazar"

REVIEW_TITLE = "Dictamen"
REVIEW_ACCOUNTS = "Cuentas"
REVIEW_WHEN = "Fecha y hora ({zone})"
REVIEW_NOTE = "Observaciones (opcional)"
REVIEW_GIVE = "Dictamen favorable"
REVIEW_DONE = "Dictamen favorable: pasó a la bandeja de la Directora."
EXCEPTION_TITLE = "Solicitud de excepción"
EXCEPTION_SAID = "Se solicita dejar pasar un bloqueo: «{reason}»"
EXCEPTION_GRANT = "Conceder"
EXCEPTION_DENY = "Negar"
EXCEPTION_REASON = "Motivo de la resolución"
EXCEPTION_DONE = {True: "Excepción concedida.", False: "Excepción negada."}

EXCEPTION_VEDA = "Saldría en periodo electoral. Para conceder la excepción escriba el fundamento legal; quedará con la autorización y en la bitácora."
EXCEPTION_BASIS = "Fundamento legal"
EXCEPTION_BASIS_HINT = "Artículo, acuerdo u oficio que la permite (al menos 20 letras)"
LEGAL_BASIS = "Excepción en periodo electoral. Fundamento: {text}"
GROUNDS = "Por qué puede salir en periodo electoral"
GROUNDS_HELP = (
    "Servicio educativo, salud, protección civil o autoridad electoral. Queda en la bitácora."
)
