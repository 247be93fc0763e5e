"""What is said when a credential is asked for, allowed, shown, and afterwards."""

from types import MappingProxyType

FIELDS = MappingProxyType(
    {
        "login_user": "usuario",
        "login_password": "contraseña",
        "login_totp_seed": "clave del segundo factor",
        "login_recovery_codes": "códigos de recuperación",
        "login_recovery_mail": "correo de recuperación",
    }
)

LACKS = MappingProxyType(
    {
        "fields": "Elija qué datos de la cuenta necesita, cada uno una vez.",
        "field_unknown": "La cuenta no tiene guardado alguno de esos datos. Elija entre los que tiene.",
        "field_machine": "Los tokens con los que publica el sistema no se muestran a nadie. Si hace falta, instale uno nuevo.",
        "code": "Elija el motivo de la lista.",
        "reason": "Explique el motivo con al menos {length} caracteres: quién, para qué y por qué ahora.",
    }
)
DECISION_REASON = (
    "Explique por qué lo niega con al menos {length} caracteres; quien lo pidió lo leerá."
)
REVIEW_NOTE = "Escriba su revisión con al menos {length} caracteres: qué se vio, si fue justificado y qué sigue."

NO_SUCH = "No existe ese requerimiento."
NOT_YOURS = "Solo puede hacerlo quien lo pidió."
OWN_REQUEST = "Nadie resuelve su propio requerimiento: debe hacerlo otra persona."
OWN_OPENING = "Nadie revisa su propia apertura: debe hacerlo otra persona."
NEVER = "Quien administra o audita no ve ni resuelve credenciales, en ninguna circunstancia."
NOT_CUSTODIAN = "Solo quien custodia la cuenta o dirige el plantel puede verla por sí; las demás personas la requieren."
MUST_ASK = "Desde Vinculación la credencial se requiere y otra persona lo autoriza."
NO_LONGER_WAITS = (
    "Ese requerimiento ya no espera respuesta (está {state}). Recargue para ver cómo quedó."
)
NOT_OPEN = "No se puede mostrar: el requerimiento está {state}. Si aún lo necesita, pida otro."
NOT_REVIEWABLE = "Esa apertura no espera revisión."
SPENT = "Ya abrió credenciales {limit} veces en 24 horas, que es el máximo. Inténtelo después del {when}."
NOBODY_HEARS = "No se mostró: nadie más recibiría el aviso de esta apertura. Pida a la administración técnica que dé de alta a quien coordina o a quien audita."
NOT_LINKED = "No se mostró nada: la apertura quedó registrada, pero su asiento no pudo encadenarse en la bitácora. Avise a la administración técnica y, cuando esté corregido, pídalo de nuevo."

STATES = MappingProxyType(
    {
        "pending": "por resolver",
        "approved": "autorizado",
        "denied": "negado",
        "shown": "ya mostrado",
        "expired": "vencido",
        "withdrawn": "retirado",
    }
)

ASKED = "Requerimiento de credencial de {account}"
ASKED_BODY = "{person} requiere {fields} de {account}, {plantel}.\nMotivo: {code}. «{reason}»\nAlguien más debe resolverlo antes del {when}."
ALLOWED = "Autorizado: credencial de {account}"
ALLOWED_BODY = "{person} autorizó a {asker} ver {fields} de {account}, {plantel}. Puede verse una sola vez, antes del {when}."
DENIED = "Negado: credencial de {account}"
DENIED_BODY = "{person} negó a {asker} ver {fields} de {account}, {plantel}.\nMotivo: {reason}"
WITHDRAWN = "Retirado: requerimiento de {account}"
WITHDRAWN_BODY = (
    "{person} retiró su requerimiento de {fields} de {account}, {plantel}. No se mostró nada."
)
SHOWN = "Se mostró la credencial de {account}"
SHOWN_BODY = "{person} vio {fields} de {account}, {plantel}, el {when}.\nMotivo: {code}. «{reason}»\nSi no le consta que fuera necesario, avise de inmediato a la Dirección de Vinculación."
SHOWN_ALLOWED = "Lo autorizó {decider}."
BROKEN = "URGENTE: apertura de emergencia de {account}"
BROKEN_BODY = "APERTURA DE EMERGENCIA. {person} vio {fields} de {account}, {plantel}, el {when}, sin que nadie más lo autorizara.\nMotivo: {code}. «{reason}»\nOtra persona (coordinación o auditoría) debe revisarla antes del {due}, y la credencial debe cambiarse en 24 horas."
REVIEWED = "Revisada: apertura de emergencia de {account}"
REVIEWED_BODY = "{person} revisó la apertura de emergencia de {account}, {plantel}, que hizo {asker}.\nRevisión: {note}"
REVIEWED_LATE = "La revisión se hizo después de las 72 horas."
REVIEW_OVERDUE = "Sin revisar: apertura de emergencia de {account}"
REVIEW_OVERDUE_BODY = "{asker} abrió por emergencia {fields} de {account}, {plantel}, y nadie más lo ha revisado. El plazo terminó el {when}."
EXPIRED = "Venció el requerimiento de {account}"
EXPIRED_PENDING = "Nadie resolvió a tiempo su requerimiento de {fields} de {account}, {plantel}. Si aún lo necesita, pida otro."
EXPIRED_APPROVED = "Su requerimiento de {fields} de {account}, {plantel}, estaba autorizado y no se usó a tiempo. No se mostró nada; si aún lo necesita, pida otro."
AND = " y "
