"""Calendario."""

TITLE = "Calendario"
INTRO = "Elija una publicación para ver su detalle."
VIEW = "Vista"
VIEWS = {"Mes": "month", "Semana": "week", "Lista": "list"}
NETWORK = "Red"
PHASE = "Estado"
PLANTELES = "Planteles"
ALL_PLANTELES = "Todos los planteles"
TODAY = "Hoy"
PREVIOUS = "Anterior"
NEXT = "Siguiente"
EMPTY = "No hay publicaciones en estas fechas."
EMPTY_FILTERED = "No hay publicaciones en estas fechas con estos filtros."
CLEAR = "Quitar filtros"
MORE = "+{n} más"
CUT = "Hay más publicaciones de las que caben aquí; acote con los filtros."
CHIP = "{time} · {plantel} · {phase} · {networks}"
WEEK = "Semana del {first} al {last}"
FULL = "Ver el detalle y los comprobantes"
DRAWER = "Publicación"
PHASES = (
    "draft",
    "returned",
    "clearing",
    "in_review",
    "reviewed",
    "scheduled",
    "waiting",
    "published",
    "partial",
    "failed",
)
