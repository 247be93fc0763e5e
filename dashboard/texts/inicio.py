"""Inicio."""

TITLE = "Inicio"
GREETING = "Esto es lo que hay para hoy, {day}."
COUNTERS = {
    "today": "Salen hoy",
    "published_today": "Publicadas hoy",
    "reviewed": "Por autorizar",
    "clearing": "Esperan visto bueno",
    "in_review": "En consulta",
    "returned": "Devueltas",
    "drafts": "Borradores",
    "waiting": "Esperan decisión",
    "failed": "Fallidas en 7 días",
}
HELP = {
    "today": "Envíos (publicación × cuenta) programados para hoy que aún no salen.",
    "published_today": "Envíos que ya son públicos hoy.",
    "reviewed": "Publicaciones con dictamen que esperan a la Directora.",
    "clearing": "Publicaciones que esperan el visto bueno de la dirección de su plantel.",
    "in_review": "Publicaciones que esperan el dictamen de Difusión.",
    "returned": "Publicaciones que volvieron con un motivo y hay que corregir.",
    "drafts": "Borradores sin enviar.",
    "waiting": "Envíos detenidos o dudosos: una persona debe decidir.",
    "failed": "Envíos que la red no aceptó en los últimos siete días.",
}
DECIDE = "Decidir"
NEXT_TITLE = "Lo próximo en salir"
NEXT_EMPTY = "Nada está programado todavía."
ATTENTION_TITLE = "Requiere su atención"
ATTENTION_EMPTY = "Nada espera por usted."
KINDS = {
    "returned": "Devuelta: corrija y reenvíe",
    "clear": "Espera su visto bueno",
    "review": "Espera dictamen",
    "approve": "Espera autorización",
    "exception": "Se solicita una excepción",
    "correction": "Corrección de lo publicado: autorice o rechace",
    "by_hand": "Llegó su hora: publíquela a mano",
    "decide": "Envío detenido: decida",
    "failed": "La red no la aceptó",
}
NOTICES_TITLE = "Avisos"
NOTICES_READ = "Marcar como leídos"
NOTICES_EMPTY = "Sin avisos nuevos."
WORKER_DOWN = "El servicio que publica no está respondiendo; lo programado saldrá cuando vuelva, dentro de su margen. Avise a la administración técnica."
