"""What ``python -m dashboard`` says of itself."""

DESCRIPTION = "Sirve el tablero de la institución que indica el entorno (PREGONERO_…)."
HOST = "dirección donde escucha (por omisión, PREGONERO_HOST)"
PORT = "puerto donde escucha (por omisión, PREGONERO_PORT)"
