"""What is said to whoever signs in with the institution's account."""

LABEL = "cuenta institucional"

UNSET = (
    "Entrar con la cuenta institucional no está configurado. Entre con su correo y su contraseña."
)
NOT_HERE = "Esta base es de pruebas y no sale de este equipo: no se puede entrar con la cuenta institucional."
INSECURE = "El servicio de acceso de la institución debe tener una dirección que empiece con «https://». Avise a la administración del sistema."
SILENT = "El servicio de acceso de la institución no respondió. Vuelva a intentarlo en un momento, o entre con su correo y su contraseña."
REFUSED = "No se pudo comprobar su cuenta institucional. Vuelva a intentarlo; si continúa, entre con su contraseña y avise a la administración del sistema."
LEFT = "No se completó la entrada con su cuenta institucional. Puede volver a intentarlo o entrar con su contraseña."
STALE = "Este intento de entrada caducó o ya se usó. Vuelva a intentarlo desde esta página."
UNVERIFIED = "Su institución no confirmó que el correo sea suyo, y es lo que permite reconocerle la primera vez. Entre con su contraseña o avise a la administración del sistema."
UNKNOWN = "Ninguna persona activa de Pregonero tiene su cuenta institucional. Pida su alta a la administración del sistema."
OTHER = "Otra cuenta institucional ya está ligada a su persona en Pregonero. Entre con su contraseña y pida a la administración del sistema que la desligue."
NOT_LINKED = "Esta persona no tiene ligada una cuenta institucional."

LINKED_SUBJECT = "Su cuenta institucional quedó ligada a Pregonero"
LINKED_BODY = "{name}: el {when} se entró por primera vez a Pregonero con su cuenta institucional, y desde ahora sirve para entrar. Si no fue usted, avise de inmediato a la administración del sistema."
UNLINKED_SUBJECT = "Su cuenta institucional ya no entra a Pregonero"
UNLINKED_BODY = "{name}: {by} desligó su cuenta institucional el {when} y cerró sus sesiones. La próxima vez que entre con ella volverá a ligarse por su correo."
