"""A scheme's appraisal in words: what its page shows of the tables, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from feedback.presentation.locales import language
from forms.appraisals.bands import ATTAINMENT, ONE_KPI
from forms.appraisals.choices import PeriodKind
from forms.bands_editor import FIGURES
from forms.kpi_editor import COMBINATIONS, DIRECTIONS, METHODS, MISSING, SOURCES, kpi_titles
from forms.kpi_editor import FIGURES as KPI_FIGURES
from forms.process_editor import (
    ABSENT_COMPONENTS,
    ABSENT_GOALS,
    COMPONENTS,
    FEEDS,
    INTERVIEWS,
    SECOND_ANSWERS,
    YEAR_CLIENTS,
    YEAR_OTHERS,
)
from forms.questionnaire import in_language
from forms.words import N_

CHOICES = {
    "method": METHODS,
    "figure": KPI_FIGURES,
    "combine": COMBINATIONS,
    "source": SOURCES,
    "missing": MISSING,
    "direction": DIRECTIONS,
    "feed": FEEDS,
    "client": YEAR_CLIENTS,
    "others": YEAR_OTHERS,
    "component": ABSENT_COMPONENTS,
    "part": COMPONENTS,
    "goals": ABSENT_GOALS,
    "interview": INTERVIEWS,
    "second_answer_by": SECOND_ANSWERS,
}
WORDINGS = {key: {str(each.value): each.label for each in choices} for key, choices in CHOICES.items()}
KINDS = {PeriodKind.QUARTER: N_("Quarter"), PeriodKind.YEAR: N_("Year"), PeriodKind.MONTH: N_("Month")}
GATE_FIGURES = {str(each.value): each.label for each in FIGURES}

Table = Mapping[str, Any]


def words(table: Table) -> dict[str, object]:
    """For the templates of a scheme's page."""
    titles = kpi_titles(table, language())

    def gate_figure(figure: str) -> str:
        if figure in GATE_FIGURES:
            return gettext(GATE_FIGURES[figure])
        kpi = figure.removeprefix(ONE_KPI).removesuffix(ATTAINMENT)
        return gettext("%(kpi)s, attainment in per cent", kpi=titles.get(kpi, kpi))

    return {
        "wordings": WORDINGS,
        "kind_words": KINDS,
        "kpi_titles": titles,
        "gate_figure": gate_figure,
        "profile_kpis": profile_kpis,
        "scheme_names": scheme_names,
        "weight_total": weight_total,
    }


def profile_kpis(profile: Table, table: Table) -> list[str]:
    """In the order of the scheme; what it does not have stands last."""
    named = {kpi for kind in PeriodKind for kpi in profile.get(kind, {})}
    listed = [str(row.get("id")) for row in table.get("kpi", ()) if row.get("id") in named]
    return [*listed, *sorted(named - {*listed})]


def scheme_names(table: Table, key: str, chosen: Sequence[str]) -> list[str]:
    rows = table.get(key, ())
    titles = rows if isinstance(rows, Mapping) else {str(row.get("id")): row for row in rows}
    return [in_language(titles.get(name, {}).get("title", {}), language()) or name for name in chosen]


def weight_total(weights: Table) -> float:
    return sum(weight for weight in weights.values() if isinstance(weight, int | float))
