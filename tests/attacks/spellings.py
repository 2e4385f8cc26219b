"""The ways in which a text or a key may stand in a file without being readable at a glance."""

import base64
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LEAST = 8  # bytes of a spelling that are no coincidence


def spellings(secret: bytes | str) -> dict[str, bytes]:
    data = secret.encode() if isinstance(secret, str) else secret
    found = {"plain": data, "hex": data.hex().encode(), "hex in capitals": data.hex().upper().encode()}
    for shift in range(3):
        found[f"base64 from place {shift}"] = _base64(data, shift)
        found[f"url-safe base64 from place {shift}"] = _base64(data, shift, altchars=b"-_")
    if isinstance(secret, str):
        found |= {
            "UTF-16, little end first": secret.encode("utf-16-le"),
            "UTF-16, big end first": secret.encode("utf-16-be"),
            "GB18030": secret.encode("gb18030"),
            "escaped for addresses": quote(secret, safe="").encode(),
            "escaped for JSON": json.dumps(secret)[1:-1].encode(),
            "escaped for HTML": secret.encode("ascii", "xmlcharrefreplace"),
        }
    return {name: spelling for name, spelling in found.items() if len(spelling) >= LEAST}


def _base64(data: bytes, shift: int, altchars: bytes | None = None) -> bytes:
    """What base64 has of it wherever it stands in something longer: its ends share characters with their neighbours."""
    encoded = base64.b64encode(b"\0" * shift + data, altchars)
    whole = (shift + len(data)) // 3 * 4
    return encoded[(0, 2, 3)[shift] : whole]


@dataclass(frozen=True)
class Sighting:
    what: str
    spelling: str
    where: Path

    def __str__(self) -> str:
        return f"{self.what} ({self.spelling}) in {self.where}"


def sightings(secrets: Mapping[str, bytes | str], files: Iterable[Path]) -> Iterator[Sighting]:
    """Each secret in each spelling, in the bytes of files and in their names."""
    wanted = [(what, *pair) for what, secret in secrets.items() for pair in spellings(secret).items()]
    for path in files:
        try:
            data = path.read_bytes() + b"\0" + os.fsencode(path)
        except OSError:  # gone meanwhile, or a socket
            continue
        for what, spelling, needle in wanted:
            if needle in data:
                yield Sighting(what, spelling, path)
