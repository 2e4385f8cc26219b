from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models.audit import AuditEntry
from feedback.models.library import Definition, DefinitionKind
from feedback.services.campaigns import campaigns
from feedback.services.definitions import definition_drafts, library
from feedback.services.definitions.definition_drafts import ChangedMeanwhile
from feedback.services.definitions.library import Version
from feedback.services.ground.errors import NotPossible
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.document import InvalidDocument, canonical_json, digest_of, read_json
from tests.factories import ACTOR, NOW, SHIPPED, Office

QUESTIONNAIRE, SCHEME = DefinitionKind.QUESTIONNAIRE, DefinitionKind.SCHEME


def copied(office: Office, kind: DefinitionKind = QUESTIONNAIRE, code: str | None = None) -> Version:
    source = library.find(office.session, kind, "account-manager")
    return definition_drafts.copy(office.session, source, code, actor=ACTOR, now=NOW)


def save(office: Office, draft: Version, **changes: Any) -> None:
    seen = digest_of(draft.table)
    definition_drafts.save(office.session, draft, {**draft.table, **changes}, seen=seen, actor=ACTOR, now=NOW)


def test_a_copy_is_the_next_version_of_its_code_or_the_first_of_another(office: Office):
    assert [
        (made.code, made.version) for made in (copied(office), copied(office), copied(office, code="own"))
    ] == [
        ("account-manager", 2),
        ("account-manager", 3),
        ("own", 1),
    ]


def test_versions_that_only_campaigns_know_are_never_given_again(office: Office):
    campaign = office.draft({"client": 3})
    campaign.questionnaire_version = 7
    office.session.flush()
    assert copied(office).version == 8


def test_a_draft_keeps_its_code_and_version_whatever_its_document_says(office: Office):
    draft = copied(office)
    save(office, draft, id="other", version=9, title={"en": "New"})
    assert library.find(office.session, QUESTIONNAIRE, "account-manager", 2).title == {"en": "New"}


@pytest.mark.parametrize("kind", list(DefinitionKind))
def test_a_version_is_immutable_once_a_campaign_has_opened_with_it(office: Office, kind: DefinitionKind):
    draft = copied(office, kind)
    chosen: dict[str, Any] = {
        "questionnaire": {"questionnaire": library.load_questionnaire(office.session, "account-manager")},
        "scheme": {"scheme": library.load_scheme(office.session, "account-manager")},
    }[kind]
    office.open({"client": 3}, **chosen)
    used = library.find(office.session, kind, "account-manager", 2)
    with pytest.raises(NotPossible, match="2026Q4 has opened with this version"):
        save(office, used, title={})
    with pytest.raises(NotPossible, match="copy it as the next version"):
        definition_drafts.discard(office.session, used, actor=ACTOR, now=NOW)
    assert library.find(office.session, kind, "account-manager", 2).table == draft.table


def test_a_draft_that_changed_after_a_campaign_took_it_keeps_the_campaign_from_opening(office: Office):
    draft = copied(office)
    taken = library.load_questionnaire(office.session, "account-manager")
    campaign = office.draft({"client": 3}, questionnaire=taken)
    save(office, draft, title={"en": "Something else", "zh": "别的"})
    with pytest.raises(NotPossible, match="account-manager changed in the library"):
        campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)


def test_what_ships_is_read_only(office: Office):
    shipped = library.find(office.session, SCHEME, "account-manager", 1)
    with pytest.raises(NotPossible, match="ships with the product"):
        save(office, shipped)
    with pytest.raises(NotPossible, match="ships with the product"):
        definition_drafts.discard(office.session, shipped, actor=ACTOR, now=NOW)


