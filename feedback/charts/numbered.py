"""Dots that bear numbers, each where there is room for it, and the list of what the numbers stand for."""

from collections.abc import Iterator, Sequence
from itertools import count, product

from feedback.charts.marks import Mark, Place, shortened, text
from feedback.charts.palette import INK

ROW, LABEL_ROOM = 18, 48
NUMBER_AWAY, NUMBER_ROOM = 13, 12
AROUND = [(dx, dy) for dx, dy in product((0, 1, -1), repeat=2) if dx or dy]


def numbers(dots: Sequence[tuple[int, Place]]) -> Iterator[Mark]:
    """The numbers beside dots at these places."""
    taken = [place for _number, place in dots]
    for number, place in dots:
        spot = _free_spot(place, taken)
        taken.append(spot)
        yield text(*spot, str(number), colour=INK, bold=True)


def _free_spot(place: Place, taken: Sequence[Place]) -> Place:
    """Beside the dot, where no other dot or number stands; dots at one place have their numbers further out."""
    spots = (
        (place[0] + dx * NUMBER_AWAY * ring, place[1] + dy * NUMBER_AWAY * ring)
        for ring in count(1)
        for dx, dy in AROUND
    )
    return next(
        (x, y)
        for x, y in spots
        if all(abs(x - other) + abs(y - below) >= NUMBER_ROOM for other, below in taken)
    )


def titles(named: Sequence[tuple[int, str]], left: float, top: float) -> Iterator[Mark]:
    """What the numbers stand for, one below the other."""
    for place, (number, title) in enumerate(named):
        words = f"{number}  {shortened(title, LABEL_ROOM)}"
        yield text(left, top + ROW * place + 8, words, align="left")
