"""Sentences of ``pregonero doctor``: what was found, and the step that mends it."""

HELP = "Revisa la instalación de punta a punta y dice qué paso la arregla; no cambia nada."
HEALTHY = "Todo en orden."
SICK = "Hay {n} fallas."
SICK_ONCE = "Hay una falla."
MARKS = {"ok": "bien ", "warn": "ojo  ", "fail": "FALLA"}
STEP = "        → {step}"

FOLDER = "La carpeta de datos {path} se puede escribir y su disco tiene {free} libres."
FOLDER_READ_ONLY = "No se puede escribir en la carpeta de datos {path}."
FOLDER_STEP = "Corrija el dueño y los permisos de la carpeta, o elija otra con PREGONERO_DATA_DIR."
DISK_LOW = "Al disco de {path} le quedan sólo {free}."
DISK_STEP = "Libere espacio: «pregonero purge» y los respaldos viejos son lo primero."

DATABASE = "La base de datos responde en {ms} ms: {version}."
DATABASE_DOWN = "No se puede usar la base de datos: {error}."
DATABASE_STEP = (
    "Revise PREGONERO_DATABASE_URL, que el servidor esté en marcha y que acepte a este equipo."
)
SCHEMA = "La base de datos está en la versión {version}, la de este programa."
SCHEMA_NONE = "En esta base de datos todavía no hay una institución."
SCHEMA_NONE_STEP = "Ejecute «pregonero init»."
SCHEMA_OLD = "La base de datos está en la versión {found} y este programa trabaja con la {known}."
SCHEMA_OLD_STEP = "Haga un respaldo y ejecute «pregonero init», que la actualiza."
SCHEMA_NEW_STEP = "Instale en este equipo la misma versión de Pregonero que en los demás."

KEY = "La llave maestra {key} abre esta base de datos."
KEY_STEP = "Ponga en PREGONERO_KEK (o PREGONERO_KEK_FILE) la llave de esta instalación, la misma en cada equipo."
KIT = "El juego de recuperación de la llave {key} se imprimió el {when}."
KIT_NONE = (
    "No hay juego de recuperación de la llave {key}: si se pierde, nada de la bóveda se abrirá."
)
KIT_STEP = (
    "Ejecute «pregonero vault kit --to CARPETA» y guarde las dos mitades en lugares distintos."
)
KEY_EXPOSED_STEP = "Guarde la llave en otro lugar con «pregonero vault rotate-key --to …»."
KEY_MOVED = "La llave maestra {key} abre esta base de datos, pero ahora vive en {place}."
KEY_MOVED_STEP = "Ponga ese lugar en PREGONERO_KEK."

CLOCK_SAME = "El reloj de la base de datos es el de este equipo."
CLOCK = "El reloj de este equipo y el de la base de datos difieren {ms} ms."
CLOCK_STEP = "Active la sincronización de la hora (chrony o systemd-timesyncd) en los dos equipos."

STORE = "El almacén de medios {url} guarda y devuelve archivos ({ms} ms)."
STORE_STEP = "Revise PREGONERO_MEDIA_URL, PREGONERO_MEDIA_ENDPOINT y las variables AWS_…."

ADDRESS = "Instagram descarga las fotos de {address}."
ADDRESS_NONE = "Hay {n} cuentas de Instagram y falta la dirección pública de las fotos."
ADDRESS_PRIVATE = "Instagram no puede descargar las fotos de {address}: no es pública con HTTPS."
ADDRESS_REACH_STEP = (
    "Pruebe la dirección desde fuera; el servidor que recibe HTTPS debe pasar /medios al tablero."
)
ADDRESS_STEP = (
    "Ponga en PREGONERO_MEDIA_BASE_URL la dirección https:// del tablero, que sirve /medios."
)

