"""Actividad por plantel."""

TITLE = "Actividad por plantel"
TITLE_ONE = "Actividad de su plantel"
INTRO = "Envíos publicados por semana, últimas {n} semanas. Elija una celda o un plantel para ver el detalle."
INTRO_ONE = "Lo que se publicó, está programado, volvió o falló en las últimas {n} semanas."
REGION = "Región"
EVERY_REGION = "Todas"
ORDER = "Ordenar"
ORDERS = ("Menos activos", "Más activos", "Nombre")
SEARCH = "Buscar plantel"
SEARCH_HINT = "Buscar"
VIEW = "Ver como"
VIEWS = ("Mapa", "Tabla")
EMPTY = "Ningún plantel coincide."
CLEAR = "Quitar filtros"
NO_PLANTELES = "Todavía no hay planteles registrados."
SILENT_ONE = "1 de {total} planteles no ha publicado en estas {weeks} semanas."
SILENT = "{n} de {total} planteles no han publicado en estas {weeks} semanas."
SILENT_NONE = "Los {total} planteles han publicado en estas {weeks} semanas."
CHART_ALT = "Mapa de calor: envíos publicados por plantel y semana. La misma información está en «Ver como: Tabla»."
TABLE_CAPTION = "Envíos publicados por semana, y en todo el periodo"
WEEK_OF = "Semana del"
COLUMNS = {
    "plantel": "Plantel",
    "published": "Publicados",
    "scheduled": "Programados",
    "waiting": "Por decidir",
    "failed": "Fallidos",
    "returned": "Devueltas",
}
TOTAL = "Total"
PLANTEL = "Plantel"
DETAIL_LINE = "{region} · {n} envíos publicados en {weeks} semanas · última: {last}"
DETAIL_ONE = "{region} · 1 envío publicado en {weeks} semanas · última: {last}"
DETAIL_NONE = "{region} · sin publicaciones en {weeks} semanas"
BARS = "Publicados por semana, de la más antigua a la actual: {values}"
BARS_FROM = "{first} – hoy"
NETWORKS_CAPTION = "Envíos por red; las devueltas son publicaciones"
NETWORKS_EMPTY = "Nada publicado, programado ni devuelto en el periodo."
RECENT = "Lo más reciente"
RECENT_WEEK = "Semana del {day}"
RECENT_EMPTY = "Sin envíos."
RECENT_EMPTY_FILTERED = "Sin envíos que coincidan."
WHOLE = "Ver todas las semanas"
GROUP = "Estado"
GROUPS = {
    "Todos": (),
    "Publicados": ("published",),
    "Programados": ("scheduled", "publishing", "retrying"),
    "Por atender": ("waiting", "failed"),
}
REACH_CAPTION = (
    "Lo que la gente hizo con lo publicado, según cada red; en blanco, la red no lo dice"
)
REACH = {
    "posts": "Publicaciones medidas",
    "likes": "Me gusta",
    "comments": "Comentarios",
    "shares": "Compartidas",
    "views": "Vistas",
}
ELSEWHERE = "Publicadas fuera de Pregonero"
ELSEWHERE_INTRO = "Están en las cuentas del plantel y no salieron por aquí."
IN_NETWORK = "Ver en {network}"
MORE = "Ver más"
