"""Response rates tell about crowds only, whatever is subtracted from whatever."""

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from feedback.models.people import Department
from feedback.services.campaigns import campaigns, response_rates
from feedback.services.campaigns.response_rates import Crowd, _Part
from feedback.services.ground.bilingual import Bilingual
from tests.factories import ACTOR, NOW, Office

LEAST = 3
DEPARTMENTS, GROUPS = ("east", "north", "south"), ("client", "peer", "subordinate")

tables = st.lists(
    st.integers(0, 6), min_size=len(DEPARTMENTS) * len(GROUPS), max_size=len(DEPARTMENTS) * len(GROUPS)
)


def shown(sizes: list[int]) -> tuple[list[_Part], list[Crowd], list[Crowd]]:
    parts = [
        _Part(department, group, size, 0)
        for (department, group), size in zip(itertools.product(DEPARTMENTS, GROUPS), sizes, strict=True)
    ]
    lines = [response_rates._line(Bilingual(name, name), parts, "group", name) for name in GROUPS]
    groups = response_rates._crowds(lines, {}, LEAST)
    lines = [response_rates._line(Bilingual(name, name), parts, "department", name) for name in DEPARTMENTS]
    departments = (
        response_rates._safe(response_rates._crowds(lines, {}, LEAST), groups, parts, LEAST) if groups else ()
    )
    return parts, list(groups), list(departments)


@given(tables)
def test_no_sum_or_difference_of_lines_is_about_fewer_than_the_minimum(sizes: list[int]):
    """Every sum of department lines against every sum of group lines: what is left over on both sides is a crowd."""
    parts, groups, departments = shown(sizes)
    for some, others in itertools.product(subsets(departments), subsets(groups)):
        inside, outside = members(some), members(others)
        left = sum(p.invited for p in parts if (p.department in inside) != (p.group in outside))
        assert left == 0 or left >= LEAST


def subsets(lines: list[Crowd]) -> list[tuple[Crowd, ...]]:
    return [some for size in range(len(lines) + 1) for some in itertools.combinations(lines, size)]


def members(lines: tuple[Crowd, ...]) -> frozenset[str]:
    return frozenset().union(*(line.members for line in lines))


@given(tables)
def test_the_lines_by_group_are_about_everybody_or_there_are_none(sizes: list[int]):
    _, groups, _ = shown(sizes)
    assert not groups or sum(line.invited for line in groups) == sum(sizes)


def test_a_single_supervisor_has_no_line_that_would_tell_whether_he_answered(office: Office):
    campaign = office.open({"client": 5, "supervisor": 1, "peer": 4})
    rates = response_rates.rates(office.session, campaign)
    assert "supervisor" not in {
        name for line in rates.groups if len(line.members) == 1 for name in line.members
    }
    assert rates.total.invited == 10


def test_a_campaign_of_two_requests_shows_no_number_at_all(office: Office):
    rates = response_rates.rates(office.session, office.open({"client": 2}))
    assert (rates.total, rates.groups, rates.departments) == (None, (), ())


def test_who_moves_to_another_department_while_answers_come_in_is_counted_where_he_was(office: Office):
    campaign = office.draft({"client": 6}, {"client": 6}, {"client": 6})
    one, two, three = (subject.person for subject in campaign.subjects)
    west = Department(code="west", name="西区")
    three.department = west
    campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
    before = response_rates.rates(office.session, campaign).departments
    assert [(line.title.en, line.invited) for line in before] == [("西区", 6), ("East", 12)]
    two.department = west
    office.answer(office.nonces(campaign, "client", 1)[0])
    after = response_rates.rates(office.session, campaign).departments
    assert [(line.invited, line.answered) for line in after] == [(6, 0), (12, 1)]


def test_a_day_is_kept_only_when_three_more_have_answered(office: Office):
    campaign = office.open({"client": 12})
    nonces = iter(office.nonces(campaign, "client"))
    for day, answers in ((1, 2), (2, 1), (3, 1), (4, 0), (5, 4)):
        for _ in range(answers):
            office.answer(next(nonces))
        response_rates.record_day(office.session, campaign, date(2026, 10, day))
        office.session.flush()
    kept = [(kept.day.day, kept.answered) for kept in response_rates.days(office.session, campaign)]
    assert kept == [(2, 3), (5, 8)]


def test_a_small_campaign_has_no_days(office: Office):
    campaign = office.open({"client": 9})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    response_rates.record_day(office.session, campaign, date(2026, 10, 1))
    assert response_rates.days(office.session, campaign) == []
