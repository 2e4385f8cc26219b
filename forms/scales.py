"""A scale: what may be chosen, and how many points each choice is worth."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.document import LANGUAGES, Section

MOST_VALUES = 101
MOST_POINTS = 1_000_000  # on either side of 0: sums of points are exact


@dataclass(frozen=True)
class Scale:
    id: str
    first: int
    points: tuple[float, ...]
    labels: Mapping[str, tuple[str, ...]]

    @property
    def values(self) -> range:
        """The values a respondent may choose."""
        return range(self.first, self.first + len(self.points))

    def labels_for(self, language: str) -> tuple[str, ...]:
        """One label per value, in another language if need be; without any the values themselves."""
        known = self.labels.get(language) or next(iter(self.labels.values()), None)
        return known or tuple(map(str, self.values))


NPS_SCALE = Scale("nps", 0, tuple(map(float, range(11))), {})


def parse(name: str, section: Section) -> Scale:
    first = section.integer("first", 1, least=-1000, most=1000)
    points = section.numbers("points")
    if section.has("points") and not 2 <= len(points) <= MOST_VALUES:
        section.fault("points", "wrong_count", count=len(points), least=2, most=MOST_VALUES)
    elif points and min(points) == max(points):
        section.fault("points", "flat_points")
    if beyond := [point for point in points if abs(point) > MOST_POINTS]:
        section.fault("points", "out_of_range", value=beyond[0], least=-MOST_POINTS, most=MOST_POINTS)
    labels = _labels(section.section("labels"), len(points))
    section.close()
    return Scale(name, first, points, labels)


def _labels(section: Section, count: int) -> dict[str, tuple[str, ...]]:
    labels = {name: section.strings(name) for name in LANGUAGES if section.has(name)}
    for name, texts in labels.items():
        if texts and len(texts) != count:
            section.fault(name, "wrong_length", count=len(texts), expected=count)
    section.close("unknown_language")
    return labels


def definition(scale: Scale) -> dict[str, object]:
    return {"first": scale.first, "points": scale.points, "labels": scale.labels}
