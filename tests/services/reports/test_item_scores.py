"""Items in a report: what five may say about an item, and what only ten may."""

import pytest

from feedback.services.reports import reports
from feedback.services.reports.item_scores import extremes
from feedback.services.reports.report_document import ItemFigure, ItemScore, Report, Withheld
from tests.factories import Office, shipped_questionnaire


def report(office: Office, ratings: list[int], **others: int) -> Report:
    """A report in which the clients gave these ratings, each the same for every item."""
    campaign = office.open({"client": len(ratings), **others})
    for nonce, rating in zip(office.nonces(campaign, "client"), ratings, strict=True):
        office.answer(nonce, rating)
    for group in others:
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, 3)
    office.close(campaign)
    return reports.of_subjects(office.session, campaign, campaign.subjects)[0]


def by_clients(report: Report) -> list[tuple[ItemScore, ItemFigure]]:
    """The items that clients are asked, with what they say."""
    return [(item, figure) for item in report.items for figure in item.groups if figure.title.en == "Clients"]


@pytest.mark.parametrize(("raters", "shown"), [(4, False), (5, True)])
def test_an_item_is_shown_from_five_ballots_in_the_cell_on(office: Office, raters: int, shown: bool):
    found = by_clients(report(office, [4] * raters))
    assert found
    for item, figure in found:
        assert isinstance(item.total, Withheld) is not shown
        assert isinstance(figure.mean, Withheld) is not shown


@pytest.mark.parametrize(("raters", "shown"), [(9, False), (10, True)])
def test_a_distribution_is_shown_from_ten_ratings_on(office: Office, raters: int, shown: bool):
    found = by_clients(report(office, [2] + [4] * (raters - 1)))
    assert found and {figure.distribution is not None for _, figure in found} == {shown}


def test_a_distribution_gives_the_share_of_every_answer_and_marks_divided_opinion(office: Office):
    _, figure = by_clients(report(office, [1] * 5 + [5] * 5))[0]
    found = figure.distribution
    assert found is not None and found.shares == (0.5, 0, 0, 0, 0.5) and found.divided


def test_an_item_over_groups_rests_on_the_groups_that_show_it(office: Office):
    built = report(office, [5] * 5, peer=4)
    assert [item.total for item, _ in by_clients(built)] == pytest.approx([100.0] * len(by_clients(built)))


def test_the_extremes_never_overlap(office: Office):
    items = [item for item, _ in by_clients(report(office, [4] * 5))]
    highest, lowest = extremes(items[:7])
    assert len(highest) == len(lowest) == 3 and not {*highest} & {*lowest}
    assert extremes(items[:1]) == ((), ())


def test_every_rating_item_of_the_questionnaire_is_in_the_report_and_no_recommendation(office: Office):
    rated = [item.id for item in shipped_questionnaire().items if item.kind == "rating"]
    assert [item.id for item in report(office, [4] * 3).items] == rated
