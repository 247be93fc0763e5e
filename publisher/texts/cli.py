"""Sentences of the command line."""

from types import MappingProxyType

APP = "Pregonero: publica lo aprobado, una vez, en las redes de cada plantel."
INIT = "Crea la base de datos, la llave, la institución y su primera persona administradora."
DEMO = "Arranca la demostración completa sobre redes de prueba."
SERVE = "Arranca el tablero y un publicador."
WORKER = "Arranca un publicador en primer plano."
SANDBOX = "Arranca las redes de prueba en primer plano, en esta máquina y sin salir de ella: las rutas de Facebook, X e Instagram como las leemos en su documentación, y en / lo publicado. Atiende a las cuentas de esta base de demostración; con --alone, sin base ninguna. Se gobierna en /_sandbox: posts, requests, accounts, faults, speed. Lo explica docs/sandbox.md."
OPT_ALONE = "Sin base de datos: en memoria, con las cuentas de --accounts o las que se registren en /_sandbox/accounts."
OPT_ACCOUNTS = "Archivo JSON con las cuentas que se registran al arrancar."
OPT_FAULTS = "Archivo JSON o TOML con las fallas que se ponen al arrancar."
OPT_SPEED = "Cuántas veces más rápido pasan ventanas, cuotas y procesamiento."
OPT_QUOTA = "Publicaciones por cuenta y ventana antes de que la red pida esperar."
OPT_PROCESSING = "Segundos que las redes tardan en procesar un video, e Instagram una imagen."
CHECK = "Revisa un texto, o un archivo de textos, contra el manual de contenidos."
IMPORT = "Importa planteles, personas o cuentas de un archivo CSV o XLSX."
EXPORT = "Exporta planteles, personas o cuentas a un archivo CSV o XLSX."
DELIVERIES = "Lista los envíos y decide los que esperan a una persona."
ACCOUNTS = "Lista las cuentas, las comprueba ante su red, las pausa o las reanuda."
PEOPLE = "Lista las personas y emite contraseñas nuevas."
AUDIT = "Verifica la bitácora y la ancla fuera de la máquina."
AUDIT_VERIFY = "Comprueba que ningún asiento fue alterado, borrado ni agregado por fuera."
ACCOUNTS_LIST = "Lista las cuentas con su plantel y su estado."
ACCOUNTS_VERIFY = (
    "Pregunta a cada red si las credenciales guardadas son de sus cuentas; 0 sólo si todas lo son."
)
OPT_EVERY_ACCOUNT = "Todas las cuentas."
OPT_PLANTEL = "Clave de un plantel; se puede repetir."
META_CODE = "CLAVE"
VERIFY_WHICH = "Diga qué cuentas: --all, o --plantel con una clave."
VERIFYING = "Comprobando cuentas"
VERIFIED_LINE = "{plantel}  {handle} ({network}): {outcome}. {sentence}"
VERIFIED = "{n} cuentas en {seconds} s: {counts}."
ACCOUNTS_LOGIN = "Inicia sesión en una cuenta de Instagram por la vía no oficial; pregunta la contraseña y los códigos."
ACCOUNTS_CONNECT = (
    "Conecta las páginas de Facebook, y sus cuentas de Instagram, que alcanza un token de usuario del"
    " sistema; sin --all ni --account, solo las muestra."
)
OPT_SYSTEM_TOKEN = "Archivo con el token del usuario del sistema, que sólo usted lea."  # noqa: S105
OPT_CONNECT_ALL = "Conecta todas las que estén registradas y a su alcance."
OPT_CONNECT_ACCOUNT = "Número de una cuenta por conectar; se puede repetir."
CONNECT_WHICH = "Diga qué cuentas: --all, o --account con un número; no las dos cosas."
CONNECT_NOT_REACHED = "El token no alcanza estas cuentas, o no están a su alcance: {ids}."
CONNECT_CHOOSE = "No se conectó nada. Elija con --account NÚMERO, o --all."
CONNECTED_LINE = "{name} ({network}): conectada"
NOT_CONNECTED_LINE = "{name} ({network}): {why}"
CONNECTED = "Cuentas conectadas: {n} de {all}."
OPT_LOGIN_ACCOUNT = "Usuario o número de la cuenta de Instagram."
OPT_LOGIN_USER = "Usuario con el que se entra, si no es el de la cuenta."
LOGIN_USER = "Usuario en Instagram"
LOGIN_PASSWORD = "Contraseña (no se muestra ni se guarda)"  # noqa: S105 - a question
LOGIN_CODE = "Código (no se muestra)"
LOGIN_NO_SUCH = "No hay una cuenta de Instagram «{account}». Véalas con «pregonero accounts list»."
LOGGED_IN = "La sesión es de {name} y quedó guardada, cifrada."
ACCOUNTS_PAUSE = "Detiene una cuenta hasta que se reanude."
ACCOUNTS_RESUME = "Deja que una cuenta detenida vuelva a publicar."
DELIVERIES_LIST = "Lista los envíos, primero los más recientes."
DELIVERIES_RESUME = "Deja salir ahora un envío retenido o dudoso."
DELIVERIES_CONFIRM = "Hace constar que un envío ya es público, con su dirección."
DELIVERIES_DISCARD = "Da por perdido un envío retenido o dudoso."
PEOPLE_LIST = "Lista a las personas con sus funciones vigentes."
PEOPLE_PASSWORD = "Emite una contraseña nueva, que se cambia al entrar; cierra todas las sesiones."  # noqa: S105
LATER = (
    "«pregonero {name}» todavía no existe: llegará con su propio asunto del plan. No se hizo nada."
)
LATER_HELP = "Todavía no existe."

