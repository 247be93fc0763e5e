"""Sentences about what is kept how long."""

from types import MappingProxyType

HELP = "Borra lo que ya cumplió su plazo; nunca la bitácora, los acuses, las autorizaciones ni lo publicado."
OPT_DRY_RUN = "Sólo cuenta lo que se borraría."

KINDS = MappingProxyType(
    {
        "drafts": "borradores descartados que nunca se enviaron",
        "sessions": "sesiones cerradas o vencidas",
        "sign_ins": "intentos de entrada",
        "notices": "avisos leídos",
        "attempts": "detalles técnicos de intentos",
        "evidence": "evidencias de consultas a las redes",
        "consents": "datos de la persona en consentimientos que terminaron",
        "workers": "publicadores detenidos",
        "comments": "comentarios de otras personas",
        "elsewhere": "publicaciones de las cuentas que no salieron por el sistema",
        "media": "archivos de imagen que ya nadie menciona",
        "logs": "archivos de registro",
        "secrets": "credenciales reemplazadas (queda su huella)",
    }
)
COUNTED = "{name}: {n}{term}"
TERM = " (más de {days} días)"
DONE = "Se borraron {n} elementos en {batches} tandas, {seconds} s; la tanda más larga tardó {longest} s."
WOULD = "Se borrarían {n} elementos. No se borró nada."
NOTHING = "Nada ha cumplido su plazo."
"""Said of a purge with nothing to do."""
