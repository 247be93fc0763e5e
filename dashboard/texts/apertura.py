"""What is said around values that are shown once."""

INTRO = "Se mostrará una sola vez, durante {n} segundos. Tenga a la mano dónde escribirlo: al terminar se borra de la pantalla."
SHOW = "Mostrar una vez"
LEFT = "Se borra en {n} s"
HIDE = "Ocultar ya"
GONE = "Se borró de esta pantalla. Quedó registrado que usted lo vio."
WATERMARK = "{person} · {when} · {year}"
FIELDS = "Datos de {account}"