OPT_JSON = "Imprime JSON."
OPT_HEADLESS = "Sin navegador: ejecuta todo el recorrido y termina."
OPT_POSTS = "Cuántas publicaciones aprobadas se preparan."
OPT_SEED = "Semilla: la misma da las mismas publicaciones."
OPT_PREPARE = "Termina cuando las publicaciones están aprobadas y programadas."
OPT_DUE_IN = "Segundos hasta la hora de publicación."
OPT_PASSWORDS = "Emite contraseñas nuevas para las personas de la demostración y termina."
OPT_PORT = "Puerto en esta máquina."
OPT_ANCHOR = "Archivo de anclaje guardado fuera de esta máquina."
OPT_DRY_RUN = "Sólo revisa; no guarda nada."
OPT_KIND = "planteles, personas o cuentas."
OPT_FILE = "Archivo CSV o XLSX."
OPT_NAME = "Nombre de la institución"
OPT_SHORT = "Nombre corto."
OPT_ZONE = "Huso horario IANA de la sede."
OPT_EMAIL = "Correo de la primera persona administradora"
OPT_PERSON = "Nombre de la primera persona administradora"
OPT_PLANTELES = "Carga los 77 planteles que trae el programa."
OPT_JSONL = "Archivo con un objeto JSON por línea (id, text y los datos que se conozcan); «-» es la entrada estándar."
OPT_NETWORK = "facebook, instagram o x: la red cuyo límite de longitud se revisa."
OPT_STATE = "Sólo las que están en este estado."
OPT_AS = "Correo de la persona que decide."
OPT_REASON = "Motivo, para la bitácora."
OPT_LIMIT = "Cuántas filas como máximo."
OPT_LINK = "Dirección de la publicación en la red."
ARG_TEXT = "Texto que se revisa."
ARG_DELIVERY = "Número del envío."
ARG_ACCOUNT = "Número de la cuenta."
ARG_EMAIL = "Correo de la persona."
META_ID = "NÚMERO"
META_KIND = "TIPO"
META_FILE = "ARCHIVO"
META_EMAIL = "CORREO"

