"""Handing the custody of accounts over: opened, delivered, received, closed, with its acta."""

from types import MappingProxyType

TITLE = "Entregas de custodia"
NEW = "Nueva entrega"
NEW_INTRO = "Quien entrega firma primero; después, cada contraseña se cambia y quien recibe firma; al final la dirección cierra y se imprime el acta. Nadie conserva una contraseña que ya conocía."
PLANTEL = "Plantel"
PLANTEL_HINT = "Elija el plantel"
TO = "Recibe"
TO_HINT = "Elija quién recibe"
ACCOUNTS = "Cuentas que se entregan"
ACCOUNT_LABEL = "{network} · {handle}"
CAUSE = "Causa"
CAUSE_HINT = "Por ejemplo: cambio de enlace, licencia, fin de la designación"
WITNESS = "Atestigua"
WITNESS_HINT = "Nombre completo de una tercera persona"
NEW_DO = "Abrir el acta"
OPENED = "El acta quedó abierta y se avisó a quien entrega y a quien recibe."
NO_KEEPERS = "En este plantel nadie más puede recibir: primero se designa a quien opere o dirija."
NEEDS = "Elija el plantel y quién recibe."

FOLIO = "Acta {folio}"
BACK = "Toda la custodia"
BAD_LINK = "El enlace no lleva a ninguna entrega."
OPEN_ONE = "Abrir el acta {folio}"
STATES = MappingProxyType(
    {
        "open": "Falta firmar la entrega",
        "delivered": "Falta firmar de recibido",
        "received": "Falta cerrarla",
        "complete": "Cerrada",
        "cancelled": "Cancelada",
    }
)
FROM_TO = "{giver} entrega a {receiver}"
NOBODY = "Nadie (la cuenta no tenía custodio)"
WHY = "Causa: {cause}. Atestigua: {witness}."
STEP_OPENED = "La abrió {name}, {when}"
STEP_DELIVERED = "Firmó la entrega {name}, {when}"
STEP_NOT_DELIVERED = "Falta que {name} firme la entrega"
STEP_CHANGED = "Se cambiaron todas las contraseñas"
STEP_NOT_CHANGED = "Faltan contraseñas por cambiar: {accounts}"
STEP_RECEIVED = "Firmó de recibido {name}, {when}"
STEP_NOT_RECEIVED = "Falta que {name} firme de recibido"
STEP_CLOSED = "Cerrada, {when}"
STEP_NOT_CLOSED = "Falta que la dirección cierre el acta"
CANCELLED = "Cancelada el {when}: {reason}"
HEAD_ACCOUNT = "Cuenta"
HEAD_BEFORE = "Huella antes"
HEAD_AFTER = "Huella después"
HEAD_CHANGED = "Contraseña"
CHANGED = "Cambiada"
UNCHANGED = "Por cambiar"
PRINTS = "Las huellas permiten cotejar el papel con lo guardado sin mostrar ninguna contraseña."
DELIVER = "Firmar la entrega"
DELIVERED = "La entrega quedó firmada. Ahora debe cambiarse cada contraseña."
RECEIVE = "Firmar de recibido"
RECEIVED = "Quedó firmada de recibido. Falta que la dirección cierre el acta."
CLOSE = "Cerrar el acta"
CLOSED = "El acta quedó cerrada: la custodia cambió de manos. Imprímala y recabe las firmas."
CHANGE_FIRST = "Cambie cada contraseña en la red y regístrela en la cuenta:"
CANCEL = "Cancelar la entrega"
CANCEL_REASON = "Motivo de la cancelación"
CANCELLED_DONE = "La entrega quedó cancelada."
PRINT = "Ver el acta (PDF)"
