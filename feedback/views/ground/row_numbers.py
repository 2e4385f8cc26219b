"""Numbers of rows in addresses and forms: none is larger than what a column holds."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class RowNumberConverter(IntegerConverter):
    """Of `<int:...>` in any address; a larger number is an address that does not exist."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST} | options)


def row_number(text: str) -> int:
    """Raises ValueError for what is none."""
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError("no row has this number")
    return number
