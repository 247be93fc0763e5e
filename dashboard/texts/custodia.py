"""Custodia: who holds each account's credentials, on paper and sealed, and what is owed."""

from types import MappingProxyType

TITLE = "Custodia"
INTRO = "Quién resguarda las credenciales de cada cuenta, qué cambió y qué falta por confirmar. La lista nunca muestra una contraseña."
SEARCH = "Buscar cuenta"
SEARCH_HINT = "Cuenta, plantel o custodio"
NETWORK = "Red"
SHOW = "Mostrar"
ALL = "Todas"
URGENT = "Incidente o plazo vencido"
OWED = "Con un cambio obligado"
PENDING = "Con un cambio por confirmar"
PAPER = "Sin sobre vigente"
UNCONFIRMED = "Sin confirmar este trimestre"
NOTHING_HELD = "Sin contraseña en resguardo"
SETTLED = "Al corriente"
COUNT = "{n} cuentas"
COUNT_ONE = "1 cuenta"
COUNT_OWED = "{count} · {n} piden atención"
COUNT_OWED_ONE = "{count} · 1 pide atención"
EMPTY = "No hay cuentas que coincidan."
NONE = "Su plantel todavía no tiene cuentas registradas. Las da de alta la administración técnica."
CLEAR = "Quitar filtros"
OPEN_ONE = "Abrir la custodia de {handle} ({network})"
BACK = "Todas las cuentas"
BAD_LINK = "El enlace no lleva a ninguna cuenta. Elíjala en la lista."

CHIP_INCIDENT = "Incidente"
CHIP_LATE = "Plazo vencido"
CHIP_OWED = "Cambio obligado"
CHIP_NOTHING = "Sin contraseña en resguardo"
CHIP_PAPER = "Falta el sobre"
CHIP_STALE = "Sobre desactualizado"
CHIP_PRINTED = "Sobre sin sellar"
CHIP_UNCONFIRMED = "Sin confirmar"
CHIP_SETTLED = "Al corriente"

STAGES = MappingProxyType(
    {
        "registrada": "Por comprobar",
        "verificada": "Falta la dirección",
        "director_enterado": "Falta Vinculación",
        "vinculacion_enterada": "Falta el sobre",
        "resguardo_confirmado": "Resguardo confirmado",
        "vigente": "Vigente",
        "sustituida": "Sustituido",
    }
)
"""Where a change stands → what it waits for."""

HELD_BY = "Custodia: {name}"
OUT_OF_USE = "Cuenta cerrada o reemplazada"
HELD_BY_NOBODY = "Sin custodio: falta designar a quien opere las redes"
CHANGED = "último cambio {when}"
NEVER_CHANGED = "sin cambios registrados"

FIELDS = MappingProxyType(
    {
        "login_user": "Usuario",
        "login_password": "Contraseña",
        "login_totp_seed": "Semilla de la verificación en dos pasos",
        "login_recovery_codes": "Códigos de recuperación",
        "login_recovery_mail": "Correo de recuperación",
        "access_token": "Token de acceso",
        "page_token": "Token de la página",
        "access_token_secret": "Secreto del token de acceso",
        "consumer_key": "Clave de la aplicación",
        "consumer_secret": "Secreto de la aplicación",
        "settings": "Sesión guardada",
    }
)

CAUSES = MappingProxyType(
    {
        "rotation": "Cambio de rutina",
        "staff": "Cambio de personal",
        "leak": "Sospecha de fuga",
        "platform": "Lo pidió la red",
        "disclosure": "Después de una lectura",
        "token": "Conexión con la red",
        "outside": "Se cambió fuera del sistema",
    }
)
"""Cause of a change → words; the first five and the last may be chosen."""
CHOSEN_CAUSES = ("rotation", "staff", "leak", "platform", "disclosure", "outside")

DUTIES = MappingProxyType(
    {
        "designation": "terminó la designación de quien la tenía",
        "disclosure": "se leyó por un requerimiento",
        "break_glass": "se leyó por emergencia",
        "transfer": "cambia de custodio",
        "envelope": "se abrió el sobre",
        "incident": "hay señales de un cambio fuera del sistema",
    }
)

PARTS = MappingProxyType(
    {"custodian": "Custodio", "director": "Dirección", "vinculacion": "Vinculación"}
)

INCIDENT = "**Incidente.** {sentence} Abierto {when}."
DUTY_LATE = (
    "**Debía cambiarse la contraseña antes de {due}**: {cause}. Registre el cambio cuanto antes."
)
DUTY = "**Cambie la contraseña antes de {due}**: {cause}."
DUTY_ENDED = "**La cuenta ya se cerró o se reemplazó, pero alguien conoce su contraseña** ({cause}). Vinculación anota qué se hizo con ella en la red."
DISCHARGE = "Dar por atendido"
DISCHARGE_INTRO = "La cuenta ya no está en uso y aquí no puede cambiarse su contraseña. Escriba qué pasó con ella en la red."
DISCHARGE_HINT = "Por ejemplo: se borró la cuenta el 3 de noviembre"
DISCHARGE_DO = "Dar por atendido"
DISCHARGED = "Quedó atendido."
DUTY_WAIT = "**La contraseña debe cambiarse antes de {due}**: {cause}. Lo hace quien la custodia."

FACTS_TITLE = "En resguardo"
LABEL_CUSTODIAN = "Custodio"
LABEL_HELD = "Guardado y cifrado"
LABEL_PAPER = "Sobre"
LABEL_QUARTER = "Confirmación {quarter}"
BY_OFFICE = "{name} (por su función)"
NOBODY = "Nadie"
NOTHING = "Nada todavía"
PAPER_CURRENT = "Sellado y al día"
PAPER_STALE = "Desactualizado"
PAPER_PRINTED = "Impreso, sin sellar"
PAPER_ABSENT = "No hay"
CONFIRMED_BY = "{part}: {name}, {when}"
CONFIRM_MISSING = "{part}: falta"

