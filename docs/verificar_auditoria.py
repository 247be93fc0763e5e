# ruff: noqa: D103, INP001 - se lee y se corre sola; sólo pide «pip install cryptography»
"""python verificar_auditoria.py CARPETA LLAVE_PÚBLICA [ANCLA.json]: la impresa, no otra."""

import json
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def must(holds, sentence):
    if not holds:
        sys.exit(f"NO ES AUTÉNTICA: {sentence}.")


def verify(folder, printed, *anchors):
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(printed.replace("-", "")))
    body = (folder / "manifiesto.json").read_bytes()
    key.verify(bytes.fromhex((folder / "manifiesto.firma").read_text()), body)
    said, links, digest = json.loads(body), {}, sha256()
    with (folder / "bitacora.jsonl").open("rb") as lines:
        for line in lines:
            digest.update(line)
            links[json.loads(line)["seq"]] = json.loads(line)["link"]
    must(digest.hexdigest() == said["sha256"], "los asientos fueron alterados")
    must(said["plantel"] or [*links] == [*range(said["from"], said["to"] + 1)], "faltan eslabones")
    previous = said["previous"]
    for one in said["checkpoints"]:
        parts = ("checkpoint-v1", one["seq"], one["count"], one["head"], one["at"], previous)
        message = json.dumps(parts, separators=(",", ":")).encode()
        key.verify(bytes.fromhex(previous := one["signature"]), message)
        links.setdefault(one["seq"], one["head"])
        must(links[one["seq"]] == one["head"], f"el punto {one['seq']} es de otra cadena")
    for one in (point for anchor in anchors for point in anchor["checkpoints"]):
        must(one["seq"] <= said["to"], f"el ancla llega al eslabón {one['seq']}: faltan asientos")
        must(links.get(one["seq"], one["head"]) == one["head"], "el ancla es de otra cadena")
    return f"Auténtica: {said['lines']} asientos, eslabones {said['from']} a {said['to']}."


try:
    anchors = [json.loads(Path(name).read_bytes()) for name in sys.argv[3:]]
    sys.stdout.write(verify(Path(sys.argv[1]), sys.argv[2].replace(" ", ""), *anchors) + "\n")
except InvalidSignature:
    sys.exit("NO ES AUTÉNTICA: lo que dice el manifiesto no lo firmó esa llave.")
except (IndexError, KeyError, ValueError, OSError) as error:
    sys.exit(f"No se pudo verificar ({error!r}). {__doc__}")
