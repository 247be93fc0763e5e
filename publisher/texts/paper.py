"""What the sheets of custody say on paper: the sealed envelope and the acta of a transfer."""

from types import MappingProxyType

UPPER = "may"
LOWER = "min"
DIGIT = "núm"
SYMBOL = "sím"
SPACE = "esp"
CODE = "cód"
FLAP = "Solapa"
BODY = "Cuerpo del sobre"

FIELDS = MappingProxyType(
    {
        "login_user": "Usuario",
        "login_password": "Contraseña",
        "login_totp_seed": "Clave de la verificación en dos pasos",
        "login_recovery_codes": "Códigos de recuperación",
        "login_recovery_mail": "Correo de recuperación",
    }
)

ENVELOPE_TITLE = "Sobre cerrado de credenciales"
ENVELOPE_SUBJECT = "Hoja de resguardo físico de las credenciales de una cuenta institucional"
OUTSIDE = "Carátula: va por fuera del sobre. Imprima las hojas por una sola cara."
ACCOUNT_SECTION = "De qué cuenta"
PLANTEL = "Plantel"
ACCOUNT = "Cuenta"
ON_NETWORK = "{account}, en {network}"
CUSTODIAN = "Custodia"
CONTENTS = "Contenido"
CONTENT = "{field} (v. {version})"
PRINTED = "Impresa"
PRINTED_BY = "{when}, por {name}"
REASON = "Motivo"
NEXT_ROTATION = "Próximo cambio"
NEXT_ROTATION_VALUE = "A más tardar el {when}"
SEALING = "Sellado"
SEAL = "Número de sello"
PLACE = "Lugar de resguardo"
SEALED_ON = "Fecha de sellado"
RESPONSIBLE = "Responsable del resguardo"
PROOF = "Con qué se comprueba"
FOLIO = "Folio"
ENTRY = "Asiento de la bitácora"
DIGEST = "Huella del contenido"
OPENINGS = "Registro de aperturas"
OPENING_HEADERS = ("Fecha y hora", "Quién abre", "Motivo", "Testigo", "Firmas")
OPENING_RULE = (
    "Quien abra este sobre anota aquí la apertura, la registra en Pregonero y cambia la contraseña "
    "en las 24 horas siguientes. Un sobre con el sello roto y sin anotación se da por conocido: la "
    "contraseña se cambia de inmediato."
)
STRIP_RULE = (
    "Recorte la tira, péguela con su línea punteada sobre el borde de la solapa y fírmenla de modo "
    "que cada firma la cruce."
)
STRIP_CUSTODIAN = "Custodia"
STRIP_DIRECTOR = "Dirección del plantel"

INSIDE_TITLE = "Contenido del sobre"
INSIDE_RULE = (
    "Esta hoja va dentro del sobre. No la fotografíe, no la copie y no la guarde como archivo. Si se "
    "imprimió mal, destrúyala y anule el folio en Pregonero."
)
READING = (
    "Cómo leerla: cada casilla lleva un solo carácter y debajo dice qué es: may = letra mayúscula, "
    "min = letra minúscula, núm = número (casilla gris), sím = símbolo, esp = espacio, cód = "
    "carácter que esta tipografía no tiene, con su código Unicode. Los números pequeños cuentan las "
    "posiciones."
)
VERSION = "Versión {version}, del {when}"

ACTA_TITLE = "Acta de entrega y recepción de credenciales"
ACTA_SUBJECT = "Entrega y recepción de la custodia de cuentas institucionales en redes sociales"
ACTA_PENDING = "Esta acta no está cerrada: {state}."
ACTA_CANCELLED = "Esta entrega se canceló el {when}. Motivo: {reason}"
STATES = MappingProxyType(
    {
        "open": "falta que firme quien entrega",
        "delivered": "falta cambiar las contraseñas y que firme quien recibe",
        "received": "falta cerrarla",
        "complete": "cerrada",
        "cancelled": "cancelada",
    }
)
ACTA_WHAT = "De qué se trata"
CAUSE = "Causa"
OPENED = "Abierta"
OPENED_BY = "{when}, por {name}"
DELIVERS = "Entrega"
RECEIVES = "Recibe"
WITNESS = "Testigo"
NOBODY = "Nadie tenía la custodia"
ON_BEHALF = "{name}, en ausencia de {holder}"
COMPLETED = "Cerrada"
STATEMENT_HOLDER = (
    "Quien entrega declara que no conserva copia de las contraseñas ni de los códigos de las cuentas "
    "de esta acta, ni sesiones abiertas en ellas."
)
STATEMENT_ABSENT = (
    "Quien tenía la custodia no firma esta acta; entrega por su ausencia quien se indica."
)
STATEMENT_NOBODY = "Nadie tenía registrada la custodia de las cuentas de esta acta."
STATEMENT_RECEIVER = (
    "Quien recibe declara que cambió las contraseñas, que las custodia desde el cierre y que avisará "
    "a la Dirección de Vinculación de todo cambio (procedimiento, 5.1.3)."
)
ACCOUNTS = "Qué cuentas"
ACCOUNT_HEADERS = (
    "Núm.",
    "Red",
    "Cuenta",
    "Huella anterior",
    "Huella nueva",
    "Contraseña cambiada",
)
CHANGED = "{when}, por {name}"
NOT_CHANGED = "pendiente"
NO_PRINT = "sin datos"
FINGERPRINTS = (
    "La huella es una clave de seis caracteres que el sistema calcula de lo guardado de cada cuenta. "
    "No permite conocer la contraseña; dos huellas distintas prueban que cambió."
)
SIGNATURES = "Firmas"
SIGNED = "Firmó en Pregonero el {when}"
NOT_SIGNED = "Sin firma en Pregonero"
SIGN_DELIVERS = "Entrega"
SIGN_RECEIVES = "Recibe"
SIGN_WITNESS = "Testigo"
SIGN_DIRECTOR = "Vo. Bo."
CHAIN_SEQ = "Eslabón de la bitácora"
CHAIN_HEAD = "Huella de la cadena"
CHAIN_RULE = (
    "El código contiene el folio, el asiento, el eslabón y su huella: con «Verificar cadena» en la "
    "bitácora se comprueba que el acta no ha cambiado desde su último paso."
)
