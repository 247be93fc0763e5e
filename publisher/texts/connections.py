"""What is said about the credentials of accounts: proving, renewing, ending."""

from types import MappingProxyType

MISSING = "La cuenta no tiene credencial: instálela en «Cuentas»."
DEFECT = "Un error del sistema impidió la comprobación. Quedó registrado; avise a la administración técnica."
NO_ACCOUNTS_THERE = "No hay cuentas de estos planteles, o no existen: {codes}."

FIELDS = MappingProxyType(
    {
        "access_token": "Token de acceso",
        "page_token": "Token de la página",
        "access_token_secret": "Secreto del token de acceso",
        "consumer_key": "Clave de la aplicación (API key)",
        "consumer_secret": "Secreto de la aplicación (API secret)",
        "settings": "Sesión guardada (JSON)",
        "oauth2": "Permiso de X (OAuth 2): token o respuesta JSON",
    }
)
"""Credential field → what people call it."""

OUTCOMES = MappingProxyType(
    {
        "unproven": "Sin comprobar",
        "ok": "Comprobada",
        "expired": "Vencida",
        "revoked": "Revocada",
        "checkpoint": "Pide verificación",
        "permission": "Le faltan permisos",
        "missing": "Sin credencial",
        "unreachable": "Sin respuesta",
    }
)

NEEDED = "Falta «{field}»."
UNKNOWN_FIELDS = "A esta cuenta le corresponden estos datos: {expected}."
NOT_PROVEN = "{sentence} No se guardó nada; corrija la credencial y vuelva a pegarla."
NOT_REACHED = "{sentence} No se pudo comprobar la credencial y no se guardó nada; inténtelo de nuevo en unos minutos."
CHANGED = "Alguien más cambió la credencial de esta cuenta mientras usted la pegaba. Vuelva a pegarla completa."
CONNECTOR_OF_OTHER = "Esa conexión no es de {network}."
RISK_NEEDED = "La conexión no oficial puede hacer que Instagram bloquee la cuenta: primero la dirección del plantel debe aceptar ese riesgo."
RISK_UNTICKED = "Marque que leyó el riesgo y que lo acepta."
RISK_NONE = "Esa conexión no tiene un riesgo que aceptar."
RISK_REASON = "Acepta el riesgo de la conexión no oficial de Instagram"

