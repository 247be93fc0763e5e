"""What the measurements say to people."""

LOST = "{n} publicaciones no llegaron a la plataforma"
REPEATED = "{n} llamadas de más: hubo publicaciones repetidas"
NOT_PUBLISHED = "faltan {n} entregas en el estado «publicada»"
NO_RECEIPT = "faltan {n} recibos"
ATTEMPTS = "hay {n} intentos y se esperaban {expected}"
OPEN = "{n} intentos quedaron abiertos"
UNSETTLED = "el trabajador no dejó todo asentado al detenerse"
STUCK = "pasaron {seconds:.0f} s y solo llegaron o se asentaron {n} de {expected}"
CHILD = "un proceso de la medición terminó antes de tiempo: {said}"

DESCRIPTION = (
    "Mide cuántas publicaciones por segundo despacha Pregonero, con todo su protocolo, junto a un "
    "ciclo desnudo (tomar, llamar, anotar) en los mismos procesos y la misma hora."
)
N = "publicaciones que vencen en el mismo instante"
DB = "motor de base de datos"
THREADS = "hilos que llaman a la plataforma, en cada proceso"
DELAY = "milisegundos que tarda la plataforma en contestar"
PAIRS = "pares alternados de ciclo desnudo y motor"
ACCOUNTS = "cuentas; tantas como publicaciones si no se dice"
HOT = "cuántas de las publicaciones van todas a la primera cuenta"
CONNECTOR = "plain: la misma llamada del ciclo desnudo; x: el adaptador real de X"
SECOND = "mide también qué aporta un segundo proceso (solo PostgreSQL)"
JSON = "escribe un solo objeto JSON"
SECOND_NEEDS_POSTGRES = "un segundo trabajador se mide con --db postgres"
HOT_TOO_MANY = "--hot no puede pasar de --n, y --accounts debe ser al menos 1"

TITLE = (
    "Despacho: {n} publicaciones, {db}, {threads} hilos, la plataforma contesta en {delay:g} ms, "
    "{accounts} cuentas, conector {connector}"
)
COLUMNS = ("", "por s", "p50 s", "p99 s", "máx s", "CPU ms c/u", "CPU servidor s", "MB", "carga")
ROWS = {"bare": "ciclo desnudo", "engine": "Pregonero"}
RATIO = "Razón: {ratio:.2f} ({low:.2f} a {high:.2f}, {pairs} pares)"
LAG = "Retraso p99 frente al ciclo desnudo: {ratio:.2f} ({low:.2f} a {high:.2f})"
STEADY = "El ciclo desnudo se apartó de su mediana hasta {share:.0%}."
INCONCLUSIVE = "No concluyente: el ciclo desnudo mismo varió más de 10 %."
GAIN = "Un segundo proceso: Pregonero × {engine:.2f}, ciclo desnudo × {bare:.2f}, razón {ratio:.2f}"
PROBLEM = "MAL: {sentence}"

IDLE = (
    "Mide lo que cuesta un trabajador cuando nada vence, con miles y con un millón de entregas "
    "por delante, y la puntualidad de una publicación sola tras un minuto tranquilo."
)
PENDING = "entregas futuras, separadas por comas"
PROFILE = "perfil de tiempos del trabajador"
QUIET = "segundos que dura cada ventana tranquila"
LONE = "publicaciones sueltas tras cada ventana"
SETTLING = "segundos que se le dan al trabajador para estar listo y tranquilo"
AHEAD = "segundos de anticipación con que otro proceso programa una publicación suelta"
NO_LONE_POST = "una publicación suelta no llegó en {seconds:.0f} s"

PLANNING = (
    "Mide cuántas entregas por segundo se planean al aprobar campañas para todas las cuentas."
)
DELIVERIES = "entregas por planear, en campañas enteras"
PLANNED = "se planearon {n} entregas y se esperaban {expected}"
ALT = "Cartel de la campaña con el nombre del Colegio y la fecha de la actividad."
CREDIT = "Dirección de Vinculación"

AUDIT = "Mide la bitácora: cuánto tarda su verificación y cuánto cuesta escribirla."
AUDIT_VERIFY = "verifica asientos, eslabones y puntos de control"
AUDIT_APPEND = "escribe desde varios procesos, junto a inserciones sin bitácora"
AUDIT_ROWS = "asientos, con otros tantos eslabones"
AUDIT_REPEAT = "veces que se verifica"
AUDIT_WORKERS = "procesos que escriben a la vez"
AUDIT_PAIRS = "corridas con bitácora, cada una entre dos sin ella"
AUDIT_SECONDS = "segundos de cada corrida"

REVIEW = (
    "Mide cuánto tarda el manual en revisar textos de 500 caracteres, hechos de publicaciones "
    "etiquetadas, y uno de 10,000."
)
REVIEWED = (
    "{texts} textos de {characters} caracteres: p50 {p50_ms} ms, p99 {p99_ms} ms."
    " Uno de {long_characters}: {long_ms} ms."
)
WEIGHT = (
    "Mide cuántos textos de 280 caracteres por segundo cuenta Pregonero como los cuenta X, y cuánto "
    "tarda con los peores textos de 100,000 caracteres."
)
WEIGHED = (
    "Textos de 280 caracteres por segundo: {plain:,.0f} sin enlaces, {usual:,.0f} con enlace, mención"
    " y emojis.\n100,000 caracteres, el peor de los casos probados: {ms:.1f} ms (repite «{piece}»)."
)
