"""What the page of the audit says."""

from types import MappingProxyType

TITLE = "Bitácora"
INTRO = "Quién hizo qué, cuándo y por qué. Nadie puede corregirla ni borrarla, y nunca guarda una contraseña."
INTRO_SELF = "Lo que usted ha hecho en el sistema, tal como quedó registrado."
INTRO_OWN = "Lo que se hizo sobre las cuentas y publicaciones de su plantel."
INTRO_TECHNICAL = (
    "Los hechos técnicos: accesos, personas, cuentas, llaves, respaldos y envíos detenidos."
)

SINCE = "Desde"
UNTIL = "Hasta"
PERSON = "Persona"
GROUP = "Qué se hizo"
PLANTEL = "Plantel"
RESULT = "Resultado"
WORDS = "Motivo"
WORDS_HINT = "Palabras del motivo"
ALL = "Todo"
EVERYBODY = "Todas"
SYSTEM = "Pregonero (el sistema)"
OBJECT = "Sólo lo hecho a: {name}"
CLEAR = "Quitar filtros"
CLEAR_OBJECT = "Ver todo"
WRONG_DAYS = "La fecha «Desde» es posterior a «Hasta»: cambie una de las dos."

EMPTY = "Todavía no hay nada en la bitácora a su alcance."
EMPTY_FILTERED = "Ningún asiento coincide con estos filtros."
LOOKED = "Se buscó hasta el {when}; puede haber más antes."
LOOK_ON = "Seguir buscando hacia atrás"
DETAIL = "Detalle"
DETAIL_OF = "Ver el detalle de: {what}"
SHEET = "Asiento de la bitácora"
UNLINKED = "en espera de su eslabón"

LABEL_WHO = "Quién"
LABEL_ROLES = "Función"
LABEL_WHEN = "Cuándo"
LABEL_WHAT = "Qué"
LABEL_OBJECT = "A qué"
LABEL_PLANTEL = "Plantel"
LABEL_WHY = "Por qué"
LABEL_RESULT = "Resultado"
LABEL_SESSION = "Sesión"
LABEL_BEFORE = "Antes"
LABEL_AFTER = "Después"
LABEL_LINK = "Eslabón"
LABEL_CODE = "Clave del hecho"
LABEL_MAC = "Sello del asiento"
NO_REASON = "Sin motivo escrito"
FINGERPRINT = "huella {start}…"
FINGERPRINT_HELP = "Una huella identifica un contenido sin decirlo: dos iguales prueban que no cambió. Nada de aquí permite conocer una contraseña."
LINK = "{seq}, ligado {when}"
ONLY_THIS = "Ver todo lo hecho a esto"

FACTS = MappingProxyType(
    {
        "version": "Versión",
        "issuer": "Proveedor",
        "code": "Código usado",
        "role": "Función",
        "field": "Dato",
        "fields": "Datos",
        "network": "Red",
        "from": "Desde el eslabón",
        "plantel": "Plantel",
        "entries": "Asientos",
        "links": "Eslabones",
        "problems": "Problemas",
        "seq": "Eslabón",
        "kept": "Guardado en",
        "cause": "Causa",
        "attempts": "Envíos",
        "digest": "Huella",
        "account": "Cuenta",
        "person": "Persona",
        "mode": "Modo",
        "revision": "Versión del contenido",
        "waited_s": "Esperó la decisión",
        "verdict": "El manual dijo",
        "manual": "Manual",
        "findings": "Reglas con hallazgos",
        "dismissed": "Señaladas como falsa alarma",
        "cites": "Reglas que cita el motivo",
        "decision": "Decisión",
        "delegation": "Por delegación número",
        "rule": "Regla",
        "severity": "Gravedad",
        "remark": "Comentario número",
        "place": "Dónde",
        "": "Dato",
    }
)
VALUES = MappingProxyType(
    {
        "verdict": {"ok": "sin objeciones", "flag": "con advertencias", "block": "con bloqueos"},
        "severity": {"block": "bloqueo", "warn": "advertencia", "info": "informativa"},
        "decision": {
            "reviewed": "dictamen favorable",
            "returned": "devolución",
            "rejected": "rechazo",
            "approved": "autorización",
        },
        "place": {"base": "texto común"},
    }
)
WAITED = "{hours} h {minutes} min"

CHAIN = "Prueba de la cadena"
CHAIN_INTRO = "Cada asiento va ligado al anterior y firmado. Verificar vuelve a calcularlo todo: dice si alguien cambió, quitó o agregó algo."
VERIFY = "Verificar cadena"
VERIFYING = "Verificando: {done} de {total} eslabones"
VERIFIED = "La cadena está íntegra: {entries} asientos y {links} eslabones comprobados, en {seconds} s; firmas de control: {checkpoints}."
BROKEN_ONE = "La cadena NO está íntegra: se halló 1 problema en {entries} asientos y {links} eslabones. No restaure ni corrija nada: avise a quien audita y conserve el equipo como está."
BROKEN = "La cadena NO está íntegra: se hallaron {n} problemas en {entries} asientos y {links} eslabones. No restaure ni corrija nada: avise a quien audita y conserve el equipo como está."
PENDING_ONE = "1 asiento de este momento espera su eslabón, que llega en un segundo."
PENDING = "{n} asientos de este momento esperan su eslabón, que llega en un segundo."
VERIFIED_AT = "Verificada el {when}."

ANCHOR = "Último anclaje fuera del equipo: {when}, eslabón {seq}, en {target}."
ANCHOR_STALE = (
    "El anclaje en {target} tiene más de un día y medio: el último fue el {when}, eslabón {seq}."
)
ANCHOR_NEVER = "{target} todavía no guarda ningún anclaje."
ANCHOR_NONE = "La bitácora no se ancla fuera de este equipo. Pida a la administración técnica que configure PREGONERO_ANCHORS."
ANCHOR_WHY = "Lo que sólo el ancla prueba: que nadie cortó el final de la bitácora ni devolvió la base entera a un respaldo viejo. Para compararla: «pregonero audit verify --anchor ARCHIVO»."

COPY = "Descargar copia firmada"
COPY_OWN = "Descargar copia firmada de {plantel}"
COPY_HELP = "Un archivo ZIP que se verifica sin este programa, con docs/verificar_auditoria.py y la llave pública: {key}"
COPY_REFUSED = "No se pudo preparar la copia: {sentence}"
"""Said by the route of the download, outside the page."""
