"""What is said of posts that wait for somebody while their hour comes."""

STAGES = {
    "clearing": "el visto bueno de la dirección del plantel",
    "review": "el dictamen de Difusión",
    "approve": "la autorización de la Directora",
}
SUBJECT = {
    "day": "Falta decidir una publicación de {plantel}",
    "hours": "Quedan menos de 4 horas para decidir una publicación de {plantel}",
    "last": "Última hora para decidir una publicación de {plantel}",
    "overdue": "Venció sin decisión una publicación de {plantel}",
    "aged": "Una publicación de {plantel} espera desde hace un día",
}
BODY = {
    "day": "La publicación {id} de {plantel} debe salir el {when} y espera {what}.",
    "hours": "La publicación {id} de {plantel} debe salir el {when} y todavía espera {what}.",
    "last": "La publicación {id} de {plantel} debe salir el {when} y todavía espera {what}. Si nadie decide antes, no saldrá.",
    "overdue": "La publicación {id} de {plantel} debía salir el {when} y nadie dio {what}. No saldrá sola: hay que devolverla o retirarla y darle otra hora.",
    "aged": "La publicación {id} de {plantel} no tiene hora propuesta y espera {what}.",
}
MANY_SUBJECT = {
    "day": "{n} publicaciones por decidir salen en menos de un día",
    "hours": "{n} publicaciones por decidir salen en menos de 4 horas",
    "last": "{n} publicaciones por decidir salen en la próxima hora",
    "overdue": "{n} publicaciones vencieron sin decisión",
    "aged": "{n} publicaciones esperan desde hace un día",
}
MANY_BODY = {
    "day": "Son {n} y esperan {what}.",
    "hours": "Son {n} y todavía esperan {what}.",
    "last": "Son {n} y todavía esperan {what}. Las que nadie decida no saldrán.",
    "overdue": "Son {n} y nadie dio {what}. No saldrán solas: hay que darles otra hora.",
    "aged": "Son {n}, sin hora propuesta, y esperan {what}.",
}