WORKER = "Publicador {host}/{pid}, versión {version}: último latido hace {age}."
WORKER_SILENT = "El publicador {host}/{pid}, versión {version}, calló hace {age} sin despedirse."
WORKER_SILENT_STEP = "Vea el registro de ese equipo; otro publicador recoge lo que tenía."
WORKERS_NONE = "No hay ningún publicador en marcha: nada saldrá."
WORKERS_STEP = "Arránquelo con «pregonero worker», «pregonero serve» o su servicio de systemd."
VERSIONS = "Trabajan publicadores de versiones distintas: {versions}."
VERSIONS_STEP = "Es normal durante una actualización; termine de actualizar los demás equipos."
UNKNOWN_VERSION = "desconocida"

AUDIT = "La bitácora no tiene asientos sin enlazar."
AUDIT_UNLINKED = "La bitácora tiene {n} asientos sin enlazar desde hace más de un minuto."
AUDIT_STEP = "Arranque un publicador y ejecute después «pregonero audit verify»."

ANCHOR = "La bitácora está anclada en {target} (hace {age})."
ANCHOR_OLD = "La bitácora no se ancla en {target} desde hace más de 36 horas: la última vez, {age}."
ANCHOR_NEVER = "nunca"
ANCHOR_STEP = (
    "Ejecute «pregonero audit anchor», que dice por qué, y vea que haya un publicador en marcha."
)
ANCHORS_NONE = "La bitácora no se ancla fuera de este equipo: quien lo administre podría rehacerla."
ANCHORS_NONE_STEP = (
    "Ponga en PREGONERO_ANCHORS un archivo de otro montaje, mailto:… o s3://… (docs/operacion.md)."
)
ANCHOR_BESIDE = "El ancla {path} está en el mismo disco que los datos."
ANCHOR_BESIDE_STEP = "Ponga el ancla en otro montaje, en una cubeta con retención o en un correo."

DELIVERIES = "Ningún envío está atorado."
DELIVERIES_STUCK = "Hay {n} envíos atorados; el primero es el {first}."
DELIVERIES_STUCK_STEP = (
    "Reinicie los publicadores; si sigue, decida esos envíos en el tablero, en Decisiones."
)
DELIVERIES_WAITING = "Hay {n} envíos que esperan la decisión de una persona."
BY_HAND_OVERDUE = "Hay {n} envíos por publicar a mano que ya pasaron su último momento."
BY_HAND_OVERDUE_STEP = "Pegue su enlace o márquelos como no publicados, en «Por publicar a mano»."
DELIVERIES_WAITING_STEP = "Decídalos en el tablero, en Decisiones, o con «pregonero deliveries»."

BREAKERS = "No hay ninguna red ni cuenta en reposo por fallas."
BREAKER = "Se dejó descansar a {scope} por fallas repetidas; se prueba de nuevo a las {at}."
BREAKER_STEP = "Revise si la red tiene una avería; vuelve sola cuando una consulta sale bien."
BREAKER_PLATFORM = "la red {key}"
BREAKER_ACCOUNT = "la cuenta {id}"

ALARM = "Alarma desde las {at}: {sentence}"
ALARM_STEP = "Atienda la causa; la alarma se retira sola."

SECONDS, MINUTES, HOURS = "{n} s", "{n} min", "{n} h"

FACTOR = "{n} de {total} personas con funciones centrales tienen la verificación en dos pasos."
FACTOR_OPTIONAL = "Nadie está obligado: basta una contraseña robada para entrar."
FACTOR_STEP = "Ponga PREGONERO_SECOND_FACTOR=central, o quítela."
SIGN_IN = "El acceso con la cuenta institucional ({issuer}) responde en {ms} ms."
SIGN_IN_STEP = (
    "Revise PREGONERO_OIDC_ISSUER, PREGONERO_OIDC_CLIENT_ID, PREGONERO_OIDC_CLIENT_SECRET_FILE y "
    "que este equipo alcance al proveedor; mientras tanto se entra con contraseña."
)
