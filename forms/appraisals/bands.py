"""Bands and bonus, of a scheme or of one of its profiles (``[[profile.band]]``)::

[[band]]                           # best first; half-open: 90 is an A
id = "A"
from = 90
title = {en = "Excellent", zh = "..."}
gate = [{figure = "kpi.attainment", from = 120}]      # what must be reached besides; the last band has none
examples = [{en = "What somebody of this band does", zh = "..."}]
bonus = 1.2                        # only where [pay] bonus_by_band is true: the share of this band

[[bonus]]                          # best first
from = 80
share = 1.0                        # of the bonus; a fraction, at most 3
[[bonus]]
from = 60
share = 0.6
linear = true                      # default false: grows from here to the share of the row above
"""

from collections.abc import Sequence

from forms.appraisals.rules import Band, Bonus, Gate
from forms.document import LARGEST_NUMBER, Section, filled

MOST_BONUS = 3.0
KPI_FIGURES = ("kpi.attainment", "kpi.score", "kpi.coverage")
FEEDBACK_FIGURES = ("feedback.score", "feedback.top2box", "feedback.nps")
FIGURES = (*KPI_FIGURES, *FEEDBACK_FIGURES, "goals")
ONE_KPI, ATTAINMENT = "kpi:", ".attainment"


def bands(section: Section) -> tuple[Band, ...]:
    """Of the scheme's root or of a profile."""
    found = tuple(_band(each) for each in section.sections("band"))
    section.unique("band", (band.id for band in found))
    _check_starts(section, "band", [band.start for band in found])
    if found and found[-1].gates:
        section.fault(f"band[{len(found)}].gate", "last_band_gate")
    return found


def bonuses(section: Section) -> tuple[Bonus, ...]:
    found = tuple(_bonus(each) for each in section.sections("bonus"))
    _check_starts(section, "bonus", [bonus.start for bonus in found])
    if found and found[0].linear:
        section.fault("bonus[1].linear", "first_not_linear")
    return found


def kpi_of(gate: Gate) -> str | None:
    """The KPI whose attainment the gate asks for."""
    if gate.figure.startswith(ONE_KPI):
        return gate.figure.removeprefix(ONE_KPI).removesuffix(ATTAINMENT)
    return None


def _band(section: Section) -> Band:
    band = Band(
        id=section.identifier("id"),
        start=section.number("from"),
        title=section.languages("title"),
        gates=tuple(_gate(each) for each in section.sections("gate")),
        examples=tuple(texts for each in section.sections("examples") if (texts := each.texts())),
        bonus=section.optional_number("bonus", least=0.0, most=MOST_BONUS),
    )
    section.close()
    return band


def _gate(section: Section) -> Gate:
    gate = Gate(section.string("figure"), section.number("from", least=-LARGEST_NUMBER))
    of_one = gate.figure.startswith(ONE_KPI) and gate.figure.endswith(ATTAINMENT)
    if gate.figure and gate.figure not in FIGURES and not of_one:
        known = ", ".join((*FIGURES, f"{ONE_KPI}ID{ATTAINMENT}"))
        section.fault("figure", "unknown_figure", value=gate.figure, known=known)
    section.close()
    return gate


def _bonus(section: Section) -> Bonus:
    bonus = Bonus(
        section.number("from"), section.number("share", most=MOST_BONUS), section.flag("linear", False)
    )
    section.close()
    return bonus


def _check_starts(section: Section, key: str, starts: list[float]) -> None:
    if starts != sorted(set(starts), reverse=True):
        section.fault(key, "not_descending")
    if starts and starts[-1] != 0:
        section.fault(key, "last_not_zero")


def bands_definition(found: Sequence[Band]) -> list[dict[str, object]]:
    return [_band_definition(band) for band in found]


def _band_definition(band: Band) -> dict[str, object]:
    table: dict[str, object] = {"id": band.id, "from": band.start, "title": band.title}
    gates = [{"figure": gate.figure, "from": gate.start} for gate in band.gates]
    return table | filled({"gate": gates, "examples": list(band.examples), "bonus": band.bonus})


def bonuses_definition(found: Sequence[Bonus]) -> list[dict[str, object]]:
    return [{"from": bonus.start, "share": bonus.share, "linear": bonus.linear} for bonus in found]
