"""What would have changed it: after final, from the frozen version, and true when it is computed."""

from dataclasses import replace

import pytest

from feedback.services.appraisals import versions
from feedback.services.assessment.assessing import Assessable, assess
from feedback.services.decisions import confirming
from feedback.services.plans import what_if
from feedback.services.plans.what_if import LeverKind
from tests.rounds import Bureau, scheme


def test_it_is_told_after_final_only(bureau: Bureau):
    document = versions.document(bureau.session, bureau.of("A02"))
    assert what_if.of_appraisal(bureau.of("A02"), document) is None
    bureau.tell("A02")
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    confirming.finish_due(bureau.session, bureau.calendar(days=8))
    assert what_if.of_appraisal(bureau.of("A02"), document) is not None


@pytest.mark.parametrize(("code", "band", "needed"), [("A02", "A", 90), ("A03", "B", 75)])
def test_the_smallest_figure_that_reaches_the_next_band(bureau: Bureau, code: str, band: str, needed: float):
    document = versions.document(bureau.session, bureau.of(code))
    found = what_if.of(scheme(), document)
    (lever,) = found.levers
    assert (found.band.id, lever.kind, lever.id, lever.needed) == (band, LeverKind.KPI, "revenue", needed)
    assert lever.effort == pytest.approx((needed - lever.was) / 100)


def test_with_that_figure_the_band_is_reached_and_with_one_step_less_it_is_not(bureau: Bureau):
    document = versions.document(bureau.session, bureau.of("A02"))
    (lever,) = what_if.of(scheme(), document).levers
    for figure, band in ((lever.needed, "A"), (lever.needed - 1, "B")):
        figures = tuple(
            replace(each, value=figure) if each.kind == "actual" else each for each in document.inputs.figures
        )
        changed = Assessable(document.subject, replace(document.inputs, figures=figures))
        (again,) = assess(scheme(), document.period, [changed])
        assert again.official.band.id == band


def test_there_is_nothing_above_the_best_band(bureau: Bureau):
    assert what_if.of(scheme(), versions.document(bureau.session, bureau.of("A01"))) is None
