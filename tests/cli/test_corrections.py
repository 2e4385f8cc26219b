"""Released reports are released anew by a command, where they would be different now."""

import pytest
from sqlalchemy import select

from feedback.models.campaigns import Campaign, Subject
from feedback.models.mail import Mail, MailKind
from feedback.models.people import Person
from feedback.models.results import ReleasedReport
from tests.cli.conftest import Run
from tests.factories import Office

CODE = "2026Q4"


@pytest.fixture
def released(run: Run, office: Office) -> Campaign:
    """Two people rated; five clients wrote about the first."""
    campaign = office.open({"client": 5}, {"client": 5})
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce, comment="" if place else "He never answers.")
    office.close(campaign)
    office.session.commit()
    assert run("campaign", "release", CODE).exit_code == 0
    return campaign


def stored(office: Office) -> list[tuple[str, int, str | None]]:
    """Of every report that is kept: whose it is, its version, and the reason of its correction."""
    subjects = {subject.id: subject.person.code for subject in office.session.scalars(select(Subject))}
    found = office.session.scalars(select(ReleasedReport)).all()
    rows = [
        (subjects[one.subject_id], one.version, (one.document["correction"] or {}).get("reason"))
        for one in found
    ]
    office.session.commit()  # on SQLite our transaction would keep the next command from writing
    return sorted(rows)


def test_what_has_changed_is_released_anew_with_the_reason_and_the_rest_stays(
    run: Run, office: Office, released: Campaign
):
    comment = run("comments", "list", CODE).stdout.split()[0]
    run("comments", "hide", CODE, comment, "--reason", "names a third person")
    result = run("campaign", "correct", CODE, "--reason", "A comment named somebody")
    assert result.stdout == f"1 reports of campaign {CODE} are released anew\n", result.output
    assert stored(office) == [
        ("P001", 1, None),
        ("P001", 2, "A comment named somebody"),
        ("P002", 1, None),
    ]
    told = select(Person.code).join(Mail, Mail.person_id == Person.id).where(Mail.kind == MailKind.RELEASE)
    assert sorted(office.session.scalars(told)) == ["P001", "P001", "P002"]


@pytest.mark.parametrize(
    ("reason", "code", "sentence"),
    [
        (("--reason", "KPI of May mended"), 1, "nothing has changed since the last release"),
        (("--reason", " "), 1, "a correction needs a reason"),
        ((), 2, "--reason"),
    ],
)
def test_nothing_is_corrected_without_a_change_and_a_reason(
    run: Run, office: Office, released: Campaign, reason: tuple[str, ...], code: int, sentence: str
):
    result = run("campaign", "correct", CODE, *reason)
    assert result.exit_code == code and sentence in result.stderr
    assert {version for _, version, _ in stored(office)} == {1}
