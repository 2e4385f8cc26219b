"""Other periods of the same person: for himself all, for others what they reviewed or led then."""

import pytest
from sqlalchemy import select

from feedback.models.figures import Figure
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.appraisals import computing, rounds
from feedback.services.decisions import results, reviewers
from feedback.services.dossiers import dossier, reading
from feedback.services.dossiers.dossier import Dossier
from tests.factories import Office
from tests.rounds import Bureau

EARLIER = "2026Q3"


@pytest.fixture
def bureau(office: Office) -> Bureau:
    """A01 has reached 95 in the fourth quarter, and 80 in the third, which is final."""
    bureau = Bureau(office, {"A01": 95})
    facts = {"actor": "hr@example.com", "now": bureau.now}
    made = rounds.create(bureau.session, EARLIER, bureau.scheme, **facts)
    rounds.start(bureau.session, made, **facts)
    for figure in bureau.session.scalars(select(Figure)).all():
        again = {
            name: getattr(figure, name) for name in ("person_id", "kpi", "kind", "state", "source", "at")
        }
        value = 80 if figure.state is None else 100
        again |= {"actor": figure.actor, "version": 1, "by_subject": figure.by_subject}
        bureau.session.add(Figure(period=EARLIER, value=value, **again))
    bureau.session.flush()
    computing.compute(bureau.session, made, **facts)
    before = bureau.session.scalars(select(Appraisal).join(Round).where(Round.period == EARLIER)).one()
    results.confirm(bureau.session, before, bureau.by("hr"))
    before.state = AppraisalState.FINAL
    bureau.session.commit()
    return bureau


def seen(bureau: Bureau, name: str) -> Dossier:
    by = bureau.by(name)
    return dossier.of(bureau.session, *reading.find(bureau.session, bureau.period, "A01", by), by)


def test_the_person_compares_with_the_period_before(bureau: Bureau):
    bureau.tell("A01")
    found = seen(bureau, "A01")
    assert [(each.period, each.state) for each in found.periods] == [(EARLIER, AppraisalState.FINAL)]
    assert found.result and found.result.before
    before = found.result.before
    assert (before.shown, before.band and before.band.id, before.qualified) == ("80.00", "B", True)


def test_a_period_of_which_he_was_not_told_yet_has_no_result_for_him(bureau: Bureau):
    bureau.tell("A01")
    before = bureau.session.scalars(select(Appraisal).join(Round).where(Round.period == EARLIER)).one()
    before.state = AppraisalState.CONFIRMED
    bureau.session.commit()
    (own,), (reviewed,) = (seen(bureau, name).periods for name in ("A01", "M01"))
    assert own.result is None and reviewed.result is not None


def test_who_reviews_from_now_on_reads_nothing_of_the_quarter_before(bureau: Bureau):
    reviewers.change(bureau.session, bureau.of("A01"), bureau.people["M02"], "M01 left", bureau.by("hr"))
    bureau.session.commit()
    found = seen(bureau, "M02")
    assert found.result and found.result.before is None and found.periods == ()
