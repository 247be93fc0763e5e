"""What is said about persons, passwords, sessions, designations and delegations."""

SIGN_IN_REFUSED = "El correo o la contraseña no son correctos."
TOO_MANY_TRIES = "Demasiados intentos. Espere {wait} y vuelva a intentar."
WAIT_SECONDS = "{n} segundos"
WAIT_MINUTES = "{n} minutos"
WAIT_MINUTE = "1 minuto"

EMAIL_INVALID = "«{email}» no es un correo electrónico."
NAME_MISSING = "Falta el nombre de la persona."
NAME_TOO_LONG = "El nombre es demasiado largo (máximo {limit} caracteres)."
EMAIL_TAKEN = "Ya hay una persona con el correo {email}."
NO_SUCH_PERSON = "No existe esa persona."
ADMIN_EXISTS = (
    "Ya hay una administración técnica; las demás personas se crean desde el tablero o con "
    "«pregonero»."
)
LAST_ADMIN = "Es la única administración técnica: nombre primero a otra persona."
NOT_YOURSELF = "No puede inhabilitarse a sí misma; pídalo a otra administración."
DISABLED = "Esta persona está inhabilitada."

PASSWORD_SHORT = "La contraseña debe tener al menos {limit} caracteres."  # noqa: S105
PASSWORD_LONG = "La contraseña puede tener a lo más {limit} caracteres."  # noqa: S105
PASSWORD_PERSONAL = (
    "La contraseña no debe formarse con su nombre, su correo ni el nombre de la institución."  # noqa: S105
)
PASSWORD_COMMON = "Esa contraseña es de las más usadas y se adivina pronto; elija otra, por ejemplo varias palabras sin relación."  # noqa: S105
PASSWORD_LEAKED = "Esa contraseña aparece en las listas de contraseñas robadas, que son las primeras que se prueban; elija otra, por ejemplo varias palabras sin relación."  # noqa: S105
PASSWORD_SAME = "La contraseña nueva es igual a la anterior."  # noqa: S105
PASSWORD_WRONG = "La contraseña actual no es correcta."  # noqa: S105

ROLE_UNKNOWN = "No existe la función «{role}»."
ROLE_NEEDS_PLANTEL = "La función {role} se ejerce en un plantel: indique cuál."
ROLE_WITHOUT_PLANTEL = "La función {role} no es de un plantel."
ROLE_TWICE = "{name} ya tiene esa función."
ROLES_TOGETHER = (
    "{name} no puede reunir las funciones {first} y {second}: quien administra o audita no "
    "redacta, ni autoriza, ni ve contraseñas."
)
PLANTEL_NOT_ACTIVE = "El plantel {name} ya no está activo; no se pueden hacer designaciones en él."
NO_SUCH_PLANTEL = "No existe ese plantel."
NO_SUCH_DESIGNATION = "No existe esa designación."
DESIGNATION_ENDED = "Esa designación ya había terminado."
ENDS_BEFORE_START = "La fecha de término debe ser posterior a la de inicio."
ENDS_IN_PAST = "La fecha de término ya pasó."

DELEGATION_REASON = "Escriba el motivo de la delegación."
DELEGATION_SELF = "No puede delegarse la autorización a sí misma."
DELEGATION_COORDINATOR = (
    "La autorización solo puede delegarse a quien tenga vigente la coordinación de Difusión."
)
DELEGATION_OVERLAPS = "{name} ya tiene una delegación vigente en esas fechas."
DELEGATION_MAX = "El máximo de publicaciones debe ser 1 o más."
DELEGATION_TOPICS = "Elija temas que existan, o ninguno para que valga en todos."
DELEGATION_OTHER_TOPIC = "La delegación no abarca publicaciones de este tema."
NO_SUCH_DELEGATION = "No existe esa delegación."
DELEGATION_REVOKED = "Esa delegación ya había terminado."

RESET_SUBJECT = "Se restableció su contraseña de Pregonero"
RESET_BODY = (
    "{name}: {by} restableció su contraseña el {when} y cerró sus sesiones. Recibirá la temporal "
    "por otro medio y deberá cambiarla al entrar. Si usted no lo pidió, avise de inmediato a la "
    "Dirección de Vinculación."
)
RESET_WATCH_SUBJECT = "Se restableció la contraseña de {name}"
RESET_WATCH_BODY = (
    "{by} restableció la contraseña de {name} el {when}. Si no fue solicitado, revise la bitácora."
)
DESIGNATED_SUBJECT = "Tiene una nueva función en Pregonero"
DESIGNATED_BODY = "{name}: desde el {when} tiene la función {role}{place}."
CENTRAL_SUBJECT = "{name} tiene ahora la función {role}"
CENTRAL_BODY = (
    "{by} dio a {name} ({email}) la función {role} desde el {when}. "
    "Si no lo esperaba, pida a la administración técnica que lo explique."
)
DESIGNATED_PLACE = " en {plantel}"
DELEGATED_SUBJECT = "Se le delegó la autorización de publicaciones"
DELEGATED_BODY = (
    "{name}: {by} le delegó la autorización de publicaciones del {start} al {end}. Motivo: {reason}"
)

SYSTEM_ONLY = "Esto solo puede hacerlo un comando de la instalación."
PASSWORD_CHANGED_MEANWHILE = "La contraseña cambió mientras tanto; vuelva a intentar."  # noqa: S105
NO_SUCH_SESSION = "No existe esa sesión."