def test_of_two_changes_to_what_both_have_seen_the_first_holds(office: Office):
    draft = copied(office)
    save(office, draft, title={"en": "First"})
    with pytest.raises(ChangedMeanwhile):
        save(office, draft, title={"en": "Second"})
    definition_drafts.discard(office.session, draft, actor=ACTOR, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        save(office, draft, title={"en": "Third"})


def test_an_unfinished_draft_is_stored_with_its_faults(office: Office):
    draft = copied(office, SCHEME)
    save(office, draft, group=[{"id": "client", "weight": "forty"}])
    unfinished = library.find(office.session, SCHEME, "account-manager", 2)
    assert {"group[1].weight", "group[1].family"} <= {fault.path for fault in unfinished.faults}
    with pytest.raises(InvalidDocument):
        library.load_scheme(office.session, "account-manager", 2)


def test_the_audit_log_names_what_changed_and_nothing_else(office: Office):
    save(office, copied(office, SCHEME), rating={"trim": True})
    entry = office.session.query(AuditEntry).filter_by(act="scheme changed").one()
    assert (entry.actor, entry.target) == (ACTOR, "scheme account-manager 2")
    assert entry.detail["after"] == {"rating.trim": True}
    assert entry.detail["before"]["rating.minimum_coverage"] == 0.6


def test_the_same_file_twice_is_one_version_and_another_content_is_refused(office: Office):
    text = (
        (SHIPPED / "schemes/account-manager.toml")
        .read_text()
        .replace('id = "account-manager"', 'id = "own"', 1)
    )
    for _ in range(2):
        taken = definition_drafts.take(office.session, SCHEME, text, actor=ACTOR, now=NOW)
        assert (taken.code, taken.version) == ("own", 1)
    with pytest.raises(NotPossible, match="another version 1 of own"):
        definition_drafts.take(
            office.session,
            SCHEME,
            text.replace("gap", "#").replace("from = 90", "from = 91"),
            actor=ACTOR,
            now=NOW,
        )


def test_a_number_that_a_campaign_has_used_is_not_given_to_another_content(office: Office):
    campaign = office.open({"client": 3})
    campaign.scheme_code = "own"
    office.session.flush()
    text = (
        (SHIPPED / "schemes/account-manager.toml")
        .read_text()
        .replace('id = "account-manager"', 'id = "own"', 1)
    )
    with pytest.raises(NotPossible, match="import this one as the next version"):
        definition_drafts.take(office.session, SCHEME, text, actor=ACTOR, now=NOW)
    assert (
        definition_drafts.take(office.session, SCHEME, text, as_next=True, actor=ACTOR, now=NOW).version == 2
    )


def test_a_file_of_the_other_kind_is_refused_with_its_faults(office: Office):
    with pytest.raises(InvalidDocument):
        definition_drafts.take(
            office.session,
            SCHEME,
            (SHIPPED / "questionnaires/account-manager.toml").read_bytes(),
            actor=ACTOR,
            now=NOW,
        )


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40
).filter(str.strip)
NUMBERS = st.integers(0, 1000) | st.floats(0, 1e6).map(lambda number: round(number, 6))


@st.composite
def written_questionnaires(draw: st.DrawFn) -> dict[str, Any]:
    points = draw(st.lists(NUMBERS, min_size=2, max_size=7, unique=True))
    items = [
        {
            "id": f"q{place}",
            "dimension": "d",
            "scale": "s",
            "weight": draw(st.floats(0.1, 9)),
            "reverse": draw(st.booleans()),
            "text": draw(
                st.fixed_dictionaries({"en": WORDS}, optional={"zh": WORDS, "peer": st.just({"zh": "同"})})
            ),
        }
        for place in range(draw(st.integers(1, 4)))
    ]
    return {
        "id": "drawn",
        "version": draw(st.integers(1, 10**6)),
        "title": {"zh": draw(WORDS)},
        "scale": {"s": {"first": draw(st.integers(-3, 3)), "points": points}},
        "dimension": [{"id": "d", "title": {"en": draw(WORDS)}}],
        "item": [*items, {"id": "c", "kind": "comment", "groups": ["peer"], "text": {"en": draw(WORDS)}}],
    }


@given(written_questionnaires())
def test_an_exported_questionnaire_read_again_has_the_same_digest(table: dict[str, Any]):
    written = questionnaires.from_json(canonical_json(table))
    entry = Version(QUESTIONNAIRE, written.id, written.version, table, False, None)
    assert questionnaires.load(library.to_toml(entry)).digest == written.digest


@given(st.lists(st.tuples(WORDS, st.integers(3, 12)), min_size=1, max_size=6), st.booleans(), st.floats(0, 1))
def test_an_exported_scheme_read_again_has_the_same_digest(
    groups: list[tuple[str, int]], trim: bool, coverage: float
):
    weights = [100 - 10 * (len(groups) - 1), *[10] * (len(groups) - 1)]
    rows = [
        {
            "id": f"g{place}",
            "family": "colleagues",
            "title": {"zh": title},
            "weight": weight,
            "minimum": minimum,
        }
        for place, ((title, minimum), weight) in enumerate(zip(groups, weights, strict=True))
    ]
    table = {"id": "s", "version": 1, "group": rows, "rating": {"trim": trim, "minimum_coverage": coverage}}
    entry = Version(SCHEME, "s", 1, table, False, None)
    assert schemes.load(library.to_toml(entry)).digest == schemes.from_json(canonical_json(table)).digest


@pytest.mark.parametrize("kind", list(DefinitionKind))
@pytest.mark.parametrize("code", ["mystery-shopper", "account-manager"])
def test_what_is_exported_and_imported_is_what_campaigns_take(
    office: Office, kind: DefinitionKind, code: str
):
    entry = library.find(office.session, kind, code)
    taken = definition_drafts.take(
        office.session, kind, library.to_toml(entry), as_next=True, actor=ACTOR, now=NOW
    )
    assert library.digest(kind, {**taken.table, "version": entry.version}) == library.digest(
        kind, entry.table
    )
    row = office.session.query(Definition).filter_by(kind=kind, code=code, version=taken.version).one()
    assert read_json(row.document).table["version"] == taken.version
