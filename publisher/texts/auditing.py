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
