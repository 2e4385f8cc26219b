"""What pages and commands say of response rates: crowds only, and the same ones while open and afterwards."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update

from feedback.extensions import db
from feedback.models.campaigns import Campaign, Cell, Crowd
from feedback.models.invitations import Invitation
from feedback.models.people import Department
from feedback.services.ballot_box import declining, invitations
from feedback.services.ballot_box.invitations import Holding
from feedback.services.ballot_box.issuing import Rater
from feedback.services.campaigns import campaigns, overview, purging
from feedback.services.closing import counts_export, tallies
from feedback.services.crowds import crowds, response_rates
from feedback.services.crowds.response_rates import RateLine, Rates
from feedback.services.quality import campaign_quality
from feedback.services.quality.quality_document import Lack, Missing, Share
from feedback.services.releases import releases
from feedback.services.reports import reports
from feedback.services.rosters import link_reissue, roster_changes
from feedback.services.rosters.rosters import Request
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.statements import counted

BY = {"actor": ACTOR, "now": NOW}


def rates(office: Office, campaign: Campaign) -> Rates:
    office.session.flush()
    return response_rates.rates(office.session, campaign)


def lines(found: tuple[RateLine, ...]) -> list[tuple[str, int, int]]:
    return [(line.title.en, line.answered, line.invited) for line in found]


def three_with_supervisors(office: Office, supervisors: int, *, code: str = "2026Q4") -> Campaign:
    """Three people with four clients each, and so many different supervisors between them."""
    plan = office.plan(*[{"client": 4}] * 3, code=code)
    bosses = [office.person() for _ in range(supervisors)]
    asked = [
        Request(subject, "supervisor", bosses[n % supervisors]) for n, subject in enumerate(plan.subjects)
    ]
    office.session.flush()
    campaign = campaigns.create(
        office.session, replace(plan, requests=(*plan.requests, *asked)), actor=ACTOR, now=NOW
    )
    campaigns.open(office.session, office.custody, campaign, **BY)
    office.session.commit()
    return campaign


def test_three_people_with_one_supervisor_show_no_line_of_supervisors(office: Office):
    campaign = three_with_supervisors(office, 1)
    found = rates(office, campaign)
    assert lines(found.groups) == [("Clients", 0, 12)]
    assert (found.total.invited, found.uncounted) == (12, {"supervisor": 3})
    (nonce,) = set(office.nonces(campaign, "supervisor"))
    for position in (1, 2, 3):
        office.answer(nonce, position=position)
    assert rates(office, campaign) == found


def test_three_people_with_three_supervisors_do(office: Office):
    campaign = three_with_supervisors(office, 3)
    office.answer(office.nonces(campaign, "supervisor")[0])
    assert lines(rates(office, campaign).groups) == [("Clients", 0, 12), ("Supervisor", 1, 3)]


def answered_and_closed(office: Office, *raters: dict[str, int], single: bool) -> tuple[list[str], Campaign]:
    """What a page says before and after the close of a campaign in which a single client has answered, or has not."""
    campaign = office.open(*raters, code="2026Q4" if single else "2027Q1")
    for subject, sizes in enumerate(raters):
        for nonce in office.nonces(campaign, "client", subject):
            if sizes["client"] > 1 or single:
                office.answer(nonce)
    said = [repr(overview.of_campaign(office.session, campaign).responses)]
    office.close(campaign)
    said.append(repr(overview.of_campaign(office.session, campaign).responses))
    return said, campaign


def test_total_minus_reports_does_not_tell_whether_the_one_client_of_somebody_answered(office: Office):
    """Nor does the quality of the campaign, the report on him or an export of counts: two worlds look the same."""
    worlds = []
    for single in (True, False):
        said, campaign = answered_and_closed(
            office, {"client": 4}, {"client": 5}, {"client": 1}, single=single
        )
        quality = campaign_quality.of_campaign(office.session, campaign)
        built = [reports.of_subject(office.session, subject) for subject in campaign.subjects]
        said += [repr(quality.responses), repr(quality.straightlined)]
        said += [repr([(group.ballots, group.total) for group in report.groups]) for report in built]
        said += [repr(report.responses) for report in built]
        matrix, result = tallies.load(office.session, campaign)
        exported = counts_export.to_export(result, matrix.questionnaire, matrix.scheme)["subjects"]
        said += [repr(subject["cells"]) for subject in exported]
        worlds.append(said)
    assert worlds[0] == worlds[1]


def test_the_clients_that_three_people_have_one_each_of_are_in_the_line(office: Office):
    campaign = office.open(*[{"client": 1}] * 3, {"client": 4})
    assert lines(rates(office, campaign).groups) == [("Clients", 0, 7)]


def test_a_campaign_of_two_requests_shows_no_number_at_all(office: Office):
    found = rates(office, office.open({"client": 2}))
    assert (found.total, found.groups, found.departments) == (None, (), ())


def test_a_group_of_two_is_counted_with_the_family_that_it_may_be_pooled_with(office: Office):
    campaign = office.open({"peer": 5, "subordinate": 2}, {"peer": 4})
    office.answer(office.nonces(campaign, "subordinate")[0])
    assert lines(rates(office, campaign).groups) == [("Peers", 0, 4), ("Peers + Direct reports", 1, 7)]


def test_departments_count_the_crowds_that_lie_in_them_and_those_of_several_are_others(office: Office):
    west = Department(code="west", name="西区")
    campaign = office.draft({"client": 6}, {"client": 1}, {"client": 5}, {"client": 2})
    for subject in campaign.subjects[2:]:
        subject.person.department = west
    campaigns.open(office.session, office.custody, campaign, **BY)
    found = rates(office, campaign).departments
    assert lines(found) == [("East", 0, 6), ("西区", 0, 5), ("Others", 0, 3)]


def test_who_moves_to_another_department_while_answers_come_in_is_counted_where_he_was(office: Office):
    campaign = office.draft({"client": 6}, {"client": 6}, {"client": 6})
    _, two, three = (subject.person for subject in campaign.subjects)
    west = Department(code="west", name="西区")
    three.department = west
    campaigns.open(office.session, office.custody, campaign, **BY)
    assert lines(rates(office, campaign).departments) == [("East", 0, 12), ("西区", 0, 6)]
    two.department = west
    office.answer(office.nonces(campaign, "client", 1)[0])
    assert lines(rates(office, campaign).departments) == [("East", 1, 12), ("西区", 0, 6)]


def test_numbers_are_of_the_same_people_while_open_when_closed_released_and_purged(office: Office):
    campaign = office.open({"client": 4, "supervisor": 1, "peer": 2}, {"client": 2, "peer": 5})
    for nonce in office.nonces(campaign, "client") + office.nonces(campaign, "peer", 1)[:2]:
        office.answer(nonce)
    found = rates(office, campaign)
    assert found.total.answered == 6
    office.close(campaign)
    assert rates(office, campaign) == found
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    assert rates(office, campaign) == found
    purging.purge(office.session, campaign, actor=ACTOR, now=AFTER)
    assert rates(office, campaign) == found


def test_a_rater_who_declines_leaves_too_few_behind_and_they_are_in_no_number_any_more(office: Office):
    campaign = office.open({"client": 3, "peer": 4})
    decline(office, office.nonces(campaign, "client")[0])
    found = rates(office, campaign)
    assert (lines(found.groups), found.uncounted) == ([("Peers", 0, 4)], {"client": 2})


def decline(office: Office, nonce: bytes) -> None:
    visit = invitations.visit(office.session, office.custody, nonce, now=NOW, holding=Holding.ALONE)
    assert declining.decline(office.session, visit, visit.task(1))


@pytest.mark.parametrize("act", ["withdrawn", "revoked"])
def test_nor_are_those_whom_hr_leaves_alone_by_withdrawing_or_revoking_the_others(office: Office, act: str):
    campaign = office.open({"client": 3, "peer": 4})
    nonce = office.nonces(campaign, "client")[0]
    if act == "revoked":
        link_reissue.revoke(office.session, nonce, **BY)
    else:
        contact = office.session.get_one(Invitation, nonce).rater
        nomination = roster_changes.find_by_rater(office.session, campaign.subjects[0], contact)
        roster_changes.remove(office.session, nomination, **BY)
    found = rates(office, campaign)
    assert (lines(found.groups), found.uncounted) == ([("Peers", 0, 4)], {"client": 3})


def test_a_crowd_that_stays_one_is_counted_on(office: Office):
    campaign = office.open({"client": 4, "peer": 4})
    decline(office, office.nonces(campaign, "client")[0])
    assert lines(rates(office, campaign).groups) == [("Clients", 0, 3), ("Peers", 0, 4)]


def test_who_was_in_no_number_enters_none_when_hr_adds_raters(office: Office):
    """Or the number would rise by what the two had answered before."""
    campaign = office.open({"client": 4, "peer": 2})
    for _ in range(3):
        add(office, campaign, "peer", office.person())
    found = rates(office, campaign)
    assert (lines(found.groups), found.uncounted) == ([("Clients", 0, 4)], {"peer": 5})


def test_a_rater_added_to_a_group_that_is_pooled_with_a_counted_one_ends_the_counting_of_both(office: Office):
    """Otherwise the pool in the report, less the others, would be his answer."""
    campaign = office.open({"client": 4, "peer": 4})
    add(office, campaign, "subordinate", office.person())
    found = rates(office, campaign)
    assert (lines(found.groups), found.uncounted) == ([("Clients", 0, 4)], {"peer": 4, "subordinate": 1})


def test_a_rater_added_to_a_counted_group_is_counted(office: Office):
    campaign = office.open({"client": 4, "peer": 4})
    add(office, campaign, "peer", office.person())
    assert lines(rates(office, campaign).groups) == [("Clients", 0, 4), ("Peers", 0, 5)]


def add(office: Office, campaign: Campaign, group: str, rater: Rater) -> None:
    office.session.flush()
    roster_changes.add(office.session, office.custody, campaign.subjects[0], group, rater, **BY)


def test_the_quality_of_a_campaign_has_the_lines_of_its_page(office: Office):
    campaign = office.open({"client": 4, "supervisor": 1, "peer": 4, "subordinate": 1})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    shown = [
        (each.title.en, each.answered)
        for each in campaign_quality.of_campaign(office.session, campaign).responses
    ]
    assert shown == [
        ("Clients", Share(1.0, 4)),
        ("Peers + Direct reports", Share(0.0, 5)),
        ("Supervisor", Missing(Lack.TOO_FEW_INVITED)),
    ]


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


def test_days_add_up_those_who_are_in_the_total_and_nobody_else(office: Office):
    campaign = office.open({"client": 10}, {"client": 1})
    for nonce in office.nonces(campaign, "client") + office.nonces(campaign, "client", 1):
        office.answer(nonce)
    response_rates.record_day(office.session, campaign, date(2026, 10, 1))
    office.session.flush()
    assert [day.answered for day in response_rates.days(office.session, campaign)] == [10]


def test_the_list_of_campaigns_takes_three_statements_whatever_their_size(office: Office):
    office.open({"client": 4, "supervisor": 1})
    office.open(*[{"client": 4, "supervisor": 1, "peer": 2}] * 6, code="2027Q1")
    office.session.expunge_all()
    with counted(db.engine) as statements:
        found = overview.of_all(office.session)
    assert (len(found), len(statements)) == (2, 3)


def test_making_crowds_takes_as_many_statements_for_one_person_as_for_eight(office: Office):
    spent = []
    for code, people in (("2026Q4", 1), ("2027Q1", 8)):
        campaign = office.open(*[{"client": 4, "supervisor": 1}] * people, code=code)
        office.session.execute(update(Cell).values(crowd_id=None))
        office.session.execute(delete(Crowd))
        office.session.refresh(campaign, ["scheme"])
        with counted(db.engine) as statements:
            crowds.form(office.session, campaign)
        spent.append(len(statements))
    assert spent[0] == spent[1] <= 4
