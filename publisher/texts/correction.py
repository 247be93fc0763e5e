"""Sentences about correcting the text of what is public already."""

REASON_SHORT = (
    "Escriba por qué se corrige (al menos 10 letras): quien autoriza lo lee y queda en la bitácora."
)
REFUSE_REASON = "Escriba por qué no procede (al menos 10 letras); quien la propuso lo recibe."
NO_SUCH = "No existe el envío {id}, o no está a su alcance."
NO_SUCH_CHANGE = "No existe la corrección {id}, o no está a su alcance."
STILL_GOING = "Este envío todavía está saliendo. Espere a que termine y después corríjalo."
NOTHING_PUBLIC = "De este envío no hay nada público que corregir."
LEAVING = "Esta publicación se retiró de la red, o se está retirando: ya no hay texto que corregir."
STORY = "Una historia no lleva texto que corregir: retírela de la red y publique otra."
UNDER_WAY = (
    "Ya hay una corrección de este texto que espera autorización o que se está aplicando. Espere su"
    " resultado, o retire esa propuesta y haga otra."
)
EMPTY = "Escriba el texto corregido completo, tal como debe quedar en la red."
SAME = "El texto es el mismo que ya está publicado: cambie lo que deba corregirse."
TOO_LONG = "El texto pasa de {n} letras; acórtelo."
BLOCKED = (
    "La corrección no puede proponerse: la detiene {rules}. Cambie el texto; en lo ya publicado no"
    " hay excepciones: si hace falta una, retire la publicación y prepare otra."
)
BLOCKED_BY_NETWORK = "La red no aceptaría este texto: {sentence}"
NOT_WAITING = "Esta corrección ya no espera autorización: {state}."
CHANGED_MEANWHILE = (
    "La corrección ya no es la que usted tenía en pantalla. Vuelva a leerla antes de autorizarla."
)
OWN = "Quien escribió la publicación o propuso la corrección no puede autorizarla; pídalo a otra persona."
NOT_YOURS = "Sólo quien propuso la corrección puede retirarla; usted puede rechazarla si le toca autorizarla."
DELEGATION_CLEAN = (
    "Su delegación sólo alcanza lo que no tiene hallazgos, y el texto nuevo los tiene: la Directora"
    " debe autorizarla."
)
DELEGATION_SPENT = "Su delegación alcanzaba {n} autorizaciones y ya se usaron."
WITHDRAWN = "La retiró quien la propuso."
SUPERSEDED = "Ya no procede: se pidió retirar de la red la publicación."
BEING_CORRECTED = "En este momento se está cambiando su texto en la red. Espere unos segundos y vuelva a intentarlo."
STATES = {
    "proposed": "espera autorización",
    "asked": "está autorizada y por aplicarse",
    "working": "se está aplicando",
    "done": "ya se aplicó",
    "failed": "no se aplicó",
}

_ELSEWHERE = (
    "Retírela con «Retirar de las redes» y prepare una publicación nueva con el texto corregido, o"
    " publique una aclaración."
)
_NOT_OFFERED = {
    "x": "X no permite que una aplicación cambie el texto de lo ya publicado.",
    "instagram": "Instagram no permite que una aplicación cambie por la vía oficial el texto de lo ya publicado.",
}
_ASSISTED = (
    "Esta cuenta no permite cambiar desde aquí el texto de lo ya publicado, porque se publica en"
    " ella a mano."
)


def not_offered(network: str) -> str:
    """Say that nothing can be corrected there, and what to do instead."""
    return f"{_NOT_OFFERED.get(network, _ASSISTED)} {_ELSEWHERE}"


NO_CREDENTIAL = (
    "La cuenta no tiene credencial. Instálela en «Cuentas» y proponga otra vez la corrección."
)
GONE = (
    "La publicación ya no está en la red, así que no hay texto que corregir. Compruébelo en la red"
    " y, si hace falta, publique de nuevo."
)
CHANGED = (
    "Alguien cambió el texto en la red y ya no es el que se iba a corregir; no se tocó nada. Lea lo"
    " que muestra la red y proponga la corrección de nuevo sobre ese texto."
)
REFUSED = (
    "La red no aceptó el cambio: {said} Corríjalo a mano en la red y propóngalo aquí otra vez para"
    " que quede registrado, o retire la publicación."
)
LOOKING = "Se perdió la respuesta de la red; se comprueba qué texto muestra."
DEFECT = "Un error del sistema interrumpió la corrección; quedó registrado y se intenta de nuevo."
GIVEN_UP = (
    "No se pudo corregir después de varios intentos ({said}). Proponga otra vez la corrección."
)

PROPOSED_SUBJECT = "Una corrección espera su autorización: {account}"
PROPOSED_BODY = "{name} propone corregir lo publicado: «{reason}». Compare los dos textos y decida."
APPROVED_SUBJECT = "Se autorizó su corrección en {account}"
APPROVED_BODY = "{name} la autorizó. Se aplica en la red y recibirá aviso del resultado."
REFUSED_SUBJECT = "No se autorizó su corrección en {account}"
REFUSED_BODY = "{name} la rechazó: «{reason}». Lo publicado quedó como estaba."
DONE_SUBJECT = "Corregida en {account}"
DONE_BODY = "El texto nuevo ya está en la red. El anterior y quién lo autorizó quedan registrados."
FAILED_SUBJECT = "No se pudo corregir en {account}"
