"""What is said about quality: examples, and the tables that leave the house."""

NO_SUCH_POST = "No existe esa publicación."
NO_EXAMPLE = "Esa publicación no está entre los buenos ejemplos."
CHOSEN = "Esa publicación ya está entre los buenos ejemplos."
NOT_PUBLIC = "Sólo lo que ya está publicado puede ser un buen ejemplo."
NOTE_LONG = "La nota admite como máximo {n} caracteres."
NOT_A_TABLE = "Esa tabla no existe."

TABLES = {
    "planteles": (
        "calidad-por-plantel",
        (
            "Plantel",
            "Enviadas a consulta",
            "Devueltas",
            "Rechazadas",
            "Parte que vuelve",
            "Reglas citadas",
        ),
    ),
    "reglas": (
        "calidad-por-regla",
        (
            "Regla",
            "Título",
            "Devoluciones que la citan",
            "Hallazgos",
            "Falsas alarmas",
            "Parte de falsas alarmas",
            "De",
            "A",
            "Hallazgos por parecido",
            "Falsas alarmas por parecido",
        ),
    ),
    "alarmas": (
        "falsas-alarmas",
        (
            "Cuándo",
            "Plantel",
            "Publicación",
            "Regla",
            "Gravedad",
            "Fragmento",
            "Por qué no procede",
            "Quién",
            "Por parecido",
        ),
    ),
}
TIMES = "{rule} ({n})"
SEVERITIES = {"block": "bloqueo", "warn": "advertencia", "info": "informativa"}
