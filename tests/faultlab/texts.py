"""What the laboratory says to people."""

from __future__ import annotations

DESCRIPTION = "El laboratorio de fallas: mata procesos, rompe redes y cuenta cada promesa."
HELP_SCENARIO = "el escenario; si no se dice, «all»: todos"
HELP_N = "cuántas publicaciones (o repeticiones); si no se dice, el tamaño completo"
HELP_DB = "la base de datos; si no se dice, las del escenario, una tras otra"
HELP_WORKERS = "cuántos trabajadores"
HELP_SEED = "la semilla de todo lo que se sortea"
HELP_JSON = "una línea JSON por corrida y nada más en la salida"
HELP_REPORT = "un archivo al que se agrega una línea JSON en cuanto termina cada corrida"
HELP_SMALL = "el tamaño pequeño, el de «make test»"
HELP_JOBS = "cuántas corridas a la vez"
HELP_DISK = "los datos en el disco (la carpeta temporal), no en la memoria"
HELP_KEEP = "conserva la carpeta de cada corrida y dice dónde está"

UNKNOWN_SCENARIO = "No existe el escenario «{name}». Hay: {names}."
NOT_ALONE = "«all» corre todo con sus tamaños: no admite --n."
BAD_COUNT = "--{name} debe ser un número entero mayor que cero, y dice «{value}»."
BAD_SEED = "--seed debe ser un número entero, y dice «{value}»."
BAD_DB = "--db debe ser «sqlite» o «postgres», y dice «{value}»."
BAD_REPORT = "No se puede escribir en «{path}»: {error}"
MISUSED = "No se entiende la orden: {error}"

RUNNING = "» {scenario} · {db} · {n} · semilla {seed}"
CLEAN = "  bien · {scenario} · {db}: {summary}"
BROKEN = "  MAL · {scenario} · {db}: {summary}"
DIED = "la corrida murió antes de su informe"
SUMMARY = (
    "{seconds:.1f} s; {duplicates} repetidas, {lost} perdidas, {stuck} atoradas, "
    "{unknown_to_person} a una persona"
)
KEPT = "  se conserva {folder}"
HISTORY = "  historia de la publicación {id} ({network}, cuenta {account}), que termina en {state}:"
FAILED = "la corrida no terminó: {error}"
NOT_WAITED = "no pasó en {seconds:.0f} s: {what}"
WORKERS_LOG = "  lo último que dijeron los trabajadores:"
