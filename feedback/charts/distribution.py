"""How answers spread over a scale: one bar for each item, from the worst to the best answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, box, shortened, text
from feedback.charts.palette import ON_DARK, ON_LIGHT, TICK, shades

WIDTH, LABEL, ROW, BAR, LABEL_ROOM = 360, 16, 40, 16, 56
LEAST_LABELLED = 0.09
LEGEND_ROW = 18


@dataclass(frozen=True)
class Bar:
    """Shares of the answers, worst first; they add up to 1."""

    title: str
    shares: tuple[float, ...]


def draw(bars: Sequence[Bar], labels: Sequence[str]) -> Drawing:
    colours = shades(len(labels))
    bottom = ROW * len(bars)
    return Drawing(
        width=WIDTH,
        height=bottom + 8 + LEGEND_ROW * -(-len(labels) // 2),
        marks=[
            *(mark for row, bar in enumerate(bars) for mark in _bar(bar, ROW * row, labels, colours)),
            *(
                mark
                for place, label in enumerate(labels)
                for mark in _key(place, label, colours[place], bottom + 14)
            ),
        ],
    )


def _bar(bar: Bar, y: float, labels: Sequence[str], colours: Sequence[str]) -> list[Mark]:
    marks: list[Mark] = [text(0, y + LABEL / 2, shortened(bar.title, LABEL_ROOM), align="left")]
    x = 0.0
    for share, label, colour in zip(bar.shares, labels, colours, strict=True):
        width = share * WIDTH
        words = f"{share:.0%}"
        if share:
            marks.append(box(x, y + LABEL + 1, width, BAR, colour, f"{label}: {words}"))
        if share >= LEAST_LABELLED:
            marks.append(text(x + width / 2, y + LABEL + 1 + BAR / 2, words, size=TICK, colour=_on(colour)))
        x += width
    return marks


def _on(colour: str) -> str:
    """Dark words on light colours, light ones on dark."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return ON_LIGHT if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else ON_DARK


def _key(place: int, label: str, colour: str, top: float) -> list[Mark]:
    x, y = (place % 2) * WIDTH / 2, top + LEGEND_ROW * (place // 2)
    return [box(x, y - 5, 10, 10, colour), text(x + 16, y, label, align="left")]
