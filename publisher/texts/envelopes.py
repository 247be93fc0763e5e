"""What is said about sealed envelopes: printing, sealing, opening and voiding them."""

NO_SUCH = "No existe ese sobre."
NOT_KEEPER = "Solo quien custodia la cuenta o dirige el plantel puede imprimir y sellar su sobre."
ROTATION_PAST = "El próximo cambio debe ser una fecha posterior a hoy."
SEAL_MISSING = "Escriba el número del sello."
SEAL_TAKEN = "El sello {seal} ya se usó en otro sobre. Revise el número."
PLACE_MISSING = "Escriba el lugar donde queda resguardado el sobre."
TOO_LONG = "Escriba a lo más {limit} caracteres."
RESPONSIBLE = "El responsable del resguardo debe ser una persona en activo que opere o dirija {plantel}, o de la Dirección de Vinculación."
SEALED_FUTURE = "La fecha de sellado no puede ser posterior a hoy."
SEALED_EARLY = "La fecha de sellado no puede ser anterior a la impresión, del {when}."
STALE = "La hoja ya no contiene lo vigente: {fields} cambió después de imprimirla. Destrúyala, anule el folio e imprima otra."
OPENING_REASON = "Explique el motivo de la apertura con al menos {length} caracteres."
WITNESS_MISSING = "Escriba el nombre de quien atestigua la apertura."
WITNESS_SELF = "Quien atestigua debe ser una persona distinta de quien abre."
VOID_REASON = "Escriba el motivo."
STATES = {
    "printed": "está impreso y sin sellar",
    "sealed": "está sellado",
    "opened": "ya se abrió",
    "voided": "está anulado",
}
NOT_NOW = "Ese paso no corresponde: el sobre {folio} {state}. Recargue para ver cómo quedó."

PRINTED = "Se imprimió el sobre de {account}"
PRINTED_BODY = "{person} imprimió el sobre {folio} con {fields} de {account}, {plantel}, el {when}.\nMotivo: {reason}\nFalta sellarlo y registrar el sello. Si no le consta que fuera necesario, avise de inmediato a la Dirección de Vinculación."
SEALED = "Sellado: sobre {folio} de {account}"
SEALED_BODY = "{person} selló el sobre {folio} de {account}, {plantel}.\nSello: {seal}\nLugar: {place}\nResponsable: {responsible}"
OPENED = "Se abrió el sobre de {account}"
OPENED_BODY = "{person} abrió el sobre {folio} de {account}, {plantel}, el {when}.\nMotivo: {reason}\nAtestigua: {witness}"
VOIDED = "Anulado: sobre {folio} de {account}"
VOIDED_BODY = "{person} anuló el sobre {folio} de {account}, {plantel}.\nMotivo: {reason}"
LOST = "URGENTE: se perdió el sobre de {account}"
LOST_BODY = "{person} dio por perdido el sobre {folio} de {account}, {plantel}.\nMotivo: {reason}"
LOOSE = "Falta sellar el sobre {folio} de {account}"
LOOSE_BODY = "{person} imprimió el sobre {folio} de {account}, {plantel}, el {when}, y no se ha registrado su sello. Séllelo y regístrelo, o destruya la hoja y anule el folio."
