"""Consentimientos: the register, one consent with what cites it, its revocation, files."""

from types import MappingProxyType

TITLE = "Consentimientos"
INTRO = "Los permisos firmados para mostrar a personas menores (regla 6.1). Cada imagen cita el folio del suyo; si se revoca, lo programado se detiene y lo publicado se retira."
INTRO_KEEP = " Del papel solo se anota lo necesario: iniciales y matrícula."

STANDINGS = MappingProxyType(
    {
        "active": "Vigentes",
        "soon": "Por vencer",
        "ahead": "Por empezar",
        "expired": "Vencidos",
        "revoked": "Revocados",
    }
)
STANDING = MappingProxyType(
    {
        "active": "Vigente",
        "soon": "Por vencer",
        "ahead": "Por empezar",
        "expired": "Vencido",
        "revoked": "Revocado",
        "unknown": "No está en el registro",
    }
)
SHOW = "Mostrar"
ALL = "Todos"
COUNTED = "{name} ({n})"
SEARCH = "Buscar por folio, iniciales o matrícula"
PLANTEL = "Plantel"
EMPTY = "Todavía no hay consentimientos en el registro."
EMPTY_FILTERED = "Ninguno coincide con lo que busca."
CAPTION = "Consentimientos del registro"
HEADERS = ("Folio", "Persona", "Cubre", "Vigencia", "Estado", "Lo citan")
USED = "{live} a la vista · {planned} por salir"
UNUSED = "nada"
UNTIL = "hasta el {day}"
BETWEEN = "del {first} al {last}"
PURGED = "(dato retirado por antigüedad)"
PAGE = "Página"
SEE = "Abrir {folio}"
BACK = "Todos los consentimientos"
EVERYWHERE = "todas las redes"

NEW = "Registrar un consentimiento"
NEW_INTRO = "Tenga el papel a la vista. El folio se asigna al registrar; anótelo en el papel."
SUBJECT = "Iniciales y matrícula"
SUBJECT_HINT = "Por ejemplo M.T.V. 20231234"
MINOR = "Es menor de edad"
GUARDIAN = "Quién firma por la persona menor"
GUARDIANS = MappingProxyType({"madre": "Madre", "padre": "Padre", "tutor": "Tutora o tutor"})
OPINION = "Se escuchó a la persona menor y está de acuerdo"
SCOPES = "Qué cubre"
SCOPE = MappingProxyType(
    {"image": "Imagen", "voice": "Voz", "name": "Nombre", "interview": "Entrevista"}
)
NETWORKS = "En qué redes (ninguna elegida: en todas)"
FIRST = "Vale desde"
LAST = "Vale hasta"
KEPT = "Dónde se guarda el papel firmado"
KEPT_HINT = "Por ejemplo: Servicios Escolares, expediente 12"
NOTE = "Nota (opcional, sin datos de la persona)"
FOLIO = "Folio propio (opcional)"
FOLIO_HELP = "Déjelo vacío para que se asigne el siguiente. Escríbalo si el papel ya tiene uno."
SAVE = "Registrar"
SAVED = "Quedó registrado con el folio {folio}. Anótelo en el papel."

FACTS = MappingProxyType(
    {
        "plantel": "Plantel",
        "subject": "Persona",
        "signed": "Firmó",
        "covers": "Cubre",
        "networks": "Redes",
        "validity": "Vigencia",
        "kept": "El papel está en",
        "note": "Nota",
        "registered": "Lo registró",
        "revoked": "Lo revocó",
        "reason": "Motivo",
    }
)
ADULT = "la propia persona"
BY_AT = "{name}, {when}"

LIVE = "A la vista"
LIVE_EMPTY = "Nada de lo publicado lo cita."
LEAVING = "Retirándose de la red"
AHEAD = "Por salir o detenido"
AHEAD_EMPTY = "Nada programado lo cita."
DOUBTFUL = "Por comprobar si salió"
DRAFTED = "Borradores y en revisión"
USE = "{network} · {plantel} ({handle})"
SEE_POST = "Ver la publicación"
SEE_LIVE = "Abrir en la red"

REVOKE = "Revocar"
REVOKE_INTRO = "Úselo cuando la familia o la persona retiran su permiso. No se puede deshacer: para volver a publicar hace falta otro consentimiento. Lo que está por salir se detiene en este momento."
REVOKE_REASON = "Motivo de la revocación"
REVOKE_DO = "Revocar el consentimiento"
REVOKED = "Revocado. Detenidos: {held}. A la vista, por retirar: {live}."
REVOKED_CLEAR = "Revocado. Nada de lo publicado lo citaba."
TAKE_DOWN = "Retirar de las redes"
TAKE_DOWN_INTRO = (
    "Se revocó: lo que sigue a la vista debe retirarse a más tardar el {until} (regla 6.8)."
)
TAKE_DOWN_LATE = "Se revocó y debió retirarse a más tardar el {until} (regla 6.8)."
TAKE_DOWN_WHERE = "De qué cuentas"
TAKE_DOWN_NOTE = (
    "Donde la red no permite retirar desde aquí, se dirá en la publicación y se retira a mano."
)
TAKE_DOWN_OTHERS = "Usted no puede retirarlo: pídalo a la dirección del plantel o a Difusión, que ya recibieron el aviso."
TAKE_DOWN_DO = "Retirar de {n} cuentas"
TAKE_DOWN_ONE = "Retirar de 1 cuenta"
TAKE_DOWN_REASON = "Se revocó el consentimiento {folio} (regla 6.1)."
TAKING_DOWN = (
    "Se pidió retirarlo. El publicador lo hace en seguida; siga cada una en su publicación."
)

FILES = "Importar y exportar"
FILES_INTRO = "Un renglón por consentimiento. Los del registro no se cambian con un archivo; los nuevos reciben su folio si el renglón no trae uno."
UPLOAD = "Archivo de consentimientos"

PICK = "Consentimientos que la cubren ({thing})"
PICK_HINT = "Elija por iniciales, matrícula o folio"
PICK_NONE = "No hay consentimientos vigentes de este plantel. Regístrelos en «Consentimientos» y vuelva: su borrador está guardado."
PICK_ROW = "{folio} · {subject} · {scopes} · hasta {day}"
PICK_ROW_OTHER = "{folio} · {subject} ({plantel}) · {scopes} · hasta {day}"
PICK_BAD = "{folio} · {standing}"
PICK_HELP = "Uno por cada persona menor que se ve. Se comprueba su vigencia y sus redes al enviar, al autorizar y al publicar."
