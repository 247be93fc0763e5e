"""The page of a decision from a link in an e-mail."""

TITLE = "Decidir una publicación"
GREETING = (
    "{name}: esto es exactamente lo que saldría. Abrir esta página no decide nada; el enlace vale"
    " una sola vez."
)
HEAD = "{plantel} · escribió {author}"
WHEN = "Sale {when} ({zone})"
TARGETS = "Se publicará en {accounts}"
ALT = "Texto alternativo: {text}"
NO_ALT = "sin texto alternativo"
PART = "{n}. {text}"
LINK = "Enlace: {link}"
CLEAN = "El manual no tuvo objeciones."
FINDINGS = "Hallazgos del manual"
NOT_CLEAN = (
    "Lleva hallazgos del manual o un video: autorícela desde Pregonero. Aquí puede devolverla."
)
CODE = "Código de su aplicación"
APPROVE = "Autorizar"
RETURN = "Devolver con este motivo"
REASON = "Motivo, si la devuelve"
OPEN = "Verla en Pregonero"
TO_TRAY = "Ir a Aprobaciones"
ASK = "Pedir la decisión por correo"
ASKED = "Se pidió la decisión por correo a {n} personas."