NOTICE_CHANGED = "Se instaló una credencial: {account}"
NOTICE_CHANGED_BODY = "{person} instaló una credencial de {account} el {when}; la red confirmó que es de esa cuenta. Motivo: {reason}. Si usted no lo esperaba, avise a la Directora de Vinculación."
NOTICE_RECOVERED = "{account} vuelve a publicar"
NOTICE_RECOVERED_BODY = (
    "La red acepta otra vez la credencial de la cuenta. Envíos que se reanudan: {n}."
)
NOTICE_EXPIRING_BODY = "La credencial vence el {when}. Renuévela antes en «Cuentas»: después de esa hora la red no aceptará publicaciones."
NOTICE_EXPIRING = "La credencial de {account} vence en {n} días"
NOTICE_EXPIRING_ONE = "La credencial de {account} vence mañana"
NOTICE_EXPIRING_NOW = "La credencial de {account} vence hoy"
RENEWED_REASON = "Renovación automática antes de su vencimiento"
RENEWAL_WAITS = "El permiso de la cuenta venció y su renovación está en curso. Vuelva a comprobarla en unos minutos."
LOGIN_REASON = "Conexión con Facebook"
LOGIN_UNSET = "Falta registrar la aplicación de Facebook: defina PREGONERO_GRAPH_APP_ID y PREGONERO_GRAPH_APP_SECRET_FILE."
LOGIN_STALE = "Esta autorización ya se usó, caducó o se pidió desde otra sesión. Comience de nuevo en «Cuentas»."
LOGIN_FAILED = "Facebook no completó la autorización. {sentence} Comience de nuevo en «Cuentas»."
LOGIN_NOTHING = "No se autorizó ninguna página. Comience de nuevo y elija al menos una."
CHOOSE_NONE = "No se eligió ninguna cuenta; marque al menos una."
CHOOSE_TARGET = "{plantel}, {handle}"
CHOOSE_ELSEWHERE = "Es de otro plantel o está fuera de lo que usted puede cambiar."
CHOOSE_BY_HAND = "Se publica a mano: la credencial se guarda y la cuenta sigue a mano."
CHOOSE_OFFICIAL = "Deja la vía no oficial y pasa a la oficial."
CHOOSE_DEFECT = "Un error del sistema impidió conectarla. Inténtelo de nuevo; si se repite, avise a la administración técnica."
CHOOSE_RENEWS = "Ya está conectada: se renueva su credencial."
SYSTEM_REASON = "Conexión con un token de usuario del sistema"
SYSTEM_EMPTY = "Pegue el token del usuario del sistema."
SYSTEM_REFUSED = "Facebook no aceptó el token y no se guardó nada. Genere otro para el usuario del sistema, en la configuración del negocio en Meta, y péguelo."
SYSTEM_FAILED = "No se pudo leer qué alcanza el token. {sentence} No se guardó nada; inténtelo de nuevo en unos minutos."
SYSTEM_NOTHING = "Ese token no alcanza ninguna página. En la configuración del negocio en Meta, asigne las páginas al usuario del sistema y genere el token con los permisos de páginas e Instagram."
X_REASON = "Entró con la cuenta de X"
X_UNSET = "Falta registrar la aplicación de X: defina PREGONERO_X_CLIENT_ID, o PREGONERO_X_API_KEY y PREGONERO_X_API_SECRET_FILE."
X_FAILED = "X no completó la autorización. {sentence} Comience de nuevo en «Cuentas»."
X_OTHER = "Entró a X como @{entered}, y la cuenta que se iba a conectar es {wanted}. No se guardó nada: cierre en el navegador la sesión de @{entered} y entre con la otra."
X_UNKNOWN = "@{entered} (identificador {id}) no está registrada en Pregonero; no se guardó nada de ella. La da de alta la administración técnica."
X_SHORT = "X no entregó el permiso de renovar, así que la conexión duraría dos horas. No se guardó nada; revise los permisos de la aplicación en el portal de X."
X_TAKES_OVER = "Se publicaba a mano; desde ahora Pregonero publica en ella."
CHOOSE_REGISTER = "No está registrada. Elija de qué plantel es y se registra y conecta; si no, no se guarda nada de ella."
LOGIN_UNKNOWN = "No está registrada en Pregonero; no se guardó nada de ella."

SESSION_REASON = "Inicio de sesión en Instagram"
SESSION_NONE = "Solo las cuentas de Instagram se conectan iniciando sesión."
SESSION_BLANK = "Escriba el usuario y la contraseña de la cuenta en Instagram."
SESSION_STALE = "Este inicio de sesión ya no está abierto: pasaron diez minutos, se canceló o se comenzó en otra parte. Comience de nuevo."
CODE_BLANK = "Escriba el código que dio Instagram."
CODE_APP = "Escriba el código de seis cifras de su aplicación de autenticación, o uno de respaldo."
CODE_SMS = "Instagram envió un código por mensaje{hint}. Escríbalo."
CODE_WHATSAPP = "Instagram envió un código por WhatsApp{hint}. Escríbalo."
CODE_EMAIL = "Instagram envió un código por correo{hint}. Escríbalo."
CODE_SENT = "Instagram envió un código por correo o por mensaje. Escríbalo."
CODE_HINT = " a {hint}"
CODE_AGAIN = "El código no fue correcto. {sentence}"
CODES = MappingProxyType(
    {
        "app": CODE_APP,
        "sms": CODE_SMS,
        "whatsapp": CODE_WHATSAPP,
        "email": CODE_EMAIL,
        "sent": CODE_SENT,
    }
)
"""Where a code is → what is asked."""


def code_wanted(kind: str, hint: str, *, again: bool) -> str:
    """Return what to type; ``hint`` is the network's mask of where the code went."""
    sentence = CODES[kind].format(hint=CODE_HINT.format(hint=hint) if hint else "")
    return CODE_AGAIN.format(sentence=sentence) if again else sentence


def expiring(account: str, days: int) -> str:
    """Return the subject of a warning, ``days`` whole days before the end."""
    if days == 0:
        return NOTICE_EXPIRING_NOW.format(account=account)
    if days == 1:
        return NOTICE_EXPIRING_ONE.format(account=account)
    return NOTICE_EXPIRING.format(account=account, n=days)
