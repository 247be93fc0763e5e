"""Sentences of the demo and of the supervisor."""

PORT_BUSY = "El puerto {port} ya está en uso y lo necesita «{name}». Cierre el otro programa o elija otro puerto (PREGONERO_PORT, PREGONERO_SANDBOX_PORT, PREGONERO_MEDIA_BASE_URL)."
CHILD_FAILED = "«{name}» no arrancó. El detalle está en {log}."
CHILD_ENDED = "«{name}» terminó por sí solo; se detiene todo. El detalle está en {log}."
NOT_SANDBOX = "Esta base de datos es de producción; la demostración sólo usa una propia. Elija otra carpeta con PREGONERO_DATA_DIR."
NO_CAST = "En esta demostración ya no hay quien redacte, dictamine y autorice. Empiece otra con «make clean-demo» o con otra carpeta (PREGONERO_DATA_DIR)."
RUNNING = "La demostración ya está en marcha en esta carpeta. Deténgala con Ctrl-C donde la inició."

INSTITUTION = "Colegio de Estudios Científicos y Tecnológicos del Estado de Coahuila"
SHORT_NAME = "CECyTE Coahuila"
CREDENTIAL_REASON = "Instalación de la demostración"

STEP_DATABASE = "Base de datos lista en {path}"
STEP_INSTITUTION = "Institución: {planteles} planteles, {accounts} cuentas, {people} personas"
STEP_SANDBOX = "Redes de prueba en {url}"
STEP_CREDENTIALS = "Credenciales selladas en la bóveda: {n} cuentas"
BY_HAND_REASON = "Instagram aún revisa el permiso para publicar por la vía oficial"
CUSTODY_PLACE = "Caja fuerte de la dirección"
CUSTODY_CHANGE = "Cambio periódico del trimestre"
CUSTODY_INCIDENT = "X respondió que el permiso de la cuenta fue revocado."
CUSTODY_REQUEST = "Quien custodia la cuenta está de licencia y Facebook pide confirmar el acceso"
STEP_CUSTODY = "Contraseñas en custodia: {n} cuentas"
STEP_POSTS = "Publicaciones de muestra: {n}"
STEP_WORKER = "Publicador en marcha"
STEP_DASHBOARD = "Tablero en {url}"
READY = "\nAbra {url} y entre con una de estas personas:\n"
PASSWORDS_ONCE = (
    "Las contraseñas se muestran sólo esta vez; «pregonero demo --passwords» emite otras."
)
PASSWORDS_KNOWN = (
    "Las contraseñas se mostraron la primera vez; «pregonero demo --passwords» emite otras."
)
CTRL_C = (
    "Ctrl-C detiene todo; «make demo» continúa donde quedó; «make clean-demo» empieza de nuevo."
)
STOPPING = "\nDeteniendo…"
STOPPED = "Todo detenido."
PREPARED = "{n} publicaciones aprobadas; la primera sale a las {due}. Ahora ejecute «pregonero sandbox» y «pregonero worker»."

PROGRESS_DRAFT = "Redactando y enviando a consulta"
PROGRESS_REVIEW = "Dictaminando y autorizando"
PROGRESS_PUBLISH = "Publicando"
MISMATCH = (
    "Las redes de prueba no muestran exactamente lo aprobado: faltan {missing}, sobran {extra}."
)
SLIPPED = "El manual dejó pasar un texto que debía detener: «{text}»"
UNFINISHED = "Quedaron {n} envíos sin terminar después de {seconds:.0f} s."

ROLES = {
    "DIRV": "Directora de Vinculación",
    "COOR": "Coordinador de Difusión",
    "OPER": "Operador(a) de {plantel}",
    "DIRP": "Director(a) de {plantel}",
    "AUD": "Dirección General (consulta)",
    "ADM": "Administración técnica",
}
