"""Every sentence of the sandbox that a person reads (es-MX)."""

from __future__ import annotations

from datetime import datetime

FAULTS_NOT_A_LIST = "Las fallas se piden como una lista de objetos JSON, o como un solo objeto."
FAULT_BAD_NUMBER = (
    "«count», «probability», «seconds», «skip», «start» y «lasts» son números, ninguno menor que 0."
)
FAULT_BAD_ANSWER = (
    "La falla «answer», y solo ella, lleva «answer»: un objeto con «status» (200 a 599) y, si hace"
    " falta, «body» y «headers»."
)
ENGAGEMENT = (
    "Lo que la gente hizo se dice por publicación: «network», «id» y, si hace falta, «likes»,"
    " «shares», «views» y «comments»."
)
ACCOUNTS_NOT_A_LIST = "Las cuentas se registran como una lista de objetos JSON."
BODY_NOT_JSON = "El cuerpo no es JSON."
UNKNOWN_TOKEN = "No hay ninguna cuenta registrada con ese token o ese identificador."  # noqa: S105
LOOPBACK_ONLY = "Este servicio de prueba solo atiende en 127.0.0.1."


def fault_unknown_field(names: str) -> str:
    """Say that a fault has fields nobody knows."""
    return f"Una falla no tiene estos campos: {names}."


def fault_unknown_kind(kind: str) -> str:
    """Say that there is no such fault."""
    return f"No existe la falla «{kind}»."


def fault_unknown_route(route: str, known: str) -> str:
    """Say that there is no such route."""
    return f"No existe la ruta «{route}». Se conocen: {known}, * o un patrón con «/»."


def accounts_unreadable(path: str, sentence: str) -> str:
    """Say what is wrong with a file of accounts."""
    return f"No se pueden registrar las cuentas de «{path}»: {sentence}"


def script_unreadable(path: str) -> str:
    """Say that a script of faults is no JSON or TOML that can be read."""
    return f"No se puede leer «{path}»: debe ser un archivo JSON o TOML con las fallas."


def script_wrong(path: str, number: int, sentence: str) -> str:
    """Say which fault of a script makes no sense."""
    return f"En «{path}», falla {number}: {sentence}"


def unknown_network(network: str) -> str:
    """Say that there is no such network."""
    return f"No existe la red «{network}». Se conocen: facebook, x, instagram."


def unknown_login(step: str, known: str) -> str:
    """Say that nobody knows what should follow a password."""
    return f"«login» no puede ser «{step}»; es uno de: {known}."


def account_lacks(fields: str) -> str:
    """Say which fields an account entry lacks."""
    return f"A una cuenta le falta: {fields}."


def port_busy(port: int) -> str:
    """Say that another program listens on the port."""
    return f"El puerto {port} ya está ocupado: cierre el otro programa o elija otro con --port."


def data_unusable(path: str) -> str:
    """Say that the data file cannot be opened."""
    return f"No se puede usar «{path}» para conservar los datos: elija otro archivo con --data."


def host_refused(host: str) -> str:
    """Say that only loopback is served."""
    return f"Las redes de prueba solo atienden en 127.0.0.1; no se abrirán en «{host}»."


def listening(url: str) -> str:
    """Say where the sandbox listens."""
    return f"Redes de prueba en {url}"


BAD_SPEED = "«speed» es un número de 1 a 100000: cuántas veces más rápido pasan los plazos."
DESCRIPTION = "Facebook, X e Instagram de prueba, en esta máquina y sin salir de ella."
EPILOG = """\
Atiende las rutas de las tres redes (/2/tweets, /v26.0/{página}/feed, /api/v1/media/configure/…)
y muestra lo publicado en /. Se gobierna con JSON:

  GET  /_sandbox/posts       lo visible: red, cuenta, texto, medios, textos alternativos
  GET  /_sandbox/requests    cada petición: método, ruta, cuenta, respuesta, hora, falla
  PUT  /_sandbox/accounts    cuentas: network, external_id, handle, token (y las llaves de X)
  PUT  /_sandbox/faults      fallas: network, route, account, fault, count, skip, start, lasts…
  PUT  /_sandbox/speed       cuántas veces más rápido pasan ventanas, cuotas, esperas y fallas
  PUT  /_sandbox/engagement  lo que hizo la gente: likes, shares, views, comments
  GET  /_sandbox/codes       los códigos que Instagram «envió» y esperan respuesta
  POST /_sandbox/tokens/…    system: un token de usuario del sistema; revoke: retira el de una cuenta
  DELETE /_sandbox           olvida lo publicado y las fallas; ?all=1, también las cuentas

Ejemplo, con sus cuentas y sus fallas ya puestas:
  --port 8870 --accounts cuentas.json --faults fallas.toml --speed 60

Es nuestra lectura de la documentación de cada plataforma, no la plataforma: docs/sandbox.md
dice qué imita y qué no."""
HELP_FAULTS = "archivo JSON o TOML con las fallas que se ponen al arrancar"
HELP_ACCOUNTS = "archivo JSON con las cuentas que se registran al arrancar"
HELP_SPEED = "cuántas veces más rápido pasan ventanas, cuotas, procesamiento y los segundos de las fallas (1)"
HELP_QUOTA = "publicaciones por cuenta y ventana antes de que la red pida esperar (10000)"
HELP_HOST = "dirección de la propia máquina (127.0.0.1)"
HELP_PORT = "puerto; 0 elige uno libre"
HELP_DATA = "archivo donde se conserva todo; sin él, solo en memoria"
HELP_PROCESSING = "segundos que las redes tardan en procesar un video, e Instagram una imagen"

