"""Targets: proposed by one side, agreed to by the other, each step readable."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from feedback.models.figures import Figure, FigureKind, TargetState
from forms import scheme as schemes
from tests.factories import Office
from tests.rounds import SCHEME, Bureau
from tests.views.appraisals.desks import Desks

RUNNING = datetime(2026, 11, 2, 2, tzinfo=UTC)
ADDRESS, AGREE = "/appraisals/targets/2026Q4/A01", "/appraisals/targets/agree/2026Q4/A01"
PROPOSAL = {"kpi": "revenue", "period": "2026Q4", "value": "120", "reason": "a new client"}


@pytest.fixture
def bureau(clock: time_machine.Traveller, office: Office) -> Bureau:
    """By a scheme in which targets are agreed, while the period runs."""
    clock.move_to(RUNNING)
    facts = {"calibration": "false", "interview": "never", "limit": 0, "second": "line"}
    text = (SCHEME % facts).replace("targets_agreed = false", "targets_agreed = true")
    return Bureau(office, {"A01": 95, "A02": 80}, scheme=schemes.load(text.encode()), now=RUNNING)


def targets(bureau: Bureau) -> list[tuple[float | None, TargetState | None]]:
    own = (Figure.person_id == bureau.people["A01"].id, Figure.kind == FigureKind.TARGET)
    rows = bureau.session.scalars(select(Figure).where(*own).order_by(Figure.version))
    return [(row.value, row.state) for row in rows]


def waiting(page: str) -> dict[str, str]:
    """What the button to agree sends."""
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("period", "kpi", "version")
    }


@pytest.mark.parametrize(("proposes", "agrees"), [("M01", "A01"), ("A01", "M01")])
def test_what_one_side_proposes_counts_once_the_other_agrees(
    bureau: Bureau, desks: Desks, proposes: str, agrees: str
):
    one, other = desks.of(proposes), desks.of(agrees)
    assert one.post(ADDRESS, PROPOSAL, ADDRESS).status_code == 303
    assert targets(bureau)[-1] == (120, TargetState.PROPOSED)
    assert "waits for you" in other.get("/appraisals/of/2026Q4/A01?lang=en").text
    assert "waits for the other side" in one.get(f"{ADDRESS}?lang=en").text
    assert other.post(AGREE, waiting(other.get(ADDRESS).text), ADDRESS).status_code == 303
    assert targets(bureau)[-1] == (120, TargetState.AGREED)


def test_all_that_waits_is_agreed_to_at_once_or_nothing_is(bureau: Bureau, desks: Desks):
    manager, person = desks.of("M01"), desks.of("A01")
    for period in ("2026-11", "2026-12"):
        assert manager.post(ADDRESS, PROPOSAL | {"period": period}, ADDRESS).status_code == 303
    page = person.get(ADDRESS).text
    form = page[page.index('class="actions"', page.index("</table>")) :]
    sent = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', form) for name in ("period", "kpi", "version")
    }
    assert sent["period"] == ["2026-11", "2026-12"]
    person.post(AGREE, sent | {"version": ["1", "99"]}, ADDRESS)
    person.post(AGREE, {}, ADDRESS)
    assert [state for _, state in targets(bureau)].count(TargetState.PROPOSED) == 2
    person.post(AGREE, sent, ADDRESS)
    assert [state for _, state in targets(bureau)[-2:]] == [TargetState.AGREED] * 2


def test_whoever_proposed_it_does_not_agree_to_it_himself(bureau: Bureau, desks: Desks):
    person = desks.of("A01")
    person.post(ADDRESS, PROPOSAL, ADDRESS)
    sent = {"period": "2026Q4", "kpi": "revenue", "version": "2"}
    assert person.post(AGREE, sent, ADDRESS).status_code == 303
    assert targets(bureau)[-1] == (120, TargetState.PROPOSED)


def test_nobody_agrees_to_a_number_that_he_was_not_shown(bureau: Bureau, desks: Desks):
    reviewer, person = desks.of("M01"), desks.of("A01")
    reviewer.post(ADDRESS, PROPOSAL, ADDRESS)
    stale = waiting(person.get(ADDRESS).text)
    reviewer.post(ADDRESS, PROPOSAL | {"value": "150"}, ADDRESS)
    answer = person.post(f"{AGREE}?lang=en", stale, ADDRESS)
    assert "has changed meanwhile" in person.get(f"{answer.location}?lang=en").text
    assert targets(bureau)[-1] == (150, TargetState.PROPOSED)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"value": "much"}, "Please write a number"),
        ({"value": ""}, "Please write a number"),
        ({"value": "0"}, "must be above 0"),
        ({"kpi": "nothing"}, "Not a valid choice"),
        ({"period": "2027Q1"}, "Not a valid choice"),
        ({"reason": ""}, "say why the target changes"),
    ],
)
def test_what_is_refused_says_why_beside_what_was_typed(
    bureau: Bureau, desks: Desks, changed: dict[str, str], words: str
):
    answer = desks.of("M01").post(f"{ADDRESS}?lang=en", PROPOSAL | changed, ADDRESS)
    assert answer.status_code == 422 and words in answer.text
    assert f'value="{(PROPOSAL | changed)["reason"]}"' in answer.text
    assert targets(bureau) == [(100, TargetState.AGREED)]


def test_who_only_reads_has_no_page_of_targets(bureau: Bureau, desks: Desks):
    for reader in ("A02", "M02", "D01"):
        assert desks.of(reader).get(ADDRESS).status_code == 404
        assert desks.of(reader).post(ADDRESS, PROPOSAL, "/appraisals").status_code == 404
    assert targets(bureau) == [(100, TargetState.AGREED)]


def test_of_a_period_that_is_over_nobody_but_hr_changes_a_target(
    bureau: Bureau, desks: Desks, clock: time_machine.Traveller
):
    clock.move_to(datetime(2027, 1, 4, tzinfo=UTC))
    answer = desks.of("M01").post(f"{ADDRESS}?lang=en", PROPOSAL, ADDRESS)
    assert answer.status_code == 422 and "2026Q4 is over: its targets are changed by HR" in answer.text
    hr = desks.of("hr")
    hr.post("/appraisals/open/2026Q4/A01", {}, "/appraisals/of/2026Q4/A01")
    assert hr.post(ADDRESS, PROPOSAL, ADDRESS).status_code == 303
    assert targets(bureau)[-1] == (120, TargetState.AGREED)
