"""Manual: the rules to read, the project to edit, versions, and who has read which."""

from types import MappingProxyType

TITLE = "Manual de contenidos"
NO_MANUAL = (
    "No hay un manual en vigor. Pida a la administración técnica que ejecute «pregonero init»."
)
LINE = "{title} · versión {version}"
SINCE = "En vigor desde el {when}."
FUTURE = "Entra en vigor el {when}."
PAST = "Dejó de estar en vigor; se muestra para consulta."
VALID = "Vigencia: {start} a {end}."
VALID_OPEN = "Vigencia: desde el {start}."
EXPIRED = "La vigencia de este manual terminó el {end}. Prepare una versión nueva."
EXAMPLE = "Es el manual de ejemplo que acompaña al sistema: todavía no lo ha aprobado la Dirección de Vinculación."
APPROVED_BY = "Aprobó {name}. {summary}"
PDF = "PDF con índice"
EXPORT = "Exportar (TOML)"
FILE = "manual-{version}.toml"

PARTS = MappingProxyType(
    {"leer": "Consultar", "proyecto": "Proyecto", "versiones": "Versiones", "acuses": "Acuses"}
)
PARTS_LABEL = "Parte del manual"
SEARCH = "Buscar en el manual"
SEARCH_HINT = "Número o palabras"
SEVERITY = "Severidad"
INDEX = "Índice"
COUNT = "{n} reglas"
COUNT_ONE = "1 regla"
EMPTY = "Ninguna regla coincide con la búsqueda."
DETAILS = "Ejemplos y parámetros"
MATCHES = "Se señala"
MATCHES_NOT = "No se señala"
FACTS = "con {facts}"
NONE = "ninguno"

VERSION = "Versión {version}"
STATES = MappingProxyType(
    {"current": "En vigor", "future": "Aprobada, por entrar en vigor", "past": "Anterior"}
)
HEAD_VERSION = "Versión"
HEAD_STATE = "Estado"
HEAD_SINCE = "En vigor desde"
HEAD_WHO = "Aprobó"
HEAD_WHAT = "Qué cambió"
VERSIONS_INTRO = "Cada versión queda guardada: se puede consultar, imprimir y comparar."
READ_VERSION = "Consultar versión"
COMPARE = "Comparar dos versiones"
COMPARE_FROM = "De"
COMPARE_TO = "A"
SAME = "Las dos dicen lo mismo."
HEAD_FIELD = "Qué"
HEAD_BEFORE = "Antes"
HEAD_AFTER = "Después"
HEAD_CHANGES = "Datos generales"
CHANGE_COUNT = "{n} reglas cambian"
CHANGE_ONE = "1 regla cambia"

READERS_INTRO = "Quienes operan cuentas dan su acuse de cada versión que se aprueba."
READERS_COUNT = "{done} de {total} han dado su acuse de la versión en vigor."
READERS_NONE = "La versión en vigor no pide acuse: es el manual de ejemplo, o nadie opera cuentas."
READER_DONE = "Acuse el {when}"
READER_PENDING = "Pendiente"
HEAD_PERSON = "Persona"
HEAD_PLANTELES = "Planteles"
HEAD_READ = "Acuse"

OWES_TITLE = "Hay una versión nueva del manual: {version}."
OWES = "{summary} Léala y dé su acuse."
OWES_READ = "Leer el manual"
ACKNOWLEDGE = "He leído la versión {version} del manual"
ACKNOWLEDGED = "Quedó registrado su acuse."

NO_DRAFT = "Nadie prepara una versión nueva. Al abrir un proyecto se parte de la última versión; nada cambia para las publicaciones hasta que se apruebe y llegue su fecha."
OPEN = "Abrir un proyecto"
OPENED = "Se abrió el proyecto."
DRAFT_LINE = "Proyecto de la versión {version}. Lo editó {editor}, {when}."
SENT_BACK = "Se devolvió: {reason}"
STEPS = MappingProxyType(
    {
        "reglas": "Editar reglas",
        "datos": "Datos generales",
        "comparar": "Comparar y proponer",
        "archivo": "Archivo",
    }
)
STEPS_LABEL = "Paso"