NETWORK_NAMES = {"facebook": "Facebook", "x": "X", "instagram": "Instagram"}
NETWORK_LETTERS = {"facebook": "f", "x": "X", "instagram": "I"}
PAGE_TITLE = "Redes de prueba"
PAGE_LEAD = "Lo que aquí se ve se publicó solo en esta máquina. Nada salió a las redes reales."
FILTER_PLANTEL = "Plantel o cuenta"
FILTER_ALL = "Todos los planteles"
FILTER_NETWORK = "Red"
FILTER_ALL_NETWORKS = "Las tres redes"
FILTER_WORDS = "Texto"
FILTER_APPLY = "Filtrar"
NO_POSTS = "Todavía no hay publicaciones."
NO_MATCHES = "Ninguna publicación coincide con el filtro."
VIDEO = "Video"
FORMS = {"reel": "Reel", "story": "Historia, visible un día"}
ALT_NONE = "Sin texto alternativo"
ALT_NONE_VIDEO = "sin él"
PUBLIC = "pública"
FACEBOOK_BAR = ("Me gusta", "Comentar", "Compartir")
OLDER = "Ver anteriores"
OPEN_POST = "Abrir publicación"
BACK = "← Todas las publicaciones"
POST_GONE = "Esta publicación no existe o fue retirada."
IDENTIFIER = "Identificador:"
REPLY_TO = "En respuesta a"
COMMENT_ON = "Comentario en"
REPLIES = {
    "following": "Responden solo las cuentas que esta sigue",
    "mentionedUsers": "Responden solo las cuentas mencionadas",
}
ZONE = "hora del centro de México"
DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def moment(when: datetime) -> str:
    """Return ``vie 27 nov, 10:00:05``."""
    day = f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"
    return f"{day}, {when:%H:%M:%S}"


def post_count(shown: int, total: int) -> str:
    """Say how many posts a column holds."""
    word = "publicación" if total == 1 else "publicaciones"
    return f"{total:,} {word}" if shown == total else f"{shown:,} de {total:,} {word}"


def alt_label(position: int, total: int) -> str:
    """Name the alternative text of one picture."""
    return "Texto alternativo:" if total == 1 else f"Texto alternativo {position}:"


def likes(count: int) -> str:
    """Say how many liked it."""
    return "1 me gusta" if count == 1 else f"{count:,} me gusta"


def comments(count: int) -> str:
    """Say how many answered."""
    return "1 comentario" if count == 1 else f"{count:,} comentarios"


def shares(count: int) -> str:
    """Say how often it was passed on."""
    return "1 vez compartida" if count == 1 else f"{count:,} veces compartida"


def views(count: int) -> str:
    """Say how often it was seen."""
    return "1 vista" if count == 1 else f"{count:,} vistas"


def pictures(count: int) -> str:
    """Say how many pictures stand together."""
    return f"{count} imágenes o videos"


def picture_of(position: int, total: int) -> str:
    """Describe a picture that came without alternative text."""
    return f"Imagen {position} de {total}, sin texto alternativo"


LOGIN_TITLE = "Facebook de prueba: autorizar a Pregonero"
LOGIN_ABOUT = (
    "Elija las páginas que Pregonero podrá usar, con la cuenta de Instagram vinculada a cada una."
)
LOGIN_YES = "Autorizar"
LOGIN_NO = "Cancelar"
X_LOGIN_TITLE = "X de prueba: autorizar a Pregonero"
X_LOGIN_ABOUT = "Elija con qué cuenta entra. Pregonero podrá leer y publicar como ella."
X_LOGIN_NONE = "Aquí no hay ninguna cuenta de X registrada."
X_LOGIN_SCOPES = "Permisos que pide: {scopes}"