CHANGE_TITLE = "Cambios de credencial"
CHANGE_NONE = "Todavía no se registra ningún cambio de credencial de esta cuenta."
STEP_MADE = "Registrado por {name}, {when}: {fields}. {cause}: {reason}"
STEP_VERIFIED = "Se comprobó que entra, {when}"
STEP_NOT_VERIFIED = "Falta comprobar que la cuenta abre con lo registrado"
STEP_NOT_PROVEN = "Falta comprobar que la red acepta la credencial"
STEP_DIRECTOR = "Dirección del plantel enterada: {name}, {when}"
STEP_NO_DIRECTOR = "Falta que la dirección del plantel lo confirme"
STEP_ACKNOWLEDGED = "Vinculación enterada: {name}, {when}"
STEP_NOT_ACKNOWLEDGED = "Pendiente de «enterado» de Vinculación"
STEP_PAPER = "En sobre sellado, folio {folio}"
STEP_NO_PAPER = "Falta el sobre sellado con lo nuevo"
STEP_IN_FORCE = "Vigente"

HISTORY_TITLE = "Historial"
HISTORY_CHANGES = "Cambios"
HISTORY_READINGS = "Lecturas"
HISTORY_ENVELOPES = "Sobres"
HISTORY_TERMS = "Custodios"
HISTORY_INCIDENTS = "Incidentes"
HISTORY_TRANSFERS = "Entregas"
HISTORY_EMPTY = "Nada hasta ahora."
HEAD_WHEN = "Cuándo"
HEAD_WHO = "Quién"
HEAD_WHAT = "Qué"
HEAD_WHY = "Motivo"
HEAD_STATE = "Estado"
HEAD_FOLIO = "Folio"
READING = "{how}: {fields}"
INCIDENT_OPEN = "Abierto"
INCIDENT_CLOSED = "Cerrado por {name}, {when}: {resolution}"
FROM_WHOM = "{giver} a {to}"
SINCE = "desde {since}"
FROM_TO = "{since} a {until}"
ENVELOPE_STATES = MappingProxyType(
    {
        "printed": "Impreso, sin sellar",
        "sealed": "Sellado ({seal}), {place}",
        "opened": "Abierto: {reason}",
        "voided": "Anulado",
    }
)

RECORD = "Registrar un cambio"
RECORD_INTRO = "Primero cambie la contraseña en la red y compruebe que entra; después registre aquí lo nuevo. Se cifra al guardarse y lo que deje vacío se queda como está. Se avisa a quien la custodia, a la dirección y a Difusión; nunca con el valor."
KEEP = "Ya guardado: vacío se conserva"
HINTS = MappingProxyType(
    {
        "login_totp_seed": "Las letras y números que la red muestra junto al código QR",
        "login_recovery_codes": "Uno por renglón",
    }
)
CAUSE = "Causa"
REASON = "Motivo"
REASON_HINT = "Sin escribir la contraseña: por ejemplo, cambio de enlace"
RECORD_DO = "Guardar en resguardo"
RECORDED = "El cambio quedó registrado y se avisó a quienes deben saberlo."
VERIFY = "Ya comprobé que entra"
PROVE = "La red la acepta"
VERIFIED = "Quedó registrado que la cuenta abre con lo nuevo."
DIRECT = "Confirmar como dirección"
DIRECTED = "Quedó registrado que la dirección está enterada."
ACKNOWLEDGE = "Enterado"
ACKNOWLEDGED = "Quedó registrado el enterado de Vinculación."
OWN_CHANGE = "Usted hizo este cambio: el enterado de Vinculación lo da otra persona."

ASSIGN = "Nombrar custodio"
ASSIGN_INTRO = "Mientras no se nombre a nadie, responde por la cuenta quien opera las redes del plantel, o su dirección."
ASSIGN_DO = "Nombrar"
ASSIGNED = "Quedó registrado quién custodia la cuenta."
CONFIRM = "Confirmar {quarter}"
CONFIRM_INTRO = MappingProxyType(
    {
        "custodian": "Como custodio: confirma que tiene lo que aquí consta y que nadie más lo conoce.",
        "director": "Como dirección del plantel: confirma que el resguardo está donde aquí consta.",
        "vinculacion": "Como Vinculación: confirma que la custodia de la cuenta es la que aquí consta.",
    }
)
CONFIRM_NOTE = "Observaciones (opcional)"
CONFIRMED = "La confirmación del trimestre quedó registrada."
CLOSE_INCIDENT = "Cerrar el incidente"
RESOLUTION = "Qué pasó y cómo se resolvió"
CLOSE_DO = "Cerrar"
CLOSED = "El incidente quedó cerrado."

CONFIRM_MANY = "Confirmación del trimestre"
CONFIRM_N = "Confirmar {n} cuentas"
CONFIRM_N_ONE = "Confirmar 1 cuenta"
CONFIRM_INTRO_MANY = MappingProxyType(
    {
        "custodian": "Como custodio: de las cuentas de esta lista, confirma que tiene lo que consta en cada una y que nadie más lo conoce.",
        "director": "Como dirección del plantel: confirma que el resguardo de las cuentas de esta lista está donde consta.",
        "vinculacion": "Como Vinculación: confirma que la custodia de las cuentas de esta lista es la que consta.",
    }
)
