"""The printed appraisal: what is on it in either language, and that nothing that people wrote can break it."""

from contextlib import closing

import pypdfium2
import pytest
from pypdfium2 import raw

from feedback.papers.pdf import appraisal_form
from feedback.services.decisions.reviews import ReviewText
from feedback.services.dossiers import dossier, reading
from feedback.services.dossiers.dossier import Dossier
from tests.factories import Office
from tests.papers.test_subject_report import LANGUAGES, language_of, squeezed, text_of
from tests.rounds import Bureau

HOSTILE = '=SUM(A1) #import "x" $x$ *b* <b>很好</b> \\u{0} @label'


@pytest.fixture
def found(office: Office) -> Dossier:
    """Of somebody who was told."""
    bureau = Bureau(office, {"A01": 95})
    bureau.review("A01", text=ReviewText(strengths=HOSTILE, to_improve="Visit more often."))
    bureau.tell_reviewed("A01")
    by = bureau.by("A01")
    appraisal, access = reading.find(bureau.session, bureau.period, "A01", by)
    return dossier.of(bureau.session, appraisal, access, by)


def pdf(found: Dossier, language: str) -> bytes:
    assert found.result
    return appraisal_form.pdf(found, found.result, {}, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_result_figures_decisions_words_and_derivation(found: Dossier, language: str):
    text = squeezed(text_of(pdf(found, language)))
    assert found.result
    document = found.result.document
    assert "95.00" in text and squeezed(document.subject.name.in_language(language)) in text
    assert squeezed(document.segments[0].kpis[0].title.in_language(language)) in text
    assert "Visitmoreoften." in text and "twovisitsaweek" in text
    assert document.basis.inputs in text and "=max(0,min(120,100×0.95))" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_lines_to_sign_for_the_person_the_reviewer_and_hr(found: Dossier, language: str):
    assert found.reviewer
    names = [each.name_in(language) for each in (found.appraisal.person, found.reviewer)]
    words = [*names, {"zh": "人力资源", "en": "HR"}[language]]
    with closing(pypdfium2.PdfDocument(pdf(found, language))) as document:
        pages = [document[place].get_textpage().get_text_range() for place in range(1, len(document))]
    assert any(all(squeezed(word) in squeezed(page) for word in words) for page in pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_and_names_its_language_and_title(found: Dossier, language: str):
    with closing(pypdfium2.PdfDocument(pdf(found, language))) as document:
        assert raw.FPDFCatalog_IsTagged(document)
        assert "2026Q4" in document.get_metadata_dict()["Title"]
        assert language_of(document) == {"zh": "zh-CN", "en": "en-GB"}[language]


def test_what_people_wrote_is_words_on_it_and_no_markup(found: Dossier):
    text = squeezed(text_of(pdf(found, "en")))
    assert squeezed(HOSTILE.partition(" \\")[0]) in text


def test_the_same_appraisal_makes_the_same_bytes(found: Dossier):
    assert pdf(found, "zh") == pdf(found, "zh")
