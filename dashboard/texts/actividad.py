"""Actividad por plantel."""

TITLE = "Actividad por plantel"
INTRO = "Envíos publicados por semana, últimas {n} semanas. Elija una celda para ver el detalle."
REGION = "Región"
EVERY_REGION = "Todas"
ORDER = "Ordenar"
ORDERS = ("Menos activos", "Más activos", "Nombre")
SEARCH = "Buscar plantel"
SEARCH_HINT = "Buscar"
EMPTY = "Ningún plantel coincide."
CHART_ALT = "Mapa de calor: envíos publicados por plantel y semana. La misma información está en la tabla de abajo."
PUBLISHED = "Publicados"
WEEK_OF = "Semana del"
TABLE = "Ver como tabla"
COLUMNS = {
    "plantel": "Plantel",
    "facebook": "Facebook",
    "x": "X",
    "instagram": "Instagram",
    "published": "Publicados",
    "scheduled": "Programados",
    "waiting": "Esperan decisión",
    "failed": "Fallidos",
    "returned": "Devueltas",
    "last": "Última publicación",
}
NEVER = "nunca"
DETAIL_LINE = "{region} · {n} envíos publicados en {weeks} semanas"
RECENT = "Lo más reciente"
RECENT_WEEK = "Semana del {day}"
RECENT_EMPTY = "Sin envíos."
PICK = "Plantel"
WHOLE = "Todas las semanas"
