#!/bin/sh
# cattrs 26.2.1: a structure hook that is registered for `str` is also taken for every StrEnum, in place of cattrs'
# own way with enumerations. What comes back is a text that equals the member and is not it: `==` holds, `is` and
# isinstance() do not, and a comparison of the restored object with the first one finds no difference.
# Expected by a good guess: hooks are for the very type that they are registered for, and enumerations go on being made.
# A hook for StrEnum itself puts it right, since it comes first among the classes of a member.
#
# Seen with Python 3.11: the three lines at the end.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check cattrs==26.2.1
"$room/venv/bin/python" - <<'TEXT' > "$room/seen"
from dataclasses import dataclass
from enum import StrEnum

from cattrs import Converter


class Colour(StrEnum):
    RED = "red"


@dataclass
class Car:
    colour: Colour


def tell(name, converter):
    found = converter.structure({"colour": "red"}, Car)
    kind = type(found.colour).__name__
    print(name, kind, "equal", found == Car(Colour.RED), "identical", found.colour is Colour.RED)


untouched, hooked, mended = Converter(), Converter(), Converter()
for converter in (hooked, mended):
    converter.register_structure_hook(str, lambda value, _: value)
mended.register_structure_hook(StrEnum, lambda value, kind: kind(value))
tell("untouched", untouched)
tell("hooked", hooked)
tell("mended", mended)
TEXT
cat "$room/seen"
diff - "$room/seen" <<'TEXT'
untouched Colour equal True identical True
hooked str equal True identical False
mended Colour equal True identical True
TEXT
