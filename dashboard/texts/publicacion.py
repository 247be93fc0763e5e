"""Publicación: the detail of a post, its receipts and what may still be done with it."""

TITLE = "Publicación {id}"
MISSING = "Falta decir qué publicación. Ábrala desde el calendario o las bandejas."
LINE = "{plantel} · escribió {author}"
WHEN = "{when} ({zone})"
NO_WHEN = "Sin hora propuesta"
REVISION = "Revisión {n}"
TOPIC = "Tema: {topic}"

SENT_TITLE = "Envíos y comprobantes"
SENT_EMPTY = "Todavía no hay envíos: se crean cuando la Directora la autoriza."
DUE = "Programada para {when} ({zone})"
PUBLISHED = "Publicada {when}"
LATENESS = " ({n} s después de su hora)"
SEE_POST = "Ver en {network}"
RECEIPT = "Comprobante"
REMOTE_ID = "Identificador en la red"
FOUND_BY = {
    "reply": "La red lo confirmó al publicar",
    "find": "Se encontró después en la cuenta",
    "reconcile": "Se encontró después en la cuenta",
    "person": "Lo confirmó una persona",
    "by_hand": "La publicó una persona a mano y pegó el enlace",
}
FOUND_BY_NAME = {
    "person": "Lo confirmó {name}",
    "by_hand": "Publicada a mano por {name}, que pegó el enlace",
}
PRINT = "Imprimir el comprobante (PDF)"
PRINT_OF = "Imprimir el comprobante de {network}, {handle} (PDF, se abre aparte)"
ATTEMPTS = "Intentos"
ATTEMPT = "{opened} → {closed}"
ATTEMPT_OPEN = "en curso"
OUTCOMES = {
    "": "en curso",
    "published": "publicada",
    "not_sent": "no llegó a salir; se reintenta",
    "throttled": "la red pidió esperar",
    "refused": "la red no la aceptó",
    "credential": "la credencial no sirvió",
    "unknown": "no se sabe si salió; se comprueba en la cuenta",
}
HOLDS = {
    "approval": "El contenido ya no es el autorizado.",
    "late": "Pasó su margen de tiempo: no sale tarde sin que alguien lo diga.",
    "credential": "La credencial de la cuenta no sirve.",
    "paused": "La publicación está detenida.",
    "account": "La cuenta no está activa.",
    "veda": "Hay veda electoral.",
    "consent": "Falta el consentimiento de una imagen.",
    "manual": "Una versión nueva del manual detiene su contenido.",
    "configuration": "Falta configurar algo del sistema.",
}
OLD_REVISIONS = "Revisiones anteriores"
DIGEST = "Huella de lo autorizado (SHA-256)"
DIGEST_SENT = "Huella de lo enviado (SHA-256)"

CONTENT_TITLE = "Contenido"
FINDINGS_TITLE = "Revisión del manual"
FINDINGS_VERSION = "Manual {version}"
FINDINGS_BESIDE = "junto a su fragmento, en el contenido."
FINDINGS_NONE = "El manual no tuvo objeciones."
FINDINGS_NOT_YET = "Se revisa al enviarla."
CAPTIONED = "El video {n} lleva subtítulos o transcripción."
NOT_CAPTIONED = "El video {n} no declara subtítulos ni transcripción."

STORY_TITLE = "Quién hizo qué"
STEPS = {
    "created": "Escribió el borrador",
    "submitted": "Envió a consulta",
    "cleared": "Dio el visto bueno del plantel",
    "reviewed": "Dio dictamen favorable",
    "returned": "Devolvió",
    "rejected": "Rechazó",
    "approved": "Autorizó",
    "withdrawn": "Retiró de la consulta",
    "cancelled": "Descartó",
    "pulled_back": "Retiró antes de su hora",
    "exception_asked": "Solicitó una excepción",
    "exception_granted": "Concedió la excepción",
    "exception_denied": "Negó la excepción",
}
UNDONE = " (lo deshizo en el momento)"
STEP_SYSTEM = "Pregonero"
STEP_PUBLISHED = "Se publicó en {network}"
DELEGATED = "por delegación de {name}"

