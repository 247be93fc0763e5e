"""Mi cuenta: who I am here, my password, my open sessions."""

TITLE = "Mi cuenta"
INTRO = "{email}"
ROLES_TITLE = "Funciones vigentes"
EVERYWHERE = "Todos los planteles"
PASSWORD_TITLE = "Contraseña"  # noqa: S105
PASSWORD_INTRO = "Al cambiarla se cierran sus demás sesiones."  # noqa: S105
CHANGE = "Cambiar contraseña"
SESSIONS_TITLE = "Sesiones abiertas"
SESSIONS_INTRO = "Si no reconoce alguna, ciérrela y cambie su contraseña."
CURRENT = "esta sesión"
SINCE = "Desde {since} · último uso {seen}"
CLOSE = "Cerrar"
CLOSED = "La sesión quedó cerrada."
UNKNOWN_AGENT = "Navegador desconocido"
