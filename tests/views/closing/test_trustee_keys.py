import json
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.campaigns import CampaignState
from feedback.models.mail import Mail, MailKind
from feedback.services.mail import outbox
from tests.views.closing.board import FINGERPRINT, SEEN, Board, text


def test_the_three_compare_the_same_fingerprints_and_confirm_them(board: Board):
    assert "no passphrase yet" in text(board.browsers[0], board.path)
    for number in range(3):
        assert 'name="confirm"' not in board.browsers[0].get(board.path).text
        board.enrol(number)
    hr = board.rooms.sign_in(RoleName.HR)
    seen = [board.fingerprints(browser) for browser in (*board.browsers, hr)]
    assert len(set(seen[0])) == 3
    assert seen == [seen[0]] * 4
    assert "Call the other two and compare" in text(board.browsers[0], board.path)
    assert board.confirm(0).status_code == 303
    assert "You have confirmed the three keys" in text(board.browsers[0], board.path)
    assert "has not confirmed the keys yet" in text(board.browsers[1], board.path)
    for number in (1, 2):
        board.confirm(number)
    assert "The campaign can be opened" in text(board.browsers[2], board.path)


def test_the_last_one_may_confirm_in_the_same_act(board: Board):
    for number in range(2):
        board.enrol(number)
    page = text(board.browsers[2], board.path)
    assert 'name="confirm"' in page
    assert board.enrol(2, confirm="y", seen=SEEN.search(page)[1]).status_code == 303
    assert "You have confirmed the three keys" in text(board.browsers[2], board.path)
    assert board.browsers[2].get("/?lang=en").text.count("as a trustee") == 0
    assert "Confirm the three keys as a trustee" in board.browsers[0].get("/?lang=en").text


def test_keys_that_are_others_than_those_seen_are_not_confirmed(board: Board):
    for number in range(3):
        board.enrol(number)
    page = text(board.browsers[0], board.path)
    board.enrol(1, "another one of the second")
    late = board.confirm(0, seen=SEEN.search(page)[1])
    assert (late.status_code, "have changed meanwhile" in late.text) == (422, True)
    for seen in ("", "x", "é" * 200):
        assert board.confirm(0, seen=seen).status_code == 422


def test_wrong_passphrases_at_confirming_are_said_and_count_towards_the_lock_out(board: Board):
    for number in range(3):
        board.enrol(number)
    board.browsers[0].get(f"{board.path}?lang=en")
    answers = [board.confirm(0, "none of the passphrases") for _ in range(6)]
    assert {answer.status_code for answer in answers} == {422}
    assert "not your passphrase" in answers[0].text
    assert "try again in 15 minutes" in answers[5].text
    assert "none of the passphrases" not in answers[0].text


def test_a_swapped_key_is_said_on_every_page_and_the_campaign_does_not_open(board: Board):
    board.prepare()
    board.swap(1)
    hr = board.rooms.sign_in(RoleName.HR)
    for browser in (*board.browsers, hr):
        page = text(browser, board.path)
        assert "A key on record is not the one that the trustee set" in page
        assert len(FINGERPRINT.findall(page)) == 2
    draft = text(hr, f"/campaigns/{board.campaign.code}")
    assert "is not the one that was set: somebody has changed the database" in draft
    refused = hr.post(f"/campaigns/{board.campaign.code}/steps/open", {}, page=board.path)
    assert (refused.status_code, "somebody has changed the database" in refused.text) == (409, True)
    assert board.state() == CampaignState.DRAFT
    assert board.enrol(1).status_code == 303  # it is mended by a passphrase, and all three confirm once more
    assert "has not confirmed the keys yet" in text(hr, board.path)


def test_hr_is_told_for_whom_the_opening_waits(board: Board):
    hr = board.rooms.sign_in(RoleName.HR)
    path = f"/campaigns/{board.campaign.code}"
    assert "No passphrase yet: employee-" in text(hr, path)
    for number in range(3):
        board.enrol(number)
    board.confirm(0)
    page = text(hr, path)
    emails = sorted(board.email(number) for number in (1, 2))
    assert f"The three keys are not confirmed yet by: {', '.join(emails)}" in page
    assert "No passphrase yet" not in page
    for number in (1, 2):
        board.confirm(number)
    assert "not confirmed yet" not in text(hr, path)
    assert hr.post(f"{path}/steps/open", {}, page=path).status_code == 303
    assert board.state() == CampaignState.OPEN


def test_trustees_test_what_was_sealed_and_hr_is_warned_until_all_have(board: Board):
    board.open().closes_at = board.office.now + timedelta(days=3)
    board.office.session.commit()
    hr = board.rooms.sign_in(RoleName.HR)
    path = f"/campaigns/{board.campaign.code}"
    assert "Test your passphrase as a trustee" in board.browsers[0].get("/?lang=en").text
    board.browsers[0].get(f"{board.path}?lang=en")
    wrong = board.test(0, "none of the passphrases")
    assert (wrong.status_code, "not your passphrase" in wrong.text) == (422, True)
    for number in range(3):
        assert "Until all three have, nobody knows" in text(hr, path)
        assert "Open the test envelope" in text(board.browsers[number], board.path)
        assert board.test(number).status_code == 303
        assert "Open the test envelope" not in text(board.browsers[number], board.path)
    assert "Until all three have" not in text(hr, path)
    assert text(hr, board.path).count("has tested the passphrase") == 3
    assert board.state() == CampaignState.OPEN
    board.swap(0)
    assert "is not the one that was set" in text(hr, path)


def test_a_page_from_before_the_opening_confirms_nothing_after_it(board: Board):
    board.open()
    assert board.confirm(0).status_code == 409
    assert board.enrol(0).status_code == 409


def test_the_three_are_asked_by_mail_to_confirm_and_after_the_opening_to_test(board: Board, app: Flask):
    def told() -> list[tuple[str, str]]:
        """Who was written to, and the subject; each mail once."""
        session, custody = board.office.session, board.office.custody
        mails = session.scalars(
            select(Mail).where(Mail.kind == MailKind.ACCOUNT).order_by(Mail.address)
        ).all()
        contents = [json.loads(custody.unwrap(mail.wrapped_content, outbox.CONTENT)) for mail in mails]
        found = [(mail.address, content["subject"]) for mail, content in zip(mails, contents, strict=True)]
        assert all(f"http://localhost{board.path}" in content["text"] for content in contents)
        for mail in mails:
            session.delete(mail)
        session.commit()
        return found

    emails = sorted(board.email(number) for number in range(3))
    for number in range(2):
        board.enrol(number)
    assert told() == []
    board.enrol(2)
    first = told()
    assert [address for address, _ in first] == emails
    for number in range(3):
        board.confirm(number)
    assert told() == []
    hr = board.rooms.sign_in(RoleName.HR)
    hr.post(f"/campaigns/{board.campaign.code}/steps/open", {}, page=f"/campaigns/{board.campaign.code}")
    second = told()
    assert [address for address, _ in second] == emails
    assert not {subject for _, subject in first} & {subject for _, subject in second}
