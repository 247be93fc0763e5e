"""The second factor on screen: the step after the password, its activation, and where it is asked.

People read «verificación en dos pasos», as their telephones and banks call it.
"""

CODE_TITLE = "Código de verificación"
CODE_INTRO = "{name}, escriba el código de seis dígitos que muestra ahora su aplicación."
CODE = "Código de verificación"
CODE_ENTER = "Entrar"
USE_RECOVERY = "No tengo mi teléfono: usar un código de recuperación"
RECOVERY_TITLE = "Código de recuperación"
RECOVERY_INTRO = "{name}, escriba uno de los códigos de recuperación que guardó al activar la verificación en dos pasos."
RECOVERY = "Código de recuperación"
RECOVERY_LOST = "Cada código sirve una sola vez. Si ya no los tiene, pida a la administración del sistema que restablezca su verificación."
USE_CODE = "Usar el código de mi aplicación"
EXPIRED = "Pasó demasiado tiempo sin el código. Escriba de nuevo su contraseña."
OTHER_ACCOUNT = "Entrar con otra cuenta"

TITLE = "Verificación en dos pasos"
INTRO = "Además de su contraseña, al entrar y antes de ver una credencial se le pedirá un código que cambia cada 30 segundos en una aplicación de su teléfono."
COMPULSORY = (
    "Su función exige la verificación en dos pasos. Actívela para continuar; toma dos minutos."
)
NEEDS = "Necesita una aplicación de verificación: por ejemplo FreeOTP, Aegis, Google Authenticator o Microsoft Authenticator."
PASSWORD = "Su contraseña"  # noqa: S105
BEGIN = "Mostrar mi clave"
BACK = "Volver a «Mi cuenta»"
SIGN_OUT = "Cerrar sesión"

SCAN_TITLE = "Agregue la clave a su aplicación"
SCAN = "Escanee este código con la aplicación; si no puede, escriba la clave."
QR_LABEL = "Código QR con la clave"
KEY = "Clave"
SCAN_ONCE = "No la comparta ni la fotografíe: quien la tenga puede hacer códigos en su nombre."
FIRST_CODE = "Código que muestra la aplicación"
CONFIRM = "Activar"

CODES_TITLE = "Guarde sus códigos de recuperación"
CODES_INTRO = "La verificación en dos pasos quedó activa y se cerraron sus demás sesiones. Si pierde su teléfono, entre con uno de estos códigos; cada uno sirve una sola vez."
CODES_RENEWED = (
    "Estos son sus códigos nuevos; los anteriores ya no sirven. Cada uno sirve una sola vez."
)
CODES_ONCE = "No se volverán a mostrar. Imprímalos o cópielos en papel y guárdelos bajo llave, lejos de su teléfono."
CODES_KEPT = "Ya los guardé: continuar"
RESTS = "Por seguridad, podrá abrir credenciales a partir de 24 horas después de activarla."
RENEW_TITLE = "Códigos de recuperación nuevos"
RENEW_INTRO = "Se generarán diez códigos y los anteriores dejarán de servir. Escriba el código que muestra ahora su aplicación."
RENEW = "Generar códigos"

SECTION = "Verificación en dos pasos"
OFF = "No está activa"
OFF_INTRO = "Actívela para poder ver o imprimir credenciales, y para que nadie entre con solo su contraseña."
ACTIVATE = "Activar"
ON = "Activa desde {since}"
LEFT = "Códigos de recuperación sin usar: {n}"
FEW_LEFT = "Le quedan pocos códigos de recuperación ({n}): genere nuevos."
RESTS_UNTIL = "Podrá abrir credenciales desde el {when}."
RENEW_LINK = "Generar códigos de recuperación nuevos"
REMOVE_OPEN = "Quitar, o cambiar de teléfono"
REMOVE_INTRO = "Escriba un código para quitarla. Para cambiar de teléfono, quítela y actívela de nuevo. Se cerrarán sus demás sesiones."
REMOVE_COMPULSORY = "Su función la exige: al quitarla tendrá que activarla de nuevo para continuar."
REMOVE = "Quitar"
REMOVED = "La verificación en dos pasos quedó desactivada."

ASK = "Escriba el código de su aplicación de verificación. Vale cinco minutos en esta sesión."
ASK_CODE = "Código de verificación o de recuperación"
ASK_BUTTON = "Confirmar"
ASK_ACTIVATE = "Activar la verificación en dos pasos"
