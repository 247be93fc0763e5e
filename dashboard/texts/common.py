"""Words that every screen shares: pages, states, networks, roles, dates, errors."""

from types import MappingProxyType

PAGE_INICIO = "Inicio"
PAGE_CALENDARIO = "Calendario"
PAGE_NUEVA = "Nueva publicación"
PAGE_APROBACIONES = "Aprobaciones"
PAGE_MANUAL = "Manual"
PAGE_ACTIVIDAD = "Actividad por plantel"
PAGE_CALIDAD = "Calidad"
PAGE_AMANO = "Por publicar a mano"
PAGE_COMENTARIOS = "Comentarios"
PAGE_AMANO_COUNT = "Por publicar a mano ({n})"
PAGE_DECISIONES = "Decisiones"
PAGE_PARO = "Paro de emergencia"
PAGE_PUBLICACION = "Publicación"
PAGE_CUENTA = "Mi cuenta"
PAGE_CUENTAS = "Cuentas"
PAGE_CUSTODIA = "Custodia"
PAGE_REQUERIMIENTOS = "Requerimientos"
PAGE_REQUERIMIENTOS_COUNT = "Requerimientos ({n})"
PAGE_CONSENTIMIENTOS = "Consentimientos"
PAGE_AVISOS = "Avisos"
PAGE_PERSONAS = "Personas"
PAGE_BITACORA = "Bitácora"
PAGE_IMPORTAR = "Importar y exportar"
GROUP_PUBLISH = "Publicar"
GROUP_FOLLOW = "Seguimiento"
GROUP_KEEP = "Resguardo"
GROUP_SYSTEM = "Sistema"
GROUP_SELF = "Sesión"

NETWORKS = MappingProxyType({"facebook": "Facebook", "x": "X", "instagram": "Instagram"})

PHASES = MappingProxyType(
    {
        "draft": "Borrador",
        "returned": "Devuelta",
        "clearing": "Espera visto bueno",
        "in_review": "En consulta",
        "reviewed": "Por autorizar",
        "scheduled": "Programada",
        "publishing": "En publicación",
        "retrying": "Reintentando",
        "waiting": "Espera una decisión",
        "published": "Publicada",
        "partial": "Parcial",
        "failed": "Fallida",
        "rejected": "Rechazada",
        "cancelled": "Cancelada",
    }
)

ROLES = MappingProxyType(
    {
        "DIRV": "Directora de Vinculación",
        "COOR": "Coordinación de Difusión",
        "DIRP": "Dirección de plantel",
        "OPER": "Operación de redes",
        "AUD": "Auditoría",
        "ADM": "Administración técnica",
    }
)

FORMS = MappingProxyType({"feed": "Publicación", "reel": "Reel", "story": "Historia"})
KINDS = MappingProxyType({"image": "Imagen", "gif": "GIF", "video": "Video"})
WATCH_GIF = "Ver el GIF en movimiento"

TOPICS = MappingProxyType(
    {
        "institucional": "Institucional",
        "conmemoracion": "Conmemoración cívica",
        "educativo": "Educativo",
    }
)

WEEKDAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
LONG_MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)

ZONES = MappingProxyType(
    {
        "America/Monterrey": "hora de Coahuila",
        "America/Matamoros": "hora de la frontera",
        "America/Mexico_City": "hora del centro",
    }
)

NO_TIME = "sin hora"
NO_TEXT = "(sin texto)"
WROTE = "escribió {name}"
ACCOUNTS_ONE = "1 cuenta"
ACCOUNTS = "{n} cuentas"
SANDBOX_BANNER = "Demostración: las redes son simuladas."
SIGN_OUT = "Cerrar sesión"
NEW_POST = "Nueva publicación"
SEE = "Ver"
OPEN = "Abrir"
BACK = "Volver"
CANCEL = "Cancelar"
REFRESH = "Actualizar"
PREVIOUS = "Anteriores"
NEXT = "Siguientes"
FIRST_PAGE = "Primeras"
REASON = "Motivo"
ALL = "Todas"
ALL_PLANTELES = "Todos los planteles"

SESSION_ENDED_TITLE = "Su sesión terminó"
SESSION_ENDED = (
    "Por seguridad la sesión se cierra tras un tiempo sin uso. Lo que se guardó sigue ahí."
)
SIGN_IN_AGAIN = "Volver a entrar"
UNEXPECTED = "Algo falló y no se pudo completar. No es culpa suya: anote el folio {folio} y avise a la administración técnica."
NOTHING_LOST = "Lo que ya estaba guardado no se perdió."
NO_ROLE_TITLE = "Todavía no tiene una función asignada"
NO_ROLE = "Su acceso funciona, pero ninguna designación suya está vigente. Pida a la dirección de su plantel o a la administración técnica que la registre."
PAGE_FORBIDDEN = "Su función no incluye esta pantalla."