RULE = "Regla"
NEW_RULE = "Nueva regla"
NUMBER = "Número (sección.regla)"
NUMBER_HINT = "Por ejemplo, 4.4"
NUMBER_USED = "Ya hay una regla {id}; dé otro número o elíjala en la lista."
RULE_TITLE = "Título"
RULE_TEXT = "Texto de la regla"
KIND = "Quién la revisa"
CATEGORY = "Categoría"
NO_CATEGORY = "Ninguna"
PARAMETERS = "Parámetros"
LINES_HELP = "Una por renglón."
PALABRAS_HELP = (
    "Una palabra o frase por renglón. La regla las señalará también en plural y disfrazadas."
)
FRASES_HELP = "Una por renglón. Lo que contenga una de ellas no se señala con esta regla."
ROWS_HELP = "Un renglón por fila; separe sus columnas con «|»: {columns}."
PAIRS_HELP = "Un renglón por palabra: como se escribe sin acento = como debe escribirse."
ADD_ROW = "Agregar renglón"
DROP_ROW = "Quitar"
ROW = "Renglón {n}"
EXAMPLES = "Ejemplos"
EXAMPLES_INTRO = "El sistema los prueba antes de proponer el manual: los primeros deben señalarse con esta regla; los otros, no."
EXAMPLE_TEXT = "Texto del ejemplo {n}"
EXAMPLE_MATCHES = "Debe señalarse"
EXAMPLE_DATE = "Fecha (opcional)"
EXAMPLE_KEPT = "También lleva: {facts}"
ADD_EXAMPLE = "Agregar ejemplo"
SAVE_RULE = "Guardar la regla"
SAVED_RULE = "Se guardó la regla {id}."
TRY_RULE = "Probar sus ejemplos"
TRIED_FINE = "Los {n} ejemplos de la regla hacen lo que dicen."
TRIED_NONE = "La regla no tiene ejemplos, o la revisa una persona: no hay nada que probar."
REMOVE_RULE = "Quitar la regla"
REMOVED_RULE = "Se quitó la regla {id} del proyecto."

HEAD_TITLE = "Título del manual"
HEAD_NUMBER = "Versión"
HEAD_UNTIL = "Vigente hasta (opcional)"
HEAD_SIGNERS = "Firmas: un renglón por persona, «función | nombre»"
HEAD_SECTIONS = "Secciones: un renglón cada una, «número | título»"
SAVE_HEAD = "Guardar los datos generales"
SAVED_HEAD = "Se guardaron los datos generales."

NOTHING_YET = "El proyecto dice lo mismo que la versión {version}."
AGAINST = "Cambios respecto de la versión {version}"
PROPOSE_TITLE = "Proponer a la Dirección de Vinculación"
PROPOSE_DATE = "Entra en vigor el"
PROPOSE_SUMMARY = "Qué cambia, en una frase"
PROPOSE_HINT = "Lo leerán quienes operan cuentas"
PROPOSE = "Proponer"
PROPOSED = "Se propuso la versión; la decide otra persona facultada."
WAITING = "La propuso {name}. Entrará en vigor el {when}, o al aprobarse si esa fecha ya pasó."
SUMMARY = "Qué cambia: {summary}"
APPROVE = "Aprobar la versión {version}"
APPROVED = "La versión {version} quedó aprobada."
SEND_BACK = "Devolver"
SEND_BACK_REASON = "Qué falta o debe cambiar"
SENT = "Se devolvió el proyecto."
OWN = "Usted la editó o la propuso; debe decidir otra persona facultada."
RECALL = "Recuperar para seguir editando"
RECALLED = "El proyecto vuelve a estar abierto."
DISCARD = "Descartar el proyecto"
DISCARD_BODY = "Se abandona el proyecto completo. La versión en vigor no cambia."
DISCARD_CONFIRM = "Sí, descartar"
DISCARDED = "El proyecto quedó descartado."

IMPORT_TITLE = "Cargar un archivo"
IMPORT_INTRO = "El archivo TOML reemplaza lo que dice el proyecto (lo abre, si no hay). Se revisa completo antes de guardarlo y no entra en vigor hasta que se apruebe."
IMPORT_FILE = "Archivo del manual (.toml)"
IMPORT = "Cargar como proyecto"
IMPORTED = "El archivo quedó como proyecto. Compárelo antes de proponerlo."
NOT_TEXT = "El archivo no es texto en UTF-8. Expórtelo de nuevo desde el manual y edite esa copia."
EXPORT_DRAFT = "Descargar el proyecto (TOML)"

RECHECK = "La versión {version} del manual revisó de nuevo esta publicación"
RECHECK_WORSE = "Antes: {before}. Ahora: {after}."
RECHECK_ADDED = "Ahora se señala"
RECHECK_REMOVED = "Ya no se señala: {rules}."
RECHECK_HELD = (
    "Sus envíos quedaron detenidos. Retírela para corregirla o para solicitar una excepción."
)
RECHECK_SEEN = "Enterado"
RECHECK_SEEN_DONE = "Quedó anotado que lo vio."
RECHECK_QUEUE = "El manual en vigor cambió los hallazgos de publicaciones de esta bandeja: {posts}."
VERDICTS = MappingProxyType(
    {"ok": "sin hallazgos que la detengan", "flag": "con advertencias", "block": "bloqueada"}
)
