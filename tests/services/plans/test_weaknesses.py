"""What an appraisal is weakest in, for the plan that follows from it."""

from feedback.services.assessment.assessing import assess
from feedback.services.plans import weaknesses
from tests.rounds import Bureau
from tests.services.assessment import people
from tests.services.assessment.people import assessable, inputs


def test_a_kpi_below_its_target_is_named(bureau: Bureau):
    found = weaknesses.of_appraisal(bureau.session, bureau.of("A03"))
    assert found and [round(each.score) for each in found.kpis] == [60]
    assert found.dimensions == ()


def test_the_lowest_come_first_and_only_three():
    document = next(assess(people.scheme(), people.PERIOD, [assessable(inputs())]))
    below = sorted(
        line.score for segment in document.segments for line in segment.kpis if (line.score or 100) < 100
    )
    found = weaknesses.of(document)
    assert [each.score for each in found.kpis] == below[:3]
    assert [each.score for each in found.dimensions] == [82.5, 82.5]


def test_nothing_is_weak_before_it_is_computed(bureau: Bureau):
    appraisal = bureau.of("A03")
    appraisal.version = None
    assert weaknesses.of_appraisal(bureau.session, appraisal) is None
