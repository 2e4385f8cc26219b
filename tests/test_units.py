"""Of a group in which fewer than three were asked, nothing that leaves the system tells whether anybody answered."""

import json
from collections.abc import Iterable

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models.campaigns import Campaign, CellStatus
from feedback.services.ballot_box import declining, invitations
from feedback.services.closing import counts_export, counts_import, tallies
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from feedback.services.rosters import roster_changes
from feedback.services.scores import score_document
from feedback.settings import Settings
from forms import questionnaire as questionnaires
from forms.questionnaire import Questionnaire
from tests.factories import ACTOR, NOW, SHIPPED, Office
from tests.test_noninterference import copied_to, pages

World = dict[str, int]

WHOLE = {"client": 4, "supervisor": 1}
POOLED = WHOLE | {"peer": 2, "subordinate": 2}
JOINED = WHOLE | {"peer": 5, "subordinate": 1}
TOO_FEW = WHOLE | {"peer": 2}


def links(office: Office, campaign: Campaign, asked: World) -> dict[str, list[bytes]]:
    return {group: office.nonces(campaign, group) for group in asked}


def not_asked_of(group: str, item: str) -> Questionnaire:
    written = (SHIPPED / "questionnaires/account-manager.toml").read_text()
    before, name, after = written.partition(f'id = "{item}"')
    return questionnaires.load((before + name + after.replace(f', "{group}"', "", 1)).encode())


def answer(office: Office, raters: Iterable[bytes], rating: int = 4) -> None:
    for nonce in raters:
        office.answer(nonce, rating, "the same words from everybody")


def office_of(app: Flask) -> Office:
    return Office(
        db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")), now=NOW
    )


def told(app: Flask, world: World, nonces: dict[str, list[bytes]]) -> dict[str, bytes]:
    """What reports, files and pages say after so many of each group have answered."""
    office = office_of(app)
    campaign = office.session.scalars(db.select(Campaign)).one()
    for group, number in (WHOLE | world).items():
        answer(office, nonces[group][:number])
    office.close(campaign)
    matrix, result = tallies.load(office.session, campaign)
    (person,) = (subject.person.code for subject in matrix.subjects)
    found = {"report": json.dumps(reports.on_person(office.session, campaign, person).to_document())}
    for name, document in (("scores", score_document.document), ("counts", counts_export.to_export)):
        found[name] = json.dumps(document(result, matrix.questionnaire, matrix.scheme))
    office.session.commit()
    shown = pages(app, [f"/reports/{campaign.code}", f"/reports/{campaign.code}/{person}"])
    return {name: text.encode() for name, text in found.items()} | {
        name: page for name, page in shown.items() if name[:2] != "/ "
    }


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        (POOLED, {"peer": 2, "subordinate": 1}, {"peer": 1, "subordinate": 2}),
        (POOLED, {"peer": 2, "subordinate": 0}, {"peer": 1, "subordinate": 1}),
        (JOINED, {"peer": 5, "subordinate": 0}, {"peer": 4, "subordinate": 1}),
        (JOINED, {"peer": 1, "subordinate": 0}, {"peer": 0, "subordinate": 1}),
        (TOO_FEW, {"peer": 0}, {"peer": 1}),
        (TOO_FEW, {"peer": 0}, {"peer": 2}),
    ],
)
def test_who_of_a_unit_answered_changes_no_byte_of_reports_and_exports(
    office: Office, app: Flask, settings: Settings, twin: Flask, asked: World, one: World, other: World
):
    nonces = links(office, office.open(asked), asked)
    with copied_to(twin, settings) as second:
        others = told(second, other, nonces)
    assert told(app, one, nonces) == others


