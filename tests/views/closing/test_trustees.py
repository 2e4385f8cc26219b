from datetime import timedelta

import pytest

from feedback.models.accounts import RoleName
from feedback.models.campaigns import CampaignState
from tests.factories import Office
from tests.views.closing.board import WORDS, Board, text
from tests.views.reading import Browsers


def test_trustees_set_their_passphrases_and_two_of_them_close_the_campaign(board: Board):
    assert "no passphrase yet" in text(board.browsers[0], board.path)
    board.open()
    assert "Nobody can read an answer by that" in text(board.browsers[1], board.path)
    assert board.give(1).status_code == 303
    assert board.state() == CampaignState.OPEN
    assert "You have opened the first part" in text(board.browsers[1], board.path)
    assert "This cannot be undone" in text(board.browsers[2], board.path)
    assert board.give(2).status_code == 303
    assert board.state() == CampaignState.CLOSED
    assert "the passphrases open nothing any more" in text(board.browsers[0], board.path)
    late = board.give(0)
    assert late.status_code == 422
    assert "is closed already" in late.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"passphrase": "short", "repeated": "short"}, "at least 12 characters"),
        ({"repeated": "something else"}, "not the same"),
        ({"passphrase": "x" * 2000, "repeated": "x" * 2000}, "at least 12 characters"),
    ],
)
def test_a_passphrase_that_will_not_do_is_refused(board: Board, form: dict[str, str], sentence: str):
    board.browsers[0].get(f"{board.path}?lang=en")
    answer = board.enrol(0, **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert form.get("passphrase", WORDS[0]) not in answer.text


def test_a_wrong_passphrase_is_said_and_the_fifth_locks(board: Board):
    board.open()
    board.browsers[0].get(f"{board.path}?lang=en")
    answers = [board.give(0, "none of the passphrases") for _ in range(6)]
    assert {answer.status_code for answer in answers} == {422}
    assert "not your passphrase" in answers[0].text
    assert "try again in 15 minutes" in answers[5].text
    assert board.state() == CampaignState.OPEN


def test_before_its_time_a_campaign_closes_only_when_the_box_is_ticked(board: Board):
    board.open().closes_at = board.office.now + timedelta(days=3)
    board.office.session.commit()
    assert "still takes answers" in text(board.browsers[0], board.path)
    assert board.give(0).status_code == 422
    assert board.give(0, early="y").status_code == 303
    assert board.give(1, early="y").status_code == 303
    assert board.state() == CampaignState.CLOSED


def test_others_find_no_such_page_and_hr_sees_who_is_ready(board: Board):
    stranger = board.rooms.sign_in(RoleName.EMPLOYEE)
    assert stranger.get(board.path).status_code == 404
    assert (
        stranger.post(
            f"{board.path}/passphrase", {"passphrase": WORDS[0], "repeated": WORDS[0]}, page="/trustees"
        ).status_code
        == 404
    )
    hr = board.rooms.sign_in(RoleName.HR)
    assert hr.get(board.path).status_code == 200
    assert 'name="passphrase"' not in hr.get(board.path).text
    assert hr.post(f"{board.path}/open", {"passphrase": WORDS[0]}, page=board.path).status_code == 404


def test_a_campaign_without_trustees_has_no_such_page(browsers: Browsers, office: Office):
    campaign = office.open({"client": 3})
    assert browsers.sign_in(RoleName.HR).get(f"/trustees/{campaign.code}").status_code == 404


def test_everybody_sees_the_keys_that_he_holds_in_trust(board: Board):
    assert board.campaign.title_en in text(board.browsers[2], "/trustees")
    assert "You hold no key in trust" in text(board.rooms.sign_in(RoleName.AUDITOR), "/trustees")
