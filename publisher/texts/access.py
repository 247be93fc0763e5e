"""What is said to somebody who may not do something."""

from types import MappingProxyType

ACTIONS = MappingProxyType(
    {
        "post.draft": "redactar publicaciones",
        "post.submit": "enviar publicaciones a consulta",
        "post.review": "dictaminar publicaciones",
        "post.propose": "proponer cuentas y horario",
        "post.schedule": "mover una publicación aprobada",
        "post.approve": "autorizar publicaciones",
        "post.clear": "dar el visto bueno del plantel",
        "clearance.switch": "disponer si se pide el visto bueno del plantel",
        "post.correct": "corregir lo ya publicado",
        "comment.read": "ver los comentarios del público",
        "consent.keep": "llevar el registro de consentimientos",
        "consent.read": "consultar el registro de consentimientos",
        "phrase.manage": "administrar las frases de devolución",
        "learning.read": "ver qué se devuelve y qué falla del manual",
        "post.exception": "resolver una excepción a un bloqueo",
        "post.cancel": "retirar una publicación antes de su hora",
        "post.remove": "retirar de las redes lo ya publicado",
        "post.ratify": "ratificar lo que se retiró de las redes",
        "spending.cap": "cambiar el tope mensual de gasto",
        "queue.pause": "detener la cola de publicación",
        "delivery.decide": "decidir sobre un envío detenido",
        "delivery.by_hand": "publicar a mano",
        "delivery.read": "ver los envíos",
        "activity.read": "ver la actividad",
        "calendar.read": "ver el calendario",
        "credential.install": "instalar credenciales",
        "credential.rotate": "cambiar credenciales",
        "credential.reveal": "revelar credenciales",
        "custody.read": "consultar el resguardo de las cuentas",
        "custody.keep": "llevar el resguardo de las cuentas",
        "custody.direct": "confirmar el resguardo como dirección del plantel",
        "custody.acknowledge": "darse por enterado de un cambio de credencial",
        "custody.transfer": "entregar el resguardo a otra persona",
        "disclosure.request": "requerir una credencial",
        "disclosure.decide": "resolver un requerimiento de credencial",
        "disclosure.break_glass": "abrir una credencial en emergencia",
        "disclosure.review": "revisar una apertura de emergencia",
        "account.verify": "comprobar cuentas ante su red",
        "account.risk": "aceptar el riesgo de la conexión no oficial de Instagram",
        "people.manage": "administrar personas",
        "designation.make": "designar operadores",
        "delegation.make": "delegar la autorización",
        "institution.manage": "administrar planteles y cuentas",
        "institution.read": "consultar planteles y cuentas",
        "manual.edit": "modificar el manual de contenidos",
        "manual.approve": "autorizar una versión del manual de contenidos",
        "manual.read": "consultar el manual de contenidos",
        "audit.read": "consultar la bitácora",
        "audit.verify": "verificar la bitácora",
        "keys.manage": "administrar llaves y respaldos",
    }
)

NOT_ALLOWED = "Su función no permite {action}."
OTHER_PLANTEL = "Su función no permite {action} en otro plantel que no sea el suyo."
NEEDS_DELEGATION = "Su función permite {action} solo con una delegación vigente de la Directora."

ROLES = MappingProxyType(
    {
        "DIRV": "Directora de Vinculación",
        "COOR": "Coordinación de Difusión institucional",
        "DIRP": "Dirección de plantel",
        "OPER": "Operador de redes del plantel",
        "AUD": "Auditoría (solo consulta)",
        "ADM": "Administración técnica",
    }
)
