"""What is said when the custody of accounts is handed over."""

NO_SUCH = "No existe esa entrega."
NO_ACCOUNTS = "Elija al menos una cuenta."
ACCOUNT_TWICE = "Cada cuenta va una sola vez en el acta."
OTHER_PLANTEL = "Todas las cuentas deben ser de {plantel}."
SEVERAL_HOLDERS = "Esas cuentas las custodian personas distintas: levante un acta por cada una."
HOLDS_ALREADY = "Quien recibe ya custodia {accounts}. Quite esas cuentas."
NOT_KEEPER = "Solo puede recibir quien hoy opera o dirige {plantel}. Desígnele primero."
CAUSE_MISSING = "Escriba la causa de la entrega."
WITNESS_MISSING = "Escriba el nombre de quien atestigua."
WITNESS_SIGNS = "Quien atestigua debe ser una persona distinta de quien entrega y de quien recibe."
IN_ANOTHER = "Ya hay una entrega en curso con {accounts}: el acta {folio}. Ciérrela o cancélela."
REASON_MISSING = "Escriba el motivo."

ONLY_HOLDER = "Firma la entrega quien custodia las cuentas: {name}."
NOT_BOTH = "Quien recibe no puede firmar también la entrega. La firma la dirección del plantel o la Directora de Vinculación."
ONLY_RECEIVER = "Firma de recibido {name}, y nadie en su lugar."
NOT_CLOSED_BY_RECEIVER = "Quien recibe no cierra su propia acta: la cierra la dirección del plantel o la Directora de Vinculación."
NOT_CHANGED = "Falta cambiar la contraseña de {accounts}. Debe hacerlo, después de la entrega, una persona distinta de quien entrega."
RECEIVER_LEFT = "{name} ya no opera ni dirige {plantel}. Cancele esta entrega y levante otra acta."
STATES = {
    "open": "falta que firme quien entrega",
    "delivered": "falta que firme quien recibe",
    "received": "falta cerrarla",
    "complete": "ya está cerrada",
    "cancelled": "se canceló",
}
NOT_NOW = "Ese paso no corresponde: en el acta {folio} {state}. Recargue para ver cómo quedó."
NOT_LINKED = "El acta no se puede imprimir todavía: su último asiento no se ha encadenado en la bitácora. Inténtelo en un momento."

OPENED = "Entrega de credenciales en {plantel}: acta {folio}"
OPENED_BODY = "{person} abrió el acta {folio}: {holder} entrega a {receiver} la custodia de {accounts}.\nCausa: {cause}\nAtestigua: {witness}"
NOBODY = "nadie, porque nadie la tenía,"
DELIVERED = "Entregada: acta {folio} de {plantel}"
DELIVERED_BODY = "{person} firmó la entrega de {accounts}. {receiver} debe cambiar cada contraseña en la red, registrarla y firmar de recibido."
ABSENT = "Firmó en ausencia de {holder}."
RECEIVED = "Recibida: acta {folio} de {plantel}"
RECEIVED_BODY = "{person} cambió las contraseñas y firmó de recibido {accounts}. Falta que la dirección del plantel o la Directora de Vinculación cierre el acta."
COMPLETED = "Cerrada: acta {folio} de {plantel}"
COMPLETED_BODY = "{receiver} custodia desde ahora {accounts}. {holder} dejó de custodiar estas cuentas. Imprima el acta y recabe las firmas."
CANCELLED = "Cancelada: acta {folio} de {plantel}"
CANCELLED_BODY = "{person} canceló la entrega de {accounts}.\nMotivo: {reason}"
STILL_DUE = "Las contraseñas se siguen debiendo cambiar: la entrega ya estaba firmada."
TERM_REASON = "Acta {folio}: {cause}"
AND = " y "
