"""The page that draws the table of states (docs/estados.md)."""

TITLE = "Estados de un envío"
INTRO = (
    "Un envío es una revisión de una publicación en una cuenta. Esta página se dibuja de la única\n"
    "tabla de estados del sistema (`publisher/delivery/states.py`) con\n"
    "`python -m publisher.delivery.picture`; una prueba comprueba que coinciden. No la edite a mano."
)
STATES = "Cómo se leen en pantalla:"
ROWS = (
    "Cada renglón es un cambio permitido; no hay otros. Los que no cambian de estado no se dibujan."
)
COLUMNS = "| desde | suceso | condición | hasta |"
CONDITIONS = "Condiciones, y quién responde por cada una:"

GUARDS = {
    "due_and_free": "llegó su hora; su cuenta está activa, libre, con el espacio debido y sin paro, y nada anterior de ella espera (turno, por cuenta)",
    "due_and_intended": "no hay nada que subir, y se cumplen la condición de tomarlo y la de abrir su intento, en una sola transacción (turno)",
    "past_limit": "pasó su último momento (turno, antes de tomar)",
    "stood_still": "llegó su hora mientras nadie publicaba, por más tiempo del que se recupera sin preguntar (compuerta, al arrancar o despertar)",
    "has_media": "hay algo que subir, aún invisible (turno)",
    "processing": "la red procesa lo que se subió, o ya terminó (turno)",
    "lease_ours": "la reserva aún lleva el número de este publicador (turno)",
    "intent_written": "huella de la aprobación, paro, veda, consentimiento, límite y credencial se leyeron otra vez en la transacción que abre el intento (turno)",
    "check_failed": "algo de lo anterior dice que no (turno)",
    "by_hand": "la cuenta es asistida: lo aprobado pasa a una persona, que lo publica a mano; desde entonces puede ser público (turno)",
    "nothing_sent": "no hay intento abierto: hubo un paro, o el publicador se detiene (turno)",
    "owner_dead": "no hay intento abierto, y su dueño terminó o no sabe nada de él (recuperación, que mata lo que pudiera despertar)",
    "not_sent": "la respuesta prueba que nada se envió, y quedan reintentos (turno)",
    "tries_spent": "la respuesta prueba que nada se envió, y no quedan reintentos (turno)",
    "refused": "la red rechazó el contenido o la acción en definitiva (turno)",
    "account_unusable": "la red rechazó la credencial, o falta configuración (turno)",
    "rest_not_sent": "ya es pública una parte anterior, y la respuesta prueba que esta no se envió: la red la rechazó, o no quedan reintentos (turno)",
    "receipt_last": "la red nombró la publicación de la última parte (turno)",
    "receipt_more": "la red nombró la publicación, y siguen partes (turno)",
    "maybe_public": "cualquier otra respuesta, o ninguna (turno)",
    "receipt_taken": "no se puede dar cuenta de la respuesta; por ejemplo, ya es de otro envío (turno)",
    "owner_dead_open": "hay un intento abierto, y su dueño terminó (recuperación)",
    "one_match": "una consulta la encontró en su cuenta, y no es de otro envío (conciliación)",
    "absence_proven": "consultas confiables, separadas y después del tiempo de asiento no la muestran; la red rechaza repeticiones, o acaba de mostrar otra publicación más nueva; quien enviaba terminó de seguro, no se ha reenviado, y nadie dejó de publicar por más tiempo del que se recupera sin preguntar (conciliación)",
    "inconclusive": "aún no se sabe; o se agotaron las consultas, o no se permite reenviarla sin una persona (conciliación)",
    "person": "lo decide una persona facultada, con su motivo (decisión)",
    "person_hour": "una persona facultada le da otra hora, dentro de lo que la aprobación permite, con su motivo (decisión)",
    "person_link": "una persona facultada da el enlace, con su motivo (decisión)",
    "not_begun": "una persona facultada lo retira antes de que se abra el intento (plan)",
    "within_tolerance": "la nueva hora cabe en la tolerancia aprobada (plan)",
    "rules_changed": "cambiaron los datos de husos horarios: la hora local es la misma, y el instante otro (husos)",
    "hour_gone": "con los nuevos datos de husos horarios, su hora ya pasó o no existe (husos)",
    "account_changed": "cambió su cuenta o su plantel, y no hay intento abierto (institución)",
    "consent_revoked": "se revocó un consentimiento que una de sus imágenes cita, y no hay intento abierto (consentimientos)",
    "manual_changed": "el manual que entró en vigor la detiene, no hay excepción para su contenido, y no hay intento abierto; lo que ya estaba retenido queda retenido por esto (nueva revisión)",
    "restored": "la base se restauró de un respaldo: pudo salir después de hecho (respaldo)",
    "account_back": "se resolvió el cambio de cuenta por el que se retuvo (institución)",
}
"""What each guard of the table demands, and in parentheses the part that answers for it."""
