"""Requerimientos: asking to see a credential, letting another see it, seeing it once, reviewing."""

from types import MappingProxyType

TITLE = "Requerimientos"
INTRO = "Vinculación puede requerir la credencial de una cuenta: otra persona lo autoriza, se muestra una sola vez durante 60 segundos y después debe cambiarse. Todo queda en la bitácora y se avisa al plantel."
INTRO_OTHERS = "Quién ha requerido o leído credenciales, y qué espera una respuesta. Vinculación no las ve sin que otra persona lo autorice, salvo una emergencia, que se revisa después."
WAITING = "Esperan a alguien"
WAITING_EMPTY = "Nada espera una respuesta."
PAST = "Anteriores"
PAST_EMPTY = "Todavía no hay requerimientos ni lecturas."
BACK = "Todos los requerimientos"
BAD_LINK = "El enlace no lleva a ningún requerimiento."

ASK = "Requerir una credencial"
ASK_INTRO = "Diga qué necesita y por qué: lo leerán el plantel, la coordinación y la auditoría. Otra persona debe autorizarlo en 72 horas."
ACCOUNT = "Cuenta"
ACCOUNT_HINT = "Elija la cuenta"
ACCOUNT_LABEL = "{plantel} · {network} · {handle}"
FIELDS = "Qué datos necesita"
CODE = "Motivo"
CODE_HINT = "Elija el motivo"
REASON = "Explique quién la necesita, para qué y por qué ahora"
ASK_DO = "Enviar requerimiento"
ASKED = "El requerimiento quedó registrado. Se avisó a quienes pueden autorizarlo."
NOTHING_HELD = "Todavía no hay ninguna contraseña en resguardo, así que no hay qué requerir."
NEEDS_ACCOUNT = "Elija la cuenta."

GLASS = "Apertura de emergencia"
GLASS_INTRO = "Solo si nadie puede autorizar a tiempo. Se muestra al momento, se avisa de inmediato al plantel, a la coordinación, a la auditoría y a las demás direcciones, otra persona la revisa en 72 horas y la contraseña debe cambiarse en 24."
GLASS_BOX = "Es una emergencia y respondo por esta apertura."
GLASS_DO = "Abrir ahora"
GLASS_NEEDS = "Para abrir: elija la cuenta, qué datos y el motivo, explíquelo con al menos {length} caracteres y marque la casilla."

OWN = "Ver lo que está en resguardo"
OWN_INTRO = "Solo quien custodia la cuenta o dirige el plantel. Se muestra una vez, se avisa y queda en la bitácora."
OWN_NEEDS = "Para ver: elija qué datos y el motivo, y explíquelo con al menos {length} caracteres."
OWN_DO = "Mostrar una vez"

KINDS = MappingProxyType(
    {
        "request": "Requerimiento",
        "own": "Lectura propia",
        "break_glass": "Emergencia",
        "print": "Impresión para el sobre",
    }
)
STATES = MappingProxyType(
    {
        "pending": "Por autorizar",
        "approved": "Autorizado",
        "denied": "Negado",
        "shown": "Mostrado",
        "expired": "Vencido",
        "withdrawn": "Retirado",
        "review": "Por revisar",
    }
)
ASKED_BY = "{name}, {when}"
WANTS = "Datos: {fields}"
WHY = "{code}: {reason}"
UNTIL_DECIDE = "Puede autorizarse hasta el {when}."
UNTIL_OPEN = "Puede verse una sola vez, hasta el {when}."
UNTIL_REVIEW = "Debe revisarse antes del {when}."
REVIEW_LATE = "La revisión debía hacerse antes del {when}."
ALLOWED_BY = "Autorizó {name}, {when}."
DENIED_BY = "Negó {name}, {when}: {reason}"
REVIEWED_BY = "Revisó {name}, {when}: {note}"
SHOWN_AT = "Se mostró el {when}."
DUTY = "La contraseña debe cambiarse antes del {when}."
DUTY_LATE = "La contraseña debía cambiarse antes del {when} y sigue igual."
DUTY_DONE = "La contraseña se cambió el {when}."
CUSTODY = "Ver la custodia de la cuenta"

DECISION = "Respuesta para quien lo pidió"
ALLOW = "Autorizar"
ALLOWED = "Quedó autorizado: quien lo pidió tiene 15 minutos para verlo, una sola vez."
DENY = "Negar"
DENIED = "Quedó negado y se avisó a quien lo pidió."
WITHDRAW = "Retirar"
WITHDRAWN = "El requerimiento quedó retirado; no se mostró nada."
OPEN = "Ver una sola vez"
OPEN_INTRO = "Se mostrará durante 60 segundos y no podrá repetirse. Tenga a la mano dónde usarla."
REVIEW = "Su revisión: qué se vio, si fue justificado y qué sigue"
REVIEW_DO = "Registrar revisión"
REVIEWED = "La revisión quedó registrada."

HEAD_WHEN = "Cuándo"
HEAD_WHO = "Quién"
HEAD_ACCOUNT = "Cuenta"
HEAD_WHAT = "Qué"
HEAD_STATE = "Resultado"
SEE = "Ver el requerimiento de {handle}"
