"""Sentences about the life of a post before it is due."""

STATES = {
    "draft": "Borrador",
    "in_review": "En consulta",
    "reviewed": "Por autorizar",
    "approved": "Aprobada",
    "returned": "Devuelta",
    "rejected": "Rechazada",
    "cancelled": "Cancelada",
}

ACTION_EDIT = "editar"
ACTION_DISCARD = "descartar"
ACTION_SUBMIT = "enviar a consulta"
ACTION_EXCEPTION = "pedir una excepción"
ACTION_REVIEW = "dictaminar"
ACTION_APPROVE = "autorizar"
ACTION_WITHDRAW = "retirar de la consulta"
ACTION_PULL_BACK = "retirar"
ACTION_MOVE = "reprogramar"

WRONG_STATE = "La publicación está en «{state}»; ya no se puede {action}."
CHANGED_MEANWHILE = "Alguien más guardó cambios mientras usted escribía. Copie su texto, recargue la página y vuelva a aplicarlo."
NO_SUCH_POST = "No existe la publicación {id}, o no está a su alcance."
NO_SUCH_PLANTEL = "No existe ese plantel, o no está a su alcance."
NO_SUCH_ACCOUNT = "Alguna de las cuentas elegidas ya no existe. Elija de nuevo."
NO_SUCH_MEDIA = "Alguna de las imágenes ya no está disponible para este plantel. Súbala de nuevo."
NO_SUCH_TOPIC = (
    "El tema «{topic}» no existe. Elija institucional, conmemoración cívica o educativo."
)
NO_SUCH_NETWORK = "Una de las redes elegidas no existe."
NO_SUCH_EXTRA = "Lo que acompaña al texto de una red no se reconoce; vuelva a elegirlo."
TOO_MANY_PARTS = "Un hilo admite hasta {n} mensajes después del primero; una o quite algunos."
LINK_TOO_LONG = "El enlace tiene más de {n:,} caracteres; use uno más corto."
NO_SUCH_FORM = "La forma elegida no existe. Escoja publicación, reel o historia."
ALT_TOO_LONG = (
    "El texto alternativo, el crédito y el consentimiento admiten como máximo {n} caracteres."
)
TIME_MODE = (
    "Diga si la hora es la de cada plantel o una sola para todos, y cuál de las dos si se repite."
)
NO_RENDITION = "Falta preparar una de las imágenes para {network}. Quítela y súbala de nuevo."
NO_MANUAL = "No hay un manual de contenidos en vigor. Ejecute «pregonero init»."
PLANTEL_CLOSED = "{plantel} no está activo; no puede publicar."
TOO_MANY_MEDIA = "Una publicación lleva como máximo {n} imágenes."
TEXT_TOO_LONG = "El texto pasa de {n} caracteres. Acórtelo."
NO_TIME = "Elija el día y la hora de publicación."
TIME_PAST = "La hora {wall} ({zone}) ya pasó. Elija otra."
NO_ACCOUNTS = "Elija al menos una cuenta de destino."
ACCOUNT_INACTIVE = "La cuenta {handle} de {plantel} no está activa; quítela o reactívela."
NO_TEXT = "Escriba el texto de la publicación o agregue una imagen."
BLOCKED = "El manual no permite enviarla todavía: {rules}. Corrija el texto o solicite una excepción a la Directora."
BLOCKED_BY_NETWORK = "Una red no la aceptaría: {sentence}"
NEVER_EXCEPTED = (
    "Las reglas 6.3 y 6.4 protegen datos personales: no admiten excepción. Quite el dato."
)
NO_BLOCK = "No hay ningún bloqueo del manual; puede enviarla sin excepción."
EXCEPTION_REASON = "Explique por qué procede la excepción (al menos 20 letras)."
EXCEPTION_OPEN = "Ya hay una solicitud de excepción pendiente para este contenido."
EXCEPTION_NONE = "No hay una solicitud de excepción pendiente."
EXCEPTION_CHANGED = "El contenido ya no es el que se pidió exceptuar. Deniéguela o espere a que se solicite de nuevo."
EXCEPTION_REPLACED = "El contenido cambió; la solicitud quedó sin efecto."
EXCEPTION_OWN = "Nadie resuelve una excepción sobre lo que escribió."
RETURN_REASON = (
    "Escriba el motivo, para que quien la escribió sepa qué corregir (al menos 10 letras)."
)
OWN_CONTENT = (
    "Nadie dictamina ni autoriza lo que escribió, editó o envió. Debe hacerlo otra persona."
)
SAME_REVIEWER = "Usted dio el dictamen; por delegación debe autorizar otra persona."
OTHER_VERSION = "La publicación cambió desde que usted la abrió. Se recargó; revísela de nuevo."
OTHER_DIGEST = "El contenido cambió desde que usted lo abrió. Se recargó; revíselo de nuevo antes de autorizar."
DELEGATION_SPENT = "La delegación ya cubrió sus {n} publicaciones."
DELEGATION_CLEAN = "La delegación sólo permite autorizar publicaciones sin hallazgos."
NOTHING_TO_PULL = "Ya salió o está saliendo: no se puede retirar. Use el paro de emergencia o corríjala en la red."
BEYOND_TOLERANCE = "La nueva hora se aparta más de {n} minutos de la autorizada: hace falta una nueva autorización. Retírela y vuelva a enviarla."
ALREADY_LEAVING = "Algún envío ya está en curso; no se puede reprogramar."
APPROVED_DONE = "Autorizada y programada."
RETURNED_DONE = "Devuelta."
REVIEWED_DONE = "Dictamen favorable."
WITHDRAW_REASON = "Escriba el motivo (al menos 10 letras): la publicación es de otra persona."
PULL_REASON = "Escriba el motivo del retiro (al menos 10 letras)."

