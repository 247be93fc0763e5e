"""Every Spanish sentence that the publisher says to a person, a module a subject.

This module holds those that several rooms share.
"""

SETTING_INVALID = (
    "El ajuste {name} tiene un valor que no se puede usar ({value!r}). Corríjalo y repita."
)
PRIVATE_FILE_UNREADABLE = (
    "{name} señala el archivo {path}, que no se puede leer. Corríjalo y repita."
)
PRIVATE_FILE_EXPOSED = (
    "{name} señala el archivo {path}, que otras personas pueden leer. Déjelo sólo para la cuenta del"
    " servicio (chmod 600) y repita."
)
NOT_INITIALISED = "Todavía no hay una institución en esta base de datos. Ejecute «pregonero init» (o «pregonero demo»)."
OLD_SCHEMA = (
    "La base de datos es de otra versión ({found}); ejecute «pregonero init» para actualizarla."
)
DATA_DIR_READ_ONLY = "No se puede escribir en la carpeta de datos {path}. Elija otra con PREGONERO_DATA_DIR o corrija sus permisos."
NOT_ALLOWED = "Su función no permite {action}."
OTHER_PLANTEL = "Esto pertenece a otro plantel; no puede verlo ni cambiarlo."
NO_SUCH = "No existe {what}, o no está a su alcance."
CHANGED_MEANWHILE = "Alguien más lo cambió mientras usted lo veía. Se recargó; revise y repita."
WRONG_STATE = "La publicación está {state}; ya no se puede {action}."
WALL_TIME = "La fecha y hora «{value}» no se entienden. Escríbalas como 2026-11-27T10:00."
NO_SUCH_ZONE = "No existe el huso horario «{zone}»."
GAP = "La hora {wall} no existe en {zone}: ese día el reloj se adelanta. Elija otra hora."
FOLD = "La hora {wall} ocurre dos veces en {zone}: ese día el reloj se atrasa. Diga si es la primera o la segunda."
DATABASE_URL = "PREGONERO_DATABASE_URL no se puede usar. Escríbala como sqlite:////ruta/pregonero.db o postgresql://usuario@servidor/base."
DATABASE_UNREACHABLE = (
    "No se puede usar la base de datos ({error}). Revise PREGONERO_DATABASE_URL y repita."
)
