import pytest

from feedback.models.library import Definition, DefinitionKind
from feedback.services.definitions import library
from feedback.services.definitions.library import VersionChoice
from feedback.services.ground.errors import NotFound
from tests.factories import Office, shipped_questionnaire, shipped_scheme

QUESTIONNAIRE, SCHEME = DefinitionKind.QUESTIONNAIRE, DefinitionKind.SCHEME


def test_what_ships_with_the_product_can_be_chosen_and_loaded(office: Office):
    assert ("account-manager", 1) in [choice[:2] for choice in library.choices(office.session, QUESTIONNAIRE)]
    assert library.load_questionnaire(office.session, "account-manager", 1) == shipped_questionnaire()
    assert library.load_scheme(office.session, "account-manager") == shipped_scheme()


def test_a_draft_with_faults_is_in_the_library_but_cannot_be_chosen(office: Office):
    office.session.add(Definition(kind=SCHEME, code="ours", version=1, document='{"format": 3}'))
    office.session.flush()
    assert library.find(office.session, SCHEME, "ours").faults
    assert "ours" not in {choice.code for choice in library.choices(office.session, SCHEME)}


def test_a_version_is_used_from_the_opening_of_the_first_campaign_with_it(office: Office):
    draft = office.draft({"client": 3}, code="2026Q3")
    assert library.find(office.session, QUESTIONNAIRE, "account-manager").used_since is None
    first = office.open({"client": 3}, code="2026Q4")
    office.open({"client": 3}, code="2027Q1")
    assert library.find(office.session, QUESTIONNAIRE, "account-manager").used_since == first.code
    assert draft.opened_at is None


@pytest.mark.parametrize(("code", "version"), [("nothing", None), ("account-manager", 99)])
def test_what_is_not_there_is_not_found(office: Office, code: str, version: int | None):
    with pytest.raises(NotFound, match=code):
        library.load_questionnaire(office.session, code, version)


def test_a_title_that_speaks_of_the_subject_names_nobody_in_the_library():
    assert VersionChoice("q", 1, {"en": "Working with {subject}"}).title_in("zh") == "Working with …"


@pytest.mark.parametrize("kind", list(DefinitionKind))
def test_everything_that_ships_is_complete_in_both_languages(office: Office, kind: DefinitionKind):
    for entry in library.versions(office.session, kind):
        assert (entry.faults, entry.shipped, {"en", "zh"} - entry.title.keys()) == ((), True, set()), (
            entry.code
        )
    for code, version, _ in library.choices(office.session, QUESTIONNAIRE):
        for item in library.load_questionnaire(office.session, code, version).items:
            assert {"en", "zh"} == item.text.keys(), (code, item.id)