PHRASE_LENGTH = "Una frase tiene entre {low} y {high} letras."
PHRASE_RULE = "El manual en vigor no tiene la regla {rule}. Elija otra, o deje la frase sin regla."
PHRASE_KEPT = "Esa frase ya está en la lista."
PHRASE_GONE = "Esa frase ya no está en uso. Elija otra."
PHRASE_CITED = "{text} (regla {rule})"

UNDO_NOTHING = "No hay una decisión suya que deshacer en esta publicación."
UNDO_LATE = "Ya pasaron los {n} segundos para deshacer. Si hace falta, retírela antes de su hora."
UNDO_OTHER = "La última decisión la tomó otra persona; solo ella puede deshacerla."
UNDO_TOUCHED = "La publicación {id} ya siguió su curso; no se deshizo nada."
UNDO_LEFT = "Un envío de la publicación {id} ya comenzó; no se deshizo nada. Puede retirar lo que aún no sale."
UNDONE = "Se deshizo en el momento."
UNDONE_SAID = {
    "reviewed": "El dictamen quedó sin efecto: vuelve a consulta.",
    "returned": "La devolución quedó sin efecto: sigue en espera de decisión.",
    "rejected": "El rechazo quedó sin efecto: sigue en espera de decisión.",
    "approved": "La autorización quedó sin efecto: sigue en espera de decisión.",
}

ACTION_REMARK = "comentar"
ACTION_DISMISS = "señalar falsas alarmas"
REMARK_LENGTH = "Un comentario tiene entre {low} y {high} letras."
REMARK_FRAGMENT_LONG = "Elija un fragmento de no más de {n} letras."
REMARK_NOT_THERE = "No se encuentra «{fragment}» en ese texto. Cópielo tal como está, o comente la publicación completa."
REMARK_NOT_YOURS = "Su función no permite comentar esta publicación."
REMARK_GONE = "Ese comentario ya no existe."
REMARK_RESOLVED = "Ese comentario ya estaba atendido."
REMARK_ON = "Sobre «{fragment}»: {text}"
DISMISS_REASON = "Diga en pocas palabras por qué es falsa alarma (de 3 a 300 letras)."
DISMISS_NETWORK = (
    "Lo que objeta una red no es una regla del manual: no se señala como falsa alarma."
)
DISMISS_SAID = "Ese hallazgo ya está señalado como falsa alarma."
DISMISS_NOT_SAID = "Ese hallazgo no está señalado como falsa alarma."
DISMISS_GONE = "Ese hallazgo ya no está: la publicación se revisó de nuevo. Recargue la página."

NOTICE_REMARK = "Comentaron una publicación suya"
NOTICE_UNDONE = "Se deshizo una decisión sobre una publicación"
NOTICE_RETURNED = "Le devolvieron una publicación"
NOTICE_REJECTED = "Se rechazó una publicación"
NOTICE_APPROVED = "Se autorizó una publicación"
NOTICE_WITHDRAWN = "Se retiró de la consulta una publicación suya"
NOTICE_PULLED = "Se retiró una publicación programada"
NOTICE_EXCEPTION = "Se solicita una excepción al manual"
NOTICE_EXCEPTION_DONE = {
    "granted": "Se concedió la excepción",
    "denied": "No se concedió la excepción",
}

REPEATED_SAME = "Regla {rule}: es igual a otra publicación de la cuenta {handle}{when}."
REPEATED_LIKE = (
    "Regla {rule}: se parece en {score} % a otra publicación de la cuenta {handle}{when}."
)
REPEATED_WHEN = " ({when})"
REPEATED_WAITS = " que espera autorización"
REPEATED_HINT = "Compárelas en /publicacion?id={post}: si repite a propósito, cambie el texto o dígalo al enviar."
CROWDED = "Regla {rule}: otra publicación sale por la cuenta {handle} el {when}, a menos de {minutes} minutos."
CROWDED_BESIDE = "Regla {rule}: otra publicación del plantel, sobre el mismo tema, sale por su cuenta {handle} el {when}, a menos de {minutes} minutos."
CROWDED_HINT = "Véala en /publicacion?id={post} y, si conviene, proponga otra hora."