EDIT = "Corregir y reenviar"
CONTINUE = "Seguir escribiendo"
WITHDRAW = "Retirar de la consulta"
WITHDRAW_INTRO = "Vuelve a usted para corregirla; tendrá que enviarla de nuevo."
WITHDRAWN = "Retirada: ya puede corregirla."
PULL_BACK = "Retirar antes de su hora"
PULL_INTRO = (
    "Lo que aún no sale se detiene y la autorización deja de valer. Lo que ya salió no cambia."
)
PULLED = "Se detuvieron {stopped} envíos."
PULLED_GONE = "Se detuvieron {stopped} envíos; {gone} ya habían salido o están saliendo."
MOVE = "Mover la hora"
MOVE_INTRO = "Hasta {n} minutos de lo autorizado ({when}). Más allá hace falta otra autorización."
MOVE_WHEN = "Nueva hora ({zone})"
MOVED = "La publicación cambió de hora."
MOVE_DO = "Mover"
FIGURES = {
    "likes": "{n:,} me gusta",
    "comments": "{n:,} comentarios",
    "shares": "{n:,} compartidas",
    "views": "{n:,} vistas",
}
FIGURES_AT = "{figures} · leído {when}"
COMMENTS = "Leer comentarios ahora"
COMMENTS_INTRO = "Se leen ahora de la red. Los que esperan respuesta están en «Comentarios»."
COMMENTS_NONE = "Todavía no hay comentarios."
COMMENT = "{author} · {when}"
COMMENT_NOBODY = "Una persona"
REMOVE = "Retirar de las redes"
REMOVE_INTRO = (
    "Se borra de las cuentas que marque. No se puede deshacer: publicarla otra vez pide una"
    " autorización nueva. El comprobante y lo que la red mostraba se conservan."
    " X e Instagram no dejan corregir lo publicado: se retira y se publica de nuevo."
)
REMOVE_WHERE = "Cuentas"
REMOVE_RATIFY = "La Directora recibe un aviso para ratificarlo."
REMOVE_DO = "Retirar"
REMOVE_ASKED = "Se está retirando; el resultado aparece aquí."
REMOVING = "Retirándose de la red desde las {when}."
REMOVED = "Retirada de la red el {when}."
REMOVED_BY = {
    "reply": "La red lo confirmó.",
    "look": "Se comprobó en la cuenta que ya no está.",
    "person": "Lo anotó una persona.",
}
REMOVAL_WHY = "{person}: «{reason}»"
NOT_REMOVED = "Sigue publicada: {sentence}"
NOT_RATIFIED = "Espera la ratificación de la Directora."
NOTE_REMOVED = "Ya la retiré a mano"
BY_HAND_INTRO = "Anote que ya no está en la red y cómo lo comprobó."
BY_HAND_DONE = "Anotado."
RATIFY = "Ratificar el retiro"
RATIFIED = "Retiro ratificado."
REASON = "Motivo"
CONFIRM = "Confirmar"
APPROVE_TITLE = "Autorización"
APPROVE_INTRO = "Autoriza exactamente este contenido, en estas cuentas y a esta hora."
APPROVE = "Autorizar"
APPROVED = "Autorizada y programada."

DECIDE_HERE = "Ver la evidencia y decidir"
BY_HAND = "Por publicar a mano"
NEXT_RESPONSIBLE = {
    "draft": "Sigue: {plantel} la termina y la envía a consulta.",
    "returned": "Sigue: {plantel} la corrige y la reenvía.",
    "clearing": "Sigue: la dirección de {plantel} da su visto bueno.",
    "in_review": "Sigue: Difusión da su dictamen.",
    "reviewed": "Sigue: la Directora de Vinculación autoriza.",
    "scheduled": "Sigue: el sistema la publica a su hora.",
    "publishing": "El sistema la está publicando.",
    "retrying": "El sistema vuelve a intentarlo.",
    "waiting": "Sigue: Difusión decide sobre los envíos detenidos.",
    "by_hand": "Sigue: {plantel} la publica a mano y pega el enlace.",
}
