"""Por publicar a mano."""

from types import MappingProxyType

TITLE = "Por publicar a mano"
INTRO = "Estas cuentas aún no tienen acceso concedido en su red. Copie el texto, descargue los archivos, publique en la cuenta y pegue aquí el enlace de lo que publicó: cuenta como las demás."
EMPTY = "Nada espera que lo publique a mano. Cuando llegue la hora de algo se le avisará."
GONE = "Ese envío ya no espera que se publique a mano."
DUE = "Su hora: {when} ({zone}). Publíquela a más tardar {until}."
OVERDUE = "pasó su último momento"
NOW = "por publicar"
LATE = "Pasó su último momento. Si ya es pública, pegue el enlace y diga por qué salió después; si no, acuerde con Difusión antes de publicarla."
STOPPED = "Hay un paro de emergencia: no la publique hasta que se levante."
VOID = "Su autorización ya no vale: no la publique. Si ya es pública, pegue el enlace."
PART = "Parte {n} de {total}. Publíquela como respuesta o primer comentario de la anterior."
FORM = MappingProxyType(
    {
        "reel": "Se autorizó como reel: publíquela en esa forma.",
        "story": "Se autorizó como historia: publíquela en esa forma, sin texto.",
    }
)
OPEN_ACCOUNT = "Abrir la cuenta"
TEXT = "Texto"
NO_TEXT = "Sin texto: solo sus archivos."
COPY = "Copiar el texto"
COPY_ALT = "Copiar el texto alternativo {n}"
COPIED = "Copiado"
COPY_BY_HAND = "Selecciónelo y cópielo"
FILES = "Archivos, en su orden"
DOWNLOAD = "Descargar {n}"
ALT = "Texto alternativo: {text}"
NO_ALT = "Sin texto alternativo."
LINK = "Enlace de lo que publicó"
LINK_HELP = "En la red, elija «Copiar enlace» en la publicación y péguelo aquí. Péguelo en cuanto la publique: si la cuenta no se puede consultar, la hora que se registra es esta."
PLACEHOLDERS = MappingProxyType(
    {
        "x": "https://x.com/cuenta/status/…",
        "facebook": "https://www.facebook.com/pagina/posts/…",
        "instagram": "https://www.instagram.com/p/…",
    }
)
REASON = "Motivo"
INSIST = "El enlace es el correcto: confirmar de todos modos"
DONE = "Ya la publiqué"
DONE_SEEN = "Quedó como publicada: la cuenta la muestra."
DONE_UNSEEN = (
    "Quedó como publicada. El enlace tiene la forma debida; la cuenta no se pudo consultar."
)
NOT_DONE_TITLE = "No se publicó"
NOT_DONE_REASON = "Por qué no se publicó"
NOT_DONE = "Registrar que no se publicó"
NOT_DONE_SAID = "Quedó registrado que no se publicó."
