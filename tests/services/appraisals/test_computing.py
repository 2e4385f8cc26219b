"""A round from its facts to versions."""

import pytest

from feedback.models.people import Person
from feedback.models.rounds import AppraisalState, VersionCause
from feedback.services.appraisals import versions
from feedback.services.assessment.appraisal_document import AppraisalStatus, Held
from feedback.services.ground.errors import NotPossible
from tests.services.appraisals.company import Company

GROUPS = {"client": 5, "supervisor": 1, "peer": 3}


@pytest.fixture
def person(company: Company) -> Person:
    """Everything that his appraisal needs is there."""
    (person,) = company.subjects(company.campaign(GROUPS))
    company.figures([person])
    company.goal(person)
    return person


def test_everybody_with_a_profile_gets_a_first_version(company: Company, person: Person):
    found = company.compute()
    assert [(each.appraisal.person.code, each.cause) for each in found.changes] == [(person.code, "first")]
    appraisal, document = company.appraisal(person), company.document(person)
    assert (appraisal.state, appraisal.version) == (AppraisalState.COMPUTED, 1)
    assert document.status is AppraisalStatus.OK and document.official is not None
    parts = [part.contribution for part in document.segments[0].components]
    assert sum(parts) == pytest.approx(document.official.score)


def test_the_same_inputs_make_no_new_version(company: Company, person: Person):
    company.compute()
    again = company.compute()
    assert (again.changes, again.unchanged) == ((), 1)


def test_a_corrected_figure_makes_a_version_with_cause_and_a_readable_difference(
    company: Company, person: Person
):
    company.compute()
    company.figure(person, "sales-revenue", "2026-11", value=450_000.0, reason="a late invoice")
    found = company.compute(reason="a late invoice")
    assert [(each.number, each.cause) for each in found.changes] == [(2, VersionCause.FIGURE)]
    changed = {each.id: (each.before, each.after) for each in found.changes[0].differences}
    assert changed["segment-1.kpi.sales-revenue.actual.2026-11"] == (400_000.0, 450_000.0)
    assert changed["segment-1.kpi.sales-revenue.actual"] == (1_200_000.0, 1_250_000.0)
    before, after = (company.document(person, number=number).official for number in (1, 2))
    assert before and after and after.score > before.score
    assert [
        (each.number, each.reason) for each in versions.history(company.session, company.appraisal(person))
    ] == [
        (1, ""),
        (2, "a late invoice"),
    ]


def test_what_is_not_released_is_no_input(company: Company):
    company.campaign(GROUPS, release=False)
    with pytest.raises(NotPossible, match="2026Q4 is not released: an appraisal uses released results only"):
        company.compute()


def test_a_critical_incident_that_is_pending_holds_and_says_nothing(company: Company, person: Person):
    company.incident(person, "critical", "reported")
    company.compute()
    document = company.document(person)
    assert (document.status, document.held, document.official) == (
        AppraisalStatus.HELD,
        (Held.INCIDENT,),
        None,
    )
    assert "CASE-1" not in str(document)


def test_not_qualified_is_a_status_outside_the_bands(company: Company, person: Person):
    company.incident(person, "critical")
    company.compute()
    document = company.document(person)
    assert document.status is AppraisalStatus.NOT_QUALIFIED
    assert document.official and (document.official.shown, document.official.band) == ("0.00", None)
    assert document.official.bonus == 0 and document.computed and document.computed.score > 0
