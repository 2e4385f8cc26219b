from feedback.models.library import Definition, DefinitionKind
from feedback.services.definitions import titles
from feedback.services.ground.bilingual import Bilingual
from tests.factories import Office


def test_levels_and_tiers_are_called_what_the_schemes_say(office: Office):
    assert titles.levels(office.session)["senior"] == Bilingual("高级客户经理", "Senior account manager")
    assert titles.tiers(office.session)["client"] == Bilingual("客户", "Clients")


def test_what_no_scheme_knows_stands_for_itself(office: Office):
    assert titles.levels(office.session)["trainee"] == Bilingual("trainee", "trainee")


def test_an_unfinished_scheme_names_nothing(office: Office):
    document = '{"format": 3, "id": "ours", "version": 1, "level": {"trainee": {"title": {"en": "Trainee"}}}}'
    office.session.add(Definition(kind=DefinitionKind.SCHEME, code="ours", version=1, document=document))
    office.session.flush()
    assert "trainee" not in titles.levels(office.session)
