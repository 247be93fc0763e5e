"""The visto bueno of a plantel's director."""

TITLE = "Visto bueno del plantel"
INTRO = "Con su visto bueno llega a Difusión exactamente como está aquí."
CLEAR = "Dar visto bueno"
CLEARED = "Visto bueno dado: pasó a la consulta de Difusión."
OBJECT = "Devolver…"
OBJECT_TITLE = "Devolver con motivo"
OBJECT_INTRO = "Quien la escribió verá este motivo y podrá corregirla y enviarla de nuevo."
OBJECT_DO = "Devolver"
OBJECTED = "La publicación fue devuelta."
REASON = "Motivo"

OPTION_TITLE = "Visto bueno de los planteles"
OPTION_STATE = {
    True: "**Se pide.** Lo que escribe un plantel espera el visto bueno de su director o directora"
    " antes de llegar a Difusión, y al menos tres personas ven cada publicación.",
    False: "**No se pide.** Lo que envía un plantel llega directamente a la consulta de Difusión.",
}
OPTION_DO = {True: "Dejar de pedirlo", False: "Pedirlo desde ahora"}
OPTION_CONFIRM = {
    True: "Lo que hoy espera un visto bueno pasará a Difusión sin él. Los planteles reciben aviso.",
    False: "Lo que los planteles envíen desde ahora esperará a su dirección; lo que ya está en"
    " consulta sigue su camino. Los planteles reciben aviso.",
}
OPTION_DONE = {
    True: "Desde ahora se pide el visto bueno del plantel.",
    False: "Ya no se pide el visto bueno del plantel.",
}
