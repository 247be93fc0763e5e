"""What is said about deciding from a link in an e-mail."""

ACTION = "pedir la decisión por correo"
COUNTED_AS = "enlace"
UNKNOWN = "Este enlace no existe. Ábralo completo desde el correo, o entre a Pregonero."
USED = "Este enlace ya se usó. Entre a Pregonero para ver cómo quedó la publicación."
EXPIRED = "Este enlace venció. Entre a Pregonero para decidir."
STALE = "La publicación cambió o ya se decidió, así que este enlace no vale. Entre a Pregonero para verla."
LOST = "Usted ya no puede decidir sobre esta publicación."
NOT_CLEAN = (
    "Lleva hallazgos del manual o un video: autorícela desde Pregonero, donde se ven completos."
)
FACTOR = (
    "Su función pide un segundo factor y usted aún no lo tiene: entre a Pregonero para decidir."
)
RETURNED = "La publicación fue devuelta con su motivo."
ASKED_ALREADY = "Ya se pidió por correo hace menos de una hora."
NOBODY = "Hoy nadie puede autorizarla: la Directora la hizo y no hay una delegación vigente."
OVERDUE = "Su hora ya pasó: devuélvala o retírela y dele otra."
ASKED_SUBJECT = "Se espera su decisión sobre una publicación de {plantel}"
ASKED_BODY = "{name} pide su decisión. Debe salir el {when}. Abrir el enlace no decide nada; vale una sola vez y sólo para este contenido."