def test_the_comparison_would_notice_one_answer_more(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    nonces = links(office, office.open(POOLED), POOLED)
    with copied_to(twin, settings) as second:
        more = told(second, {"peer": 2, "subordinate": 2}, nonces)
    fewer = told(app, {"peer": 2, "subordinate": 1}, nonces)
    assert {name for name in more if more[name] != fewer[name]} >= {"report", "scores", "counts"}


def report_after(office: Office, campaign: Campaign) -> Report:
    office.close(campaign)
    return reports.of_subject(office.session, campaign.subjects[0])


def statuses(office: Office, campaign: Campaign) -> dict[str, CellStatus]:
    office.session.expire_all()
    return {cell.group: CellStatus(cell.status) for cell in campaign.subjects[0].cells}


def test_adding_declining_and_withdrawing_change_no_unit(office: Office):
    campaign = office.open(WHOLE | {"peer": 2, "subordinate": 3})
    subject, late = campaign.subjects[0], office.person()
    office.session.flush()
    before = {cell.group: cell.unit for cell in subject.cells}
    assert (before["peer"], before["subordinate"]) == ("colleagues-other", "colleagues-other")
    by = {"actor": ACTOR, "now": NOW}
    roster_changes.add(office.session, office.custody, subject, "peer", late, **by)
    (declined, withdrawn, _) = office.nonces(campaign, "subordinate")
    visit = invitations.visit(office.session, office.custody, declined, now=NOW)
    declining.decline(office.session, visit, visit.tasks[0])
    nomination = next(line for line in roster_of(campaign) if line.group == "subordinate")
    roster_changes.remove(office.session, nomination, **by)
    office.session.commit()
    answer(office, office.nonces(campaign, "peer"))
    office.close(campaign)
    assert {cell.group: cell.unit for cell in subject.cells if not cell.is_pool} == before
    found = statuses(office, campaign)
    assert found["peer"] == found["subordinate"] == CellStatus.MERGED


def roster_of(campaign: Campaign):
    session = db.session()
    return [
        nomination
        for nomination in session.scalars(roster_changes.issuing.roster(campaign))
        if nomination.state == "approved"
    ]


@pytest.mark.parametrize("answered", [0, 1, 2, 3])
def test_a_group_that_was_withheld_from_the_start_stays_withheld_when_it_grows(office: Office, answered: int):
    campaign = office.open(TOO_FEW)
    late = office.person()
    office.session.flush()
    roster_changes.add(
        office.session, office.custody, campaign.subjects[0], "peer", late, actor=ACTOR, now=NOW
    )
    office.session.commit()
    answer(office, office.nonces(campaign, "peer")[:answered])
    answer(office, office.nonces(campaign, "client"))
    built = report_after(office, campaign)
    assert statuses(office, campaign)["peer"] == CellStatus.WITHHELD
    peers = next(group for group in built.groups if group.id == "peer")
    assert (peers.total.from_start, peers.ballots) == (True, None)
    assert "Peers" not in [row.title.en for row in built.responses]


@pytest.mark.parametrize("answered", [0, 1])
def test_the_last_one_who_has_not_declined_is_not_told_apart(office: Office, answered: int):
    campaign = office.open(WHOLE | {"peer": 3, "subordinate": 4})
    for nonce in office.nonces(campaign, "peer")[:2]:
        visit = invitations.visit(office.session, office.custody, nonce, now=NOW)
        declining.decline(office.session, visit, visit.tasks[0])
    office.session.commit()
    answer(office, office.nonces(campaign, "peer")[:answered])
    answer(office, office.nonces(campaign, "subordinate"))
    office.close(campaign)
    assert statuses(office, campaign) == {
        "client": CellStatus.ABSENT,
        "supervisor": CellStatus.ABSENT,
        "peer": CellStatus.MERGED,
        "subordinate": CellStatus.MERGED,
        "self": CellStatus.ABSENT,
        "colleagues-other": CellStatus.SHOWN,
    }


def test_a_report_says_which_groups_are_counted_together_from_the_start(office: Office):
    campaign = office.open(WHOLE | {"peer": 2, "subordinate": 2})
    for group in ("client", "peer", "subordinate"):
        answer(office, office.nonces(campaign, group))
    pool = next(group for group in report_after(office, campaign).groups if group.id == "colleagues-other")
    assert [title.en for title in pool.merged] == [title.en for title in pool.from_start]
    assert pool.weight == 30


def test_counts_are_read_again_with_their_units_to_the_same_scores(office: Office):
    campaign = office.open(WHOLE | {"peer": 5, "subordinate": 1})
    for group in ("client", "peer"):
        answer(office, office.nonces(campaign, group))
    office.close(campaign)
    matrix, result = tallies.load(office.session, campaign)
    exported = counts_export.to_export(result, matrix.questionnaire, matrix.scheme)
    cells = exported["subjects"][0]["cells"]
    assert cells["subordinate"] == {"status": "merged", "invited": 1, "unit": "colleagues-other"}
    read = counts_import.from_export(exported, matrix.questionnaire, matrix.scheme)
    documents = [
        score_document.document(each, matrix.questionnaire, matrix.scheme) for each in (result, read)
    ]
    assert documents[0] == documents[1]
    for group, unit in (("peer", None), ("client", "colleagues-other"), ("supervisor", "peer")):
        changed = json.loads(json.dumps(exported))
        changed["subjects"][0]["cells"][group]["unit"] = unit
        with pytest.raises(counts_import.UnusableExport, match=group):
            counts_import.from_export(changed, matrix.questionnaire, matrix.scheme)


def test_counts_that_would_tell_of_the_few_of_a_pool_who_are_not_asked_an_item_are_refused(office: Office):
    """As many ratings as peers answered are those of all but the direct report."""
    campaign = office.open(
        WHOLE | {"peer": 5, "subordinate": 1}, questionnaire=not_asked_of("subordinate", "attitude-3")
    )
    for group in ("client", "peer"):
        answer(office, office.nonces(campaign, group))
    office.close(campaign)
    matrix, result = tallies.load(office.session, campaign)
    exported = counts_export.to_export(result, matrix.questionnaire, matrix.scheme)
    sums = exported["subjects"][0]["cells"]["colleagues-other"]["sums"]
    assert sums["attitude-4"] == {"ratings": 5, "points": 400} and "attitude-3" not in sums
    sums["attitude-3"] = sums["attitude-4"]
    with pytest.raises(counts_import.UnusableExport, match="not asked of some"):
        counts_import.from_export(exported, matrix.questionnaire, matrix.scheme)
