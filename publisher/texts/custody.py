"""What is said about custody: who holds an account, what changed, what must change and until when."""

from types import MappingProxyType

ACCOUNT = "{handle} ({network})"
NO_SUCH_ACCOUNT = "No existe esa cuenta."
ACCOUNT_ENDED = "Esa cuenta ya fue cerrada o reemplazada."
REASON_MISSING = "Escriba el motivo."

NOT_OF_PLANTEL = (
    "Solo puede custodiar la cuenta quien hoy opera o dirige {plantel}. Desígnele primero."
)
HOLDS_ALREADY = "Esa persona ya es quien custodia la cuenta."
HAND_OVER = "La cuenta ya tiene quien la custodie. Para cambiarle haga una entrega: así se levanta el acta y la contraseña cambia de manos con una nueva."
ASSIGNED = "Custodia de {account}"
ASSIGNED_BODY = (
    "{person} registró que {custodian} custodia la cuenta {account} de {plantel}.\nMotivo: {reason}"
)

DUTY_CAUSES = MappingProxyType(
    {
        "designation": "terminó la designación de quien la conocía",
        "disclosure": "la contraseña se mostró en un requerimiento",
        "break_glass": "la contraseña se mostró por emergencia",
        "transfer": "la cuenta se entregó a otra persona",
        "envelope": "se abrió su sobre",
        "incident": "hay señales de un cambio hecho fuera del sistema",
    }
)
NO_SUCH_DUTY = "No existe ese cambio pendiente."
DUTY_STANDS = (
    "La cuenta está en uso: el pendiente se cierra al registrar el cambio de la contraseña."
)
DUTY_CLOSED = "Ese pendiente ya estaba cerrado."
DUTY = "Cambie la contraseña de {account}"
DUTY_SOON = "Falta cambiar la contraseña de {account}"
DUTY_OVERDUE = "Vencido: no se ha cambiado la contraseña de {account}"
DUTY_BODY = "Cuenta {account}, {plantel}: {cause}. La contraseña debe cambiarse en la red y registrarse aquí a más tardar el {when}."
