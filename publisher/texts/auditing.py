"""Sentences about the audit leaving the house: exports, its public key, anchors."""

EXPORT_HELP = "Copia la bitácora a una carpeta, firmada: se verifica sin este programa (docs/verificar_auditoria.py)."
KEY_HELP = "Dice la llave pública con la que se verifican exportaciones y anclas, para imprimirla."
OPT_TO = "Carpeta nueva para la exportación."
OPT_FROM = "Primer eslabón."
OPT_PLANTEL = "Sólo los asientos de este plantel (su clave)."
META_CODE = "CLAVE"

EXPORTED = "{lines} asientos exportados en {folder}: eslabones {first} a {last}."
EXPORT_NEXT = (
    "Se verifica así, con la llave pública impresa:\n"
    "  python docs/verificar_auditoria.py {folder} {key}"
)
PUBLIC_KEY = "Llave pública de la bitácora (Ed25519). Imprímala y guárdela fuera de este equipo:"
NO_SUCH_PLANTEL = "No hay ningún plantel con la clave {code}."
FROM_BEYOND = "La bitácora termina en el eslabón {last}; no hay nada desde el {first}."
EXPORT_UNWRITABLE = "No se puede escribir en {path}: {error}. No quedó nada a medias."

ANCHOR_HELP = "Ancla ahora el final firmado de la bitácora en cada lugar de PREGONERO_ANCHORS, o en el archivo que se diga."
ANCHORS_HELP = (
    "Lista los lugares donde se ancla la bitácora cada día y lo último que guardó cada uno."
)
OPT_ANCHOR_TO = "Archivo de anclaje, en otra máquina o en otro montaje; se le agrega. Sin él, todos los lugares de PREGONERO_ANCHORS."
OPT_LIMIT = "Cuántos envíos de ancla, con --json, como máximo."
NOTHING_TO_ANCHOR = "La bitácora no tiene todavía nada que anclar."
NO_TARGETS = "No hay dónde anclar: ponga en PREGONERO_ANCHORS un archivo de otro montaje, mailto:… o s3://…, o diga --to."
KEPT = "Anclado en {target}: eslabón {seq}, {head}…"
NOT_KEPT = "NO se ancló en {target}: {sentence}"
TARGET_LINE = "{target}: {at} UTC, eslabón {seq}, {head}…"
TARGET_NEVER = "{target}: todavía no guarda ninguna ancla."
TARGET_FAILED = "  El último intento ({at} UTC) falló: {sentence}"
INTERRUPTED = "El envío se interrumpió."

FILE_GONE = "Ya no está el archivo de ancla {path}, que sí estaba. Si es de otro montaje, monte la unidad; si alguien lo borró, avise a quien audita, y después empiece otro con «pregonero audit anchor --to {path}»."
FILE_UNUSABLE = (
    "No se puede leer o escribir el archivo de ancla {path}. Revise el montaje y los permisos."
)
MAIL_NONE = "No hay servidor de correo: ponga PREGONERO_SMTP_URL."
MAIL_REFUSED = "El servidor de correo no tomó el ancla ({error}). Revise PREGONERO_SMTP_URL y PREGONERO_MAIL_FROM."
SANDBOXED = "Esta base de datos es de práctica: no sale nada de esta máquina."
BUCKET_LOCKLESS = "La cubeta {bucket} no retiene lo que guarda. Créela con Object Lock, o ancle en otra: una que se puede borrar no prueba nada."
BUCKET_REFUSED = "La cubeta {bucket} no tomó el ancla ({error}). Revise su nombre, las llaves AWS_… y sus permisos (s3:PutObject, s3:PutObjectRetention, s3:GetObject)."
BUCKET_UNREACHABLE = "No se pudo hablar con la cubeta {bucket} ({error}). Revise la dirección, la región y las llaves AWS_…."
FAILED = "Ocurrió un error inesperado; el detalle está en el registro."

MAIL_SUBJECT = "Ancla de la bitácora: eslabón {seq} [{institution}]"
MAIL_BODY = """\
Guarde este mensaje con su archivo adjunto. Demuestra cómo estaba la bitácora de {institution} en ese momento, también frente a quien administra el sistema.

Eslabón {seq}
Valor {head}
Firmado el {at} UTC

Para compararla, guarde el adjunto (o el mensaje entero) y ejecute:
  pregonero audit verify --anchor ARCHIVO
"""

NOTICE_FAILED = "No se pudo anclar la bitácora"
NOTICE_FAILED_BODY = (
    "El ancla de hoy no llegó a {target}: {sentence} Se intenta de nuevo cada hora."
)
NOTICE_CONTRADICTS = "El ancla contradice la bitácora"
NOTICE_CONTRADICTS_BODY = "Lo que guarda {target} no concuerda con la bitácora: alguien la rehízo, devolvió un respaldo viejo o cambió el archivo. No se sobrescribió nada. Copie ambos tal como están y ejecute «pregonero audit verify --anchor {target}»."
