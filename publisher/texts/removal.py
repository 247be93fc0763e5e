"""Sentences about taking down what is public already."""

REASON_SHORT = "Escriba por qué se retira de las redes (al menos 10 letras); queda en la bitácora."
NO_SUCH = "No existe el envío {id}, o no está a su alcance."
STILL_GOING = "Este envío todavía está saliendo. Espere a que termine, o retírelo antes de su hora."
NOTHING_PUBLIC = "De este envío no hay nada público que retirar."
UNDER_WAY = "Ya se está retirando. Espere su resultado en la página de la publicación."
NOTHING_TO_RATIFY = "No hay retiros de esta publicación que esperen su ratificación."
NOTHING_BY_HAND = "No hay un retiro fallido que anotar en este envío."

NOT_OFFERED = (
    "Esta cuenta no permite retirar publicaciones desde aquí. Retírela en la red con su enlace y"
    " anótelo en la página de la publicación."
)
NO_CREDENTIAL = (
    "La cuenta no tiene credencial. Instálela en «Cuentas» y pida otra vez el retiro, o retírela a"
    " mano en la red."
)
REFUSED = "La red no la retiró: {said} Retírela a mano en la red con su enlace y anótelo aquí."
LOOKING = "Se perdió la respuesta de la red; se comprueba en la cuenta si ya no está."
DEFECT = "Un error del sistema interrumpió el retiro; quedó registrado y se intenta de nuevo."
GIVEN_UP = "No se pudo retirar después de varios intentos ({said}). Retírela a mano y anótelo aquí."

RATIFY_SUBJECT = "Se retira de las redes y espera su ratificación: {accounts}"
RATIFY_BODY = "{name} pidió retirarla: «{reason}». Ratifíquelo antes del {until}."
DONE_SUBJECT = "Retirada de {account}"
DONE_BODY = "Ya no está en la cuenta. Su comprobante y lo que mostraba la red se conservan."
FAILED_SUBJECT = "No se pudo retirar de {account}"