COLUMNS = MappingProxyType(
    {
        "id": "número",
        "plantel": "plantel",
        "network": "red",
        "handle": "cuenta",
        "connector": "conector",
        "state": "estado",
        "post": "publicación",
        "hold_reason": "retenido por",
        "local_at": "hora",
        "remote_id": "número en la red",
        "email": "correo",
        "name": "nombre",
        "roles": "funciones",
        "key": "llave",
        "since": "desde",
        "secrets": "valores que sella",
        "at_hand": "a la mano",
        "custodian": "custodia",
        "missing": "falta confirmar",
        "account": "cuenta",
        "target": "se conecta a",
        "note": "observación",
    }
)
HELP = MappingProxyType(
    {
        "Usage: ": "Uso: ",
        "[OPTIONS]": "[OPCIONES]",
        "COMMAND [ARGS]...": "ORDEN [ARGUMENTOS]...",
        "Options:": "Opciones:",
        "Arguments:": "Argumentos:",
        "Commands:": "Órdenes:",
        "[required]": "[obligatorio]",
        "[default:": "[inicial:",
        "Show this message and exit.": "Muestra esta ayuda y termina.",
        # as wide as what they replace, so that the columns stay
        "<int range>": "<núm>      ",
        "<float range>": "<núm>        ",
        "<int>": "<núm>",
        "<str>": "<txt>",
        "<path>": "<ruta>",
    }
)
"""What Typer writes around our sentences in a help, and its Spanish."""

MISUSE = "No se entiende la orden: {problem} Use «{command} --help»."
NO_SUCH_COMMAND = "no existe «{name}»."
NO_SUCH_OPTION = "no existe la opción {name}."
BAD_OPTION = "la opción {name} está incompleta."
NO_ANSWER = "Faltan datos y no hay quien responda: escríbalos como opciones («pregonero init --help» las lista)."
MISSING = "falta {name}."
BAD_VALUE = "el valor de {name} no sirve."
OTHER_MISUSE = "revise sus argumentos."
FAILED = "Ocurrió un error inesperado (folio {folio}). El detalle está en el registro."

INITIALISED = "Institución creada. Primera persona administradora: {email}\nContraseña (se muestra sólo esta vez): {password}"
UPGRADED = "La base de datos está al día; la institución ya existía."
SCHEMA_READY = "Base de datos lista."
PASSWORD_ISSUED = "Nueva contraseña de {email} (se muestra sólo esta vez): {password}"  # noqa: S105
PEOPLE_FACTOR = "Quita la verificación en dos pasos de quien perdió su teléfono y sus códigos; cierra sus sesiones."
FACTOR_RESET = "La verificación en dos pasos de {email} quedó desactivada; se dio aviso a la persona y a la Directora."
PEOPLE_UNLINK = "Desliga la cuenta institucional de una persona y cierra sus sesiones."
IDENTITY_UNLINKED = "La cuenta institucional de {email} quedó desligada; al volver a entrar se ligará por su correo."
NO_SUCH_PERSON = "No hay ninguna persona con el correo {email}."
IMPORT_DONE = "{created} filas nuevas, {updated} cambiadas, {unchanged} iguales."
IMPORT_DRY = "Revisión sin guardar: {created} nuevas, {updated} por cambiar, {unchanged} iguales, {errors} con error."
IMPORT_ERROR = "Fila {row}, columna {column}: {sentence}"
EXPORTED = "Se escribió {path} ({n} bytes)."
OS_ERRORS = MappingProxyType(
    {
        "ENOENT": "no existe",
        "EACCES": "no hay permiso",
        "EPERM": "no hay permiso",
        "EISDIR": "es una carpeta",
        "ENOTDIR": "parte de la ruta no es una carpeta",
        "EROFS": "el disco es de sólo lectura",
        "ENOSPC": "no queda espacio en el disco",
    }
)
OS_ERROR = "el sistema no lo permite"
FILE_UNREADABLE = "No se puede leer {path}: {error}."
FILE_UNWRITABLE = "No se puede escribir {path}: {error}."
AUDIT_OK = "Bitácora íntegra: {entries} asientos, {links} eslabones, {pending} por enlazar."
AUDIT_BAD = "La bitácora NO es íntegra: {n} problemas."
ANCHORED = "Anclado en {path}: eslabón {seq}, {head}…"
ANCHOR_INSIDE = "Ese archivo está en la misma carpeta que los datos. Quien pueda rehacer la bitácora podrá borrarlo: guárdelo en otra máquina."
EMPTY = "No hay nada que mostrar."
PAUSED = "Cuenta {id} pausada."
RESUMED = "Cuenta {id} activa."
DASHBOARD_READY = "Tablero en {url}. Ctrl-C lo detiene."
"""Said once the dashboard answers."""
