"""Personas: access, roles and delegations."""

TITLE = "Personas"
INTRO = {
    "people.manage": "Quién entra, con qué función y desde cuándo. Todo cambio queda en la bitácora.",
    "designation.make": "Quién opera las redes de su plantel. Todo cambio queda en la bitácora.",
    "delegation.make": "A quién presta la autorización de publicaciones, y hasta cuándo.",
}

NEW = "Nueva persona"
SEARCH = "Buscar persona"
SEARCH_HINT = "Nombre o correo"
ROLE = "Función"
EVERY_ROLE = "Todas"
NO_ROLE = "Sin función"
DISABLED = "Inhabilitada"
COUNT = "{n} personas"
COUNT_ONE = "1 persona"
EMPTY = "Nadie coincide."
CLEAR = "Quitar filtros"
OPEN_ONE = "Abrir a {name}"
NO_PASSWORD = "Sin contraseña"  # noqa: S105
MUST_CHANGE = "Debe cambiar su contraseña"
PICK = "Elija a una persona de la lista para ver y cambiar su acceso."

ROLES_TITLE = "Funciones"
ROLES_EMPTY = "Ninguna función vigente."
SINCE = "desde {start}"
FROM_TO = "del {start} al {end}"
END = "Terminar"
END_TITLE = "Terminar la función"
END_BODY = "{name} dejará de ser {role} de inmediato. Lo que hizo se conserva."
ENDED = "La función terminó."
REASON = "Motivo"

DESIGNATE_TITLE = "Dar una función"
DESIGNATE = "Designar"
DESIGNATED = "La designación quedó registrada."
OPERATOR_NOTE = "A quien opera las redes de un plantel lo designa la dirección del plantel."
PLANTEL = "Plantel"
POSITION = "Cargo (opcional)"
CHOOSE = "Elija"

ACCESS_TITLE = "Acceso"
RESET = "Restablecer contraseña"
ISSUE = "Emitir contraseña"
RESET_BODY = "Se emitirá una contraseña nueva para {name}, sus sesiones se cerrarán y la Directora recibirá un aviso. Deberá cambiarla al entrar."
RESET_CONFIRM = "Emitir contraseña nueva"
FACTOR = "Restablecer verificación"
FACTOR_TITLE = "Restablecer la verificación en dos pasos"
FACTOR_BODY = "Para quien perdió su teléfono y sus códigos de recuperación. {name} entrará solo con su contraseña, sus sesiones se cerrarán, y se dará aviso a la persona, a la Directora y a la auditoría. Compruebe antes quién lo pide."
FACTOR_CONFIRM = "Quitar la verificación"
FACTOR_DONE = "La verificación en dos pasos quedó desactivada."
SHOWN_ONCE = "Entréguela en persona: se muestra solo esta vez y no queda guardada en ningún lado."
FOR = "Contraseña de {name} ({email})"
DISABLE = "Inhabilitar"
DISABLE_TITLE = "Inhabilitar el acceso"
DISABLE_BODY = "{name} no podrá entrar y sus sesiones se cerrarán ahora. Lo que hizo se conserva."
DISABLED_DONE = "El acceso quedó inhabilitado."
ENABLE = "Habilitar"
ENABLED_DONE = "El acceso quedó habilitado."

NEW_TITLE = "Nueva persona"
EMAIL = "Correo"
EMAIL_HINT = "nombre@ejemplo.mx"
NAME = "Nombre completo"
CREATE = "Crear acceso"
CREATED = "Se creó el acceso de {name}."
NO_ROLE_YET = "Ninguna todavía"

OPERATORS_TITLE = "Operación de redes"
OPERATORS_EMPTY = "Nadie opera las redes de este plantel. Designe a una persona, o desígnese usted."
OPERATOR_EMAIL = "Correo de la persona"
OPERATOR_HINT = "Debe tener ya un acceso; si no, pídalo a la administración técnica. Puede escribir su propio correo."

DELEGATIONS_TITLE = "Delegación de la autorización"
DELEGATIONS_INTRO = "Mientras dure, la persona podrá autorizar publicaciones en su nombre; nunca las que ella misma redactó, y no puede delegarla a nadie más."
DELEGATIONS_EMPTY = "No ha delegado la autorización."
DELEGATE_TITLE = "Nueva delegación"
TO = "Delegar en"
STARTS = "Desde (vacío: desde ahora)"
ENDS = "Hasta"
ZONE = "Horas en {zone}."
MAX_POSTS = "Máximo de publicaciones (opcional)"
TOPICS = "Solo de estos temas (ninguno: todos)"
TOPICS_ONLY = "solo {topics}"
ONLY_CLEAN = "Solo publicaciones sin hallazgos del manual"
DELEGATE = "Delegar"
DELEGATED = "La delegación quedó registrada."
END_NEEDED = "Indique hasta cuándo."
REVOKE = "Terminar ahora"
REVOKED = "La delegación terminó."
NO_COORDINATOR = "Nadie tiene vigente la coordinación de Difusión; no hay a quién delegar."
STATES = {
    "future": "Por comenzar",
    "active": "Vigente",
    "used_up": "Agotada",
    "ended": "Terminada",
    "revoked": "Retirada",
}
USED = "{used} autorizadas"
USED_OF = "{used} de {limit} autorizadas"
CLEAN_ONLY = "solo sin hallazgos"
UNLINK = "Desligar cuenta institucional"
UNLINK_TITLE = "Desligar la cuenta institucional"
UNLINK_BODY = "{name} dejará de entrar con la cuenta institucional que usaba y sus sesiones se cerrarán. La próxima vez que entre con una, se ligará por su correo."
UNLINK_CONFIRM = "Sí, desligar"
UNLINK_DONE = "La cuenta institucional quedó desligada."
