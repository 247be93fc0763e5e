"""What is said about the second factor: an application's code, or a recovery code."""

ISSUER = "Pregonero {institution}"

NEEDED = "Escriba el código de su aplicación de verificación para continuar."
MISSING = (
    "Para esto necesita la verificación en dos pasos, y usted no la tiene. Actívela en «Mi cuenta»."
)
RESTING = (
    "Su verificación en dos pasos es nueva: por seguridad no abre credenciales hasta el {when}."
)
CODE_REFUSED = (
    "El código no es correcto o ya se usó. Escriba el que muestra ahora su aplicación; cada código "
    "sirve una sola vez."
)
CODE_EMPTY = "Escriba el código de verificación."
CONFIRM_REFUSED = (
    "El código no corresponde a esta clave. Revise que la hora de su teléfono sea automática y "
    "escriba el que muestra ahora; si abrió esta página más de una vez, use la clave más reciente."
)
ENROLLED = "Ya tiene activa la verificación en dos pasos; quítela antes de activarla de nuevo."
OTHER_NOT_ENROLLED = "{name} no tiene activa la verificación en dos pasos."
STEP_EXPIRED = "Pasó demasiado tiempo desde que escribió su contraseña. Escríbala de nuevo."
NOT_STARTED = "Empiece de nuevo: no hay una activación pendiente."
PASSWORD_NEEDED = "Escriba su contraseña para activar la verificación en dos pasos."  # noqa: S105
SIGN_IN_AGAIN = "Cierre su sesión y entre de nuevo para activar la verificación en dos pasos."
SESSION_NEEDED = "Esto solo puede hacerse desde una sesión del tablero."
NOT_YOUR_OWN = "No puede restablecer su propia verificación; pídalo a otra administración."

ENROLLED_SUBJECT = "Se activó la verificación en dos pasos"
ENROLLED_BODY = (
    "{name}: el {when} se activó la verificación en dos pasos de su acceso y se cerraron sus demás "
    "sesiones. Si no fue usted, avise de inmediato a la Dirección de Vinculación."
)
REMOVED_SUBJECT = "Se quitó la verificación en dos pasos"
REMOVED_BODY = (
    "{name}: el {when} se quitó la verificación en dos pasos de su acceso. Si no fue usted, avise "
    "de inmediato a la Dirección de Vinculación."
)
RENEWED_SUBJECT = "Sus códigos de recuperación son nuevos"
RENEWED_BODY = (
    "{name}: el {when} se generaron códigos de recuperación nuevos; los anteriores ya no sirven. "
    "Si no fue usted, avise de inmediato a la Dirección de Vinculación."
)
RECOVERY_SUBJECT = "Se usó un código de recuperación"
RECOVERY_BODY = (
    "{name}: el {when} se usó uno de sus códigos de recuperación; le quedan {left}. Si no fue "
    "usted, cambie su contraseña y avise de inmediato a la Dirección de Vinculación."
)
GUESSED_SUBJECT = "Alguien falla su código de verificación"
GUESSED_BODY = (
    "{name}: hasta el {when} se falló {n} veces seguidas su código de verificación. Si no fue "
    "usted, alguien tiene su contraseña o su sesión abierta: cámbiela y cierre sus sesiones."
)
RESET_SUBJECT = "Se restableció su verificación en dos pasos"
RESET_BODY = (
    "{name}: {by} quitó la verificación en dos pasos de su acceso el {when} y cerró sus sesiones. "
    "Motivo: {reason}. Si usted no lo pidió, avise de inmediato a la Dirección de Vinculación."
)
RESET_WATCH_SUBJECT = "Se restableció la verificación en dos pasos de {name}"
RESET_WATCH_BODY = (
    "{by} quitó la verificación en dos pasos de {name} el {when}. Motivo: {reason}. Si no fue "
    "solicitado, revise la bitácora."
)
RESET_REASON = "Escriba el motivo del restablecimiento."
