"""Sentences about the visto bueno of a plantel's director."""

ACTION = "dar el visto bueno"
NO_DIRECTOR = "Hace falta el visto bueno de la dirección del plantel y nadie la ocupa hoy en el sistema. Pida a la administración que registre a su director o directora."
WAITS = "Espera el visto bueno de la dirección del plantel; después llega a Difusión."
NOT_WAITING = "Esta publicación no espera un visto bueno."
OTHER_CONTENT = "El contenido ya no es el que tuvo el visto bueno del plantel. Devuélvala para que se pida otro."
OTHER_DIGEST = "El contenido cambió desde que usted lo abrió. Se recargó; revíselo antes de dar el visto bueno."
OWN = "Usted le dio el visto bueno del plantel; debe decidir otra persona."
THREE_PERSONS = "Con el visto bueno del plantel intervienen al menos tres personas, y en esta solo van dos. Debe autorizarla alguien que no dio el dictamen."
ALREADY = {
    True: "El visto bueno del plantel ya se pide.",
    False: "El visto bueno del plantel ya no se pedía.",
}

ASKED_SUBJECT = "Una publicación espera su visto bueno"
ASKED_BODY = "{name} la envió. Sin su visto bueno no llega a Difusión."
CLEARED_SUBJECT = "La dirección del plantel dio su visto bueno"
CLEARED_BODY = "La publicación pasó a la consulta de Difusión."
SWITCHED_SUBJECT = {
    True: "Ahora se pide el visto bueno del plantel",
    False: "Ya no se pide el visto bueno del plantel",
}
SWITCHED_BODY = {
    True: "{name} lo dispuso. Lo que escriba un plantel llega a Difusión después del visto bueno de su dirección.",
    False: "{name} lo dispuso. Lo que esperaba un visto bueno pasó a Difusión.",
}
