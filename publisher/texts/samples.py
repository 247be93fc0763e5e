"""The words of the demo's posts. All of it is invented."""

LINK = "https://cecytec.edu.mx/convocatorias"
CLOSING = "Más información en el módulo {number}-{code} de Control Escolar."

BODIES = (
    (
        "institucional",
        "{plantel} invita a la muestra de proyectos de quinto semestre, a las {hour}:00 h en {place}.",
    ),
    (
        "institucional",
        "Felicitamos a los {count} estudiantes de {plantel} que concluyeron el curso de ofimática.",
    ),
    (
        "institucional",
        "En {plantel} ya puedes consultar el calendario de inscripciones al semestre {group}.",
    ),
    (
        "educativo",
        "Taller de lectura en {plantel}: comentamos un cuento de Juan Rulfo en {place}, a las {hour}:00 h.",
    ),
    (
        "educativo",
        "El club de ciencias de {plantel} presentó {count} prototipos de energía solar en {place}.",
    ),
    (
        "educativo",
        "Aprendemos a separar residuos: la brigada ambiental de {plantel} recorrió los {group} edificios.",
    ),
    (
        "institucional",
        "Gracias a las familias que acompañaron la jornada de limpieza de {plantel} en {place}.",
    ),
    (
        "institucional",
        "El equipo de robótica de {plantel} entrena cada tarde a las {hour}:00 h en {place}.",
    ),
    (
        "educativo",
        "Semana de las matemáticas en {plantel}: retos para {count} participantes en {place}.",
    ),
    (
        "institucional",
        "{plantel} abre el registro a su feria vocacional; acude a las {hour}:00 h a {place}.",
    ),
)
PLACES = (
    "la biblioteca",
    "el auditorio",
    "la explanada",
    "el laboratorio",
    "la sala de cómputo",
    "el patio central",
)
ALT_TEXTS = (
    "Dibujo de un paisaje con montañas y un sol amarillo sobre el horizonte",
    "Ilustración de cerros en tonos suaves bajo un cielo despejado",
    "Cartel ilustrado con una sierra y el sol en la parte superior",
    "Paisaje dibujado del desierto con tres planos de montañas",
    "Ilustración de un valle con lomas y luz de la mañana",
)
BLOCKED = (
    ("institucional", "Vendo celular seminuevo en $3,500, entrego en la puerta del plantel."),
    ("institucional", "El nuevo horario es una m1erda y todos lo saben."),
    ("institucional", "Llamen a la mamá de Camila al 866 555 0177 para avisarle que no vino."),
    ("institucional", "Vota por nuestro candidato este domingo, no le falles al partido."),
    ("institucional", "Comunicado de prensa: el plantel informa sobre la nueva carrera técnica."),
)
RETURNED = (
    ("institucional", "Mañana hay evento en el plantel, no faltes."),
    ("educativo", "Recordatorio de la clase muestra de esta semana en el salón de siempre."),
)
RETURN_REASON = "Falta decir la hora y el lugar del evento."
CREDIT = "Ilustración propia"
