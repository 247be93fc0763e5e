"""Every Spanish sentence of the manual's review. They address the reader as usted.

One list: what a rule found and what the author can do, by the key that rules and lexicon use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from publisher.manual.findings import Hit

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")

# reason → (explanation, suggestion); «{fragmento}» is what was found
_REASONS: Mapping[str, tuple[str, str]] = {
    # 1, 2
    "sin_tema": (
        "la publicación no declara su tema.",
        "Elija un tema: institucional, conmemoración cívica o educativo.",
    ),
    "tema_no_permitido": (
        "el tema «{tema}» no está entre los permitidos.",
        "Elija un tema: institucional, conmemoración cívica o educativo.",
    ),
    "conmemoracion": (
        "dice que es hoy «{nombre}», pero su fecha es el {fecha}.",
        "Corrija la fecha de publicación o quite la palabra «hoy».",
    ),
    "conmemoracion_otro_dia": (
        "conmemora «{nombre}», cuya fecha es el {fecha}, y se publicaría el {propuesta}.",
        "Proponga esa fecha, o diga en el texto el día que se conmemora.",
    ),
    "conmemoracion_fecha": (
        "la fecha de «{nombre}» en el calendario cívico es el {fecha}.",
        "Corrija la fecha o el nombre.",
    ),
    "nombre_conmemoracion": (
        "el nombre oficial de «{fragmento}» es «{nombre}».",
        "Use el nombre del calendario cívico.",
    ),
    "descanso_recorrido": (
        "por ley, el descanso del {fragmento} se recorre al {fecha}.",
        "Confirme el día con el calendario escolar.",
    ),
    # de varias secciones: el parecido con publicaciones etiquetadas
    "parecido": (
        "el texto se parece mucho a publicaciones que esta regla no permite; pesan {palabras}.",
        "Cambie lo que la regla no permite; si no hay nada, solicite la excepción con su motivo.",
    ),
    "posible_parecido": (
        "el texto se parece a publicaciones que esta regla no permite; pesan {palabras}.",
        "Léalo como lo leería quien no lo escribió; si no hay nada que cambiar, dígalo al enviar.",
    ),
    # 3
    "groseria": (
        "«{fragmento}» es una grosería o un insulto.",
        "Quite la expresión y diga lo mismo en tono institucional.",
    ),
    "insulto": (
        "«{fragmento}» descalifica a una persona o a un grupo.",
        "Describa el hecho sin calificar a las personas.",
    ),
    "malsonante": (
        "«{fragmento}» puede leerse como grosería.",
        "Cambie la expresión por una que no admita doble lectura.",
    ),
    "posible_disfraz": (
        "«{fragmento}» parece una grosería escrita de otra forma.",
        "Confirme qué quiso decir o quite la expresión.",
    ),
    "signos_de_groseria": (
        "«{fragmento}» sustituye una grosería con signos.",
        "Quite los signos y diga lo mismo en tono institucional.",
    ),
    "discriminacion": (
        "«{fragmento}» discrimina o repite un estereotipo.",
        "Quite la generalización; ningún grupo de personas debe quedar descalificado.",
    ),
    "posible_discriminacion": (
        "«{fragmento}» puede discriminar o repetir un estereotipo.",
        "Revise si la frase excluye o ridiculiza a alguien.",
    ),
    "amenaza": (
        "«{fragmento}» amenaza o llama a la violencia.",
        "No lo publique. Si hay un riesgo real, avise a la dirección del plantel.",
    ),
    "coloquial": (
        "«{fragmento}» es demasiado coloquial para una cuenta institucional.",
        "Use una expresión neutra.",
    ),
    "palabra_del_manual": (
        "«{fragmento}» está en la lista de su manual.",
        "Quite o cambie la expresión.",
    ),
    # 4
    "vida_privada": (
        "«{fragmento}» habla de la vida privada de quien publica.",
        "Publíquelo en su cuenta personal; la institucional informa de la comunidad.",
    ),
    "opinion": (
        "«{fragmento}» expresa una opinión, un ánimo o una queja personal.",
        "Deje solo el dato o lleve el asunto por la vía interna.",
    ),
    "primera_persona": (
        "«{fragmento}» está en primera persona del singular.",
        "Escriba en nombre del plantel: «invitamos», «compartimos», «nuestra comunidad».",
    ),
    # 5
    "broma_cruel": (
        "«{fragmento}» bromea con la muerte, la enfermedad, la violencia o la autolesión.",
        "No lo publique. Si alguien necesita apoyo, difunda la Línea de la Vida: 800 911 2000.",
    ),
    "humor_denigrante": (
        "«{fragmento}» es humor sexista o denigrante.",
        "Quite la broma.",
    ),
    "posible_mal_gusto": (
        "«{fragmento}» puede resultar de mal gusto.",
        "Pida una segunda opinión antes de enviarlo.",
    ),
    "apariencia": (
        "«{fragmento}» califica el cuerpo o la apariencia de las personas.",
        "Quite el comentario; reconozca logros, no apariencias.",
    ),
    "exhibir": (
        "«{fragmento}» exhibe a personas por reprobar, deber o haber sido sancionadas.",
        "Comuníquelo en privado a cada persona o a su familia.",
    ),
    # 6
    "curp": ("«{fragmento}» tiene la forma de una CURP.", "Quite la clave; pídala en privado."),
    "rfc": ("«{fragmento}» tiene la forma de un RFC personal.", "Quite la clave."),
    "nss": ("«{fragmento}» parece un número de seguridad social.", "Quite el número."),
    "clabe": (
        "«{fragmento}» parece una CLABE interbancaria.",
        "Quite el número; remita al portal de pagos o a la caja del plantel.",
    ),
    "tarjeta": ("«{fragmento}» parece un número de tarjeta.", "Quite el número."),
    "cuenta": (
        "«{fragmento}» parece un número de cuenta.",
        "Quite el número; remita al portal de pagos o a la caja del plantel.",
    ),
    "matricula": (
        "«{fragmento}» parece la matrícula o el folio de una persona.",
        "Quite el número; atienda el caso en privado.",
    ),
    "telefono": (
        "«{fragmento}» parece el teléfono de una persona.",
        "Quite el número o use el conmutador del plantel.",
    ),
    "telefono_dudoso": (
        "no consta que «{fragmento}» sea un teléfono institucional.",
        "Confirme que es del plantel o use el conmutador.",
    ),
    "correo": (
        "«{fragmento}» es un correo personal.",
        "Use una dirección institucional (edu.mx o gob.mx).",
    ),
    "correo_dudoso": (
        "«{fragmento}» no es un correo edu.mx ni gob.mx.",
        "Confirme que la dirección es institucional.",
    ),
    "domicilio": (
        "«{fragmento}» parece el domicilio de una persona.",
        "Quite la calle y el número.",
    ),
    "domicilio_dudoso": (
        "no consta que «{fragmento}» sea el domicilio de un plantel o de un lugar público.",
        "Nombre el lugar o quite la calle y el número.",
    ),
    "placas": ("«{fragmento}» parece la placa de un vehículo.", "Quite la placa."),
    "secreto": ("«{fragmento}» da a conocer una contraseña o clave.", "Quite la clave."),
    "pide_datos": (
        "«{fragmento}» pide datos personales en público o a favor de terceros.",
        "Pida los datos en Control Escolar o por un medio privado.",
    ),
    "ubica_persona": (
        "«{fragmento}» permite localizar o identificar a una persona.",
        "Quite el dato.",
    ),
    "nombre_completo": (
        "«{fragmento}» parece el nombre completo de una o un estudiante.",
        "Confirme que hay consentimiento por escrito, o use solo el nombre de pila.",
    ),
    "nombre_con_datos": (
        "«{fragmento}» aparece junto con datos que localizan a la persona.",
        "Quite el grupo, el horario o el dato que acompaña al nombre.",
    ),
    "busqueda": (
        "«{fragmento}» parece un aviso de búsqueda de una persona.",
        "Publique solo la ficha oficial, si así se decide.",
    ),
    "clave_elector": (
        "«{fragmento}» tiene la forma de una clave de elector.",
        "Quite la clave; avise en privado a su titular.",
    ),
    "edad": (
        "«{fragmento}» da el nombre completo de una persona menor de edad.",
        "Confirme que hay consentimiento por escrito, o use solo el nombre de pila.",
    ),
    "situacion_personal": (
        "«{fragmento}» revela salud, embarazo, familia o situación legal de alguien identificable.",
        "No lo publique; el caso se atiende en privado.",
    ),
    "lista_de_alumnos": (
        "«{fragmento}» publica una lista o el resultado individual de estudiantes.",
        "Informe por un medio privado dónde puede consultarlo cada persona.",
    ),
    "etiquetar": (
        "«{fragmento}» invita a etiquetar o a mostrar a menores.",
        "Invite a participar sin etiquetar a otras personas.",
    ),
    "sin_consentimiento": (
        "{medio} muestra a una persona y no tiene registro de consentimiento.",
        "Registre el consentimiento por escrito o cambie la imagen.",
    ),
    # 7
    "partidista": (
        "«{fragmento}» hace propaganda a favor o en contra de un partido o candidatura.",
        "Quite la referencia; la cuenta institucional es neutral.",
    ),
    "posible_partidista": (
        "«{fragmento}» puede leerse como posición política.",
        "Confirme que el contexto es académico o cívico.",
    ),
    "promocion_personal": (
        "«{fragmento}» puede ser promoción personalizada de una persona servidora pública.",
        "Informe del programa o la obra sin elogiar a quien gobierna.",
    ),
    "veda": (
        "la fecha cae en el periodo «{periodo}»: toda publicación requiere revisión.",
        "Publique solo servicios educativos, de salud o de protección civil.",
    ),
    "logro_en_veda": (
        "«{fragmento}» difunde logros o entregas durante el periodo electoral.",
        "Espere a que termine el periodo.",
    ),
    # 8
    "venta": (
        "«{fragmento}» ofrece un producto o servicio particular.",
        "Quítelo; la cuenta no hace publicidad.",
    ),
    "posible_publicidad": (
        "«{fragmento}» puede ser publicidad de un particular.",
        "Agradezca solo con el nombre: sin ofertas, precios, dirección ni lema.",
    ),
    "dinero_facil": (
        "«{fragmento}» promueve préstamos, inversiones o ventas multinivel.",
        "No lo publique.",
    ),
    # 9
    "cadena": (
        "«{fragmento}» es una cadena o pide reenviar sin fuente.",
        "No lo publique; cite la fuente oficial.",
    ),
    "rumor": (
        "«{fragmento}» difunde algo sin fuente identificada.",
        "Verifique con la fuente oficial y cítela.",
    ),
    "regalo": (
        "«{fragmento}» ofrece regalos o premios a cambio de registrarse o compartir.",
        "No lo publique; puede ser un fraude para obtener datos.",
    ),
    "falso_remedio": (
        "«{fragmento}» afirma algo de salud sin respaldo de una autoridad sanitaria.",
        "No lo publique; cite a la Secretaría de Salud, al IMSS o a la jurisdicción sanitaria.",
    ),
    "consejo_salud": (
        "«{fragmento}» aconseja sobre salud sin citar a una autoridad sanitaria.",
        "Cite la fuente oficial o quite el consejo.",
    ),
    "dia_no_coincide": (
        "«{fragmento}» no coincide: esa fecha cae en {fecha}.",
        "Corrija el día de la semana o la fecha.",
    ),
    "fecha_imposible": ("«{fragmento}» no es una fecha que exista.", "Corrija la fecha."),
    "hora_imposible": ("«{fragmento}» no es una hora que exista.", "Corrija la hora."),
    "evento_pasado": (
        "invita a algo del {fecha}, que ya habrá pasado al publicarse.",
        "Corrija la fecha del evento o la de publicación.",
    ),
    "acortador": (
        "«{fragmento}» es un enlace acortado y oculta a dónde lleva.",
        "Use el enlace completo del sitio oficial.",
    ),
    "dominio": (
        "«{dominio}» no está entre los dominios permitidos.",
        "Confirme que el sitio es oficial o enlace a uno permitido.",
    ),
    # 10
    "proselitismo": (
        "«{fragmento}» invita a un culto, predica o pide rezar.",
        "Quítelo; la educación pública es laica.",
    ),
    "expresion_religiosa": (
        "«{fragmento}» es una expresión religiosa.",
        "Use una fórmula neutral.",
    ),
    # 11
    "mayusculas": (
        "más de la mitad del texto está en mayúsculas.",
        "Escriba en minúsculas; reserve las mayúsculas para iniciales y siglas.",
    ),
    "puntuacion_repetida": ("«{fragmento}» repite signos.", "Deje un solo signo."),
    "letras_repetidas": ("«{fragmento}» repite letras.", "Escriba la palabra completa una vez."),
    "sin_apertura": (
        "falta el signo de apertura {signo} en «{fragmento}».",
        "Agregue {signo} al inicio de la frase.",
    ),
    "sin_acento": ("«{fragmento}» se escribe «{palabra}».", "Agregue el acento."),
    "demasiado_largo": (
        "el texto mide {largo} y la red admite {limite}.",
        "Acorte el texto o divídalo en un hilo.",
    ),
    "sin_leer": (
        "el texto pasa de 10,000 caracteres y el resto no se revisó.",
        "Acorte el texto.",
    ),
    # 12
    "alt_vacio": (
        "{medio} no tiene texto alternativo.",
        "Describa lo que se ve en {minimo} a {maximo} caracteres.",
    ),
    "alt_corto": (
        "el texto alternativo {de_medio} tiene menos de {minimo} caracteres.",
        "Describa quién aparece, qué hace y dónde.",
    ),
    "alt_largo": (
        "el texto alternativo {de_medio} pasa de {maximo} caracteres.",
        "Resuma la descripción.",
    ),
    "alt_repetido": (
        "el texto alternativo {de_medio} es igual al de otra.",
        "Diga lo que distingue a cada una.",
    ),
    "alt_redundante": (
        "el texto alternativo {de_medio} empieza por decir que es una foto.",
        "El lector de pantalla ya lo dice: empiece por lo que se ve.",
    ),
    "alt_generico": (
        "el texto alternativo {de_medio} no dice qué se ve.",
        "Describa quién aparece, qué hace y dónde.",
    ),
    "muchas_etiquetas": (
        "hay {cuantas} etiquetas y el máximo es {maximo}.",
        "Deje las más útiles.",
    ),
    "etiqueta_sin_mayusculas": (
        "«{fragmento}» une palabras sin distinguirlas.",
        "Escriba con mayúscula inicial cada palabra de la etiqueta.",
    ),
    "muchos_emojis": ("hay {cuantos} emojis y el máximo es {maximo}.", "Quite los que sobran."),
    "emoji_en_palabra": ("«{fragmento}» está en medio de una palabra.", "Póngalo al final."),
    "emoji_repetido": ("«{fragmento}» se repite.", "Deje uno solo."),
    "sin_subtitulos": (
        "{medio} no declara subtítulos ni transcripción.",
        "Agregue subtítulos o una transcripción.",
    ),
    "letras_decorativas": (
        "«{fragmento}» usa letras decorativas que un lector de pantalla no lee.",
        "Escriba con letras comunes.",
    ),
    # 13, 14, 15
    "nombre_institucion": (
        "«{fragmento}» no es como se escribe el nombre del subsistema.",
        "Escriba «CECyTE» o «EMSaD».",
    ),
    "nombre_plantel": (
        "«{fragmento}» no es como se escribe el nombre del plantel.",
        "Escriba «{nombre}».",
    ),
    "sin_credito": (
        "{medio} no declara autoría ni licencia.",
        "Anote la autoría, la licencia o que es obra propia.",
    ),
    "comunicado": (
        "«{fragmento}»: solo Difusión Institucional publica comunicados de prensa.",
        "Envíe la información como aportación, o comparta el enlace del comunicado oficial.",
    ),
}
_EASED = {
    "advertencia": "Por lo que dice alrededor solo se advierte.",
    "informativa": "Por lo que dice alrededor no parece ofensa ni falta: no detiene el texto.",
}
_FRAGMENT_MAX = 80


def reasons() -> frozenset[str]:
    """Return the keys that rule modules and the lexicon may use."""
    return frozenset(_REASONS)


def explanation(hit: Hit, fragment: str) -> str:
    """Say which rule a text touches and why."""
    values = {"fragmento": _short(fragment), **dict(hit.values)}
    sentence = f"Regla {hit.rule}: {_REASONS[hit.reason][0].format_map(values)}"
    return f"{sentence} {_EASED[hit.severity]}" if hit.eased else sentence


def suggestion(hit: Hit) -> str:
    """Say what the author can do."""
    return _REASONS[hit.reason][1].format_map(dict(hit.values))


def date_words(when: dt.date) -> str:
    """Return ``lunes 24 de febrero de 2026``."""
    return f"{_DAYS[when.weekday()]} {when.day} de {_MONTHS[when.month - 1]} de {when.year}"


def _short(fragment: str) -> str:
    body = " ".join(fragment.split())
    return body if len(body) <= _FRAGMENT_MAX else body[: _FRAGMENT_MAX - 1].rstrip() + "…"


_MEDIA = {
    "image": ("la imagen {n}", "de la imagen {n}"),
    "gif": ("el GIF {n}", "del GIF {n}"),
    "video": ("el video {n}", "del video {n}"),
}


def medium(kind: str | None, number: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return a hit's values that name a medium, alone and after a noun; a picture by default."""
    alone, after = _MEDIA.get(kind or "image", _MEDIA["image"])
    return ("medio", alone.format(n=number)), ("de_medio", after.format(n=number))
