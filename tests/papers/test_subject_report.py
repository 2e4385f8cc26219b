"""The report as a PDF: what a reader and his screen reader find in it, and what can never break it."""

import ctypes
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pypdfium2
import pytest
import typst
from pypdfium2 import raw

from feedback.papers.pdf import subject_report, typesetting
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import numbered
from feedback.services.reports.report_document import Comments, Report, Withheld

LANGUAGES = ["zh", "en"]
GB_2312 = "".join(
    bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
)
# Of names in the list of standard characters of 2013: from Unicode's extensions A to E.
NAMES = "\u3b4e\u4dae\U00020164\U00028408\U0002a7dd\U0002b5af\U0002b7fc\U0002ccf6"


def text_of(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))


def squeezed(text: str) -> str:
    """Without the gaps that lines end in, or that stand between Chinese and digits."""
    return "".join(text.split())


def with_comment(report: Report, text: str) -> Report:
    return replace(
        report, comments=(Comments(Bilingual("问", "Q"), Bilingual("客户", "Clients"), (text,), ()),)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_whom_and_what_it_is_about_and_how_much_the_score_is(report: Report, language: str):
    text = squeezed(text_of(subject_report.pdf(report, language)))
    score = report.feedback.score
    assert score and f"{score.value:.1f}" in text
    for title in (report.subject.name, *(dimension.title for dimension in report.dimensions)):
        assert squeezed(title.in_language(language)) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_names_its_language_and_has_a_title_and_bookmarks(report: Report, language: str):
    pdf = subject_report.pdf(report, language)
    assert b"pdfuaid:part" in pdf
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        assert raw.FPDFCatalog_IsTagged(document)
        assert report.subject.name.in_language(language) in document.get_metadata_dict()["Title"]
        assert len([mark for mark in document.get_toc() if mark.level == 0]) == 7
        assert language_of(document) == {"zh": "zh-CN", "en": "en-GB"}[language]


def language_of(document: pypdfium2.PdfDocument) -> str:
    buffer = (ctypes.c_ushort * 16)()
    raw.FPDFCatalog_GetLanguage(document, buffer, ctypes.sizeof(buffer))
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def test_every_figure_has_words_for_those_who_do_not_see_it(report: Report):
    pdf = subject_report.pdf(report, "en")
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        described = [text for page in range(len(document)) for text in alternatives(document, page)]
    assert any(text.startswith("Profile by rater group") for text in described)
    assert all(described) and len(described) >= 4


def alternatives(document: pypdfium2.PdfDocument, page: int) -> list[str]:
    """The alternative texts of the figures on a page."""
    tree = raw.FPDF_StructTree_GetForPage(document[page])
    found: list[str] = []

    def walk(element: raw.FPDF_STRUCTELEMENT) -> None:
        if read(raw.FPDF_StructElement_GetType, element) == "Figure":
            found.append(read(raw.FPDF_StructElement_GetAltText, element))
        for place in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, place):
                walk(child)

    for place in range(raw.FPDF_StructTree_CountChildren(tree)):
        if child := raw.FPDF_StructTree_GetChildAtIndex(tree, place):
            walk(child)
    raw.FPDF_StructTree_Close(tree)
    return found


def read(function: object, element: raw.FPDF_STRUCTELEMENT) -> str:
    size = function(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    function(element, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def test_the_same_release_gives_the_same_bytes(report: Report):
    assert subject_report.pdf(report, "zh") == subject_report.pdf(report, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_that_was_stored_is_printed_as_it_was(report: Report, language: str):
    stored = json.loads(json.dumps(numbered(report.to_document())))
    assert subject_report.pdf(Report.from_document(stored), language) == subject_report.pdf(report, language)


def test_a_report_before_its_release_says_so_on_its_first_page(report: Report):
    assert "Preview, not released" in text_of(subject_report.pdf(replace(report, released_at=None), "en"))
    assert "Preview" not in text_of(subject_report.pdf(report, "en"))


@pytest.mark.parametrize(
    "text",
    [
        "#panic() $x$ *a* _b_ <c> @d \\ // [e] {f} `g` = h",
        '#image("/etc/passwd")',
        "\0\x07\x1b[31m",
        "\ud800 half a surrogate",
        "\ufffe\uffff\ufdd0",
        "مرحبا بالعالم שלום",
        "😀 👩‍👩‍👧 \U000e0001",
        "\U0001f9ff\U00012000\U0003134a",
        "word" * 5_000,
        "好" * 20_000,
        "\n" * 200,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_no_comment_breaks_it_and_none_is_taken_for_markup(report: Report, text: str):
    assert subject_report.pdf(with_comment(report, text), "zh").startswith(b"%PDF-")


def test_markup_in_a_comment_is_printed_as_it_was_typed(report: Report):
    assert "*a* #b() <c>" in text_of(subject_report.pdf(with_comment(report, "*a* #b() <c>"), "en"))


def test_what_is_withheld_stands_there_as_words(all_reports: list[Report]):
    withheld = all_reports[1]
    assert withheld.feedback.score is None
    assert all(isinstance(dimension.total, Withheld) for dimension in withheld.dimensions)
    text = text_of(subject_report.pdf(withheld, "en"))
    assert "No official score" in text and "too few answers to show" in text


def test_its_fonts_are_those_of_the_requirements_and_none_of_the_machine():
    of_typst = typst.Fonts(include_system_fonts=False).families()
    ours = set(typesetting.fonts().families()) - set(of_typst)
    assert typesetting.FAMILY in ours and all(family.startswith("Noto ") for family in ours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_pictures_have_one_font_in_two_weights(report: Report, language: str):
    """A third one would be words of a picture as thin as the font can be, or in a font of somewhere else."""
    with closing(pypdfium2.PdfDocument(subject_report.pdf(report, language))) as document:
        names = {font_of(text) for page in document for text in texts_on(page)}
    assert len(names) == 2 and all("NotoSansCJKsc" in name for name in names)


def texts_on(page: pypdfium2.PdfPage) -> Iterator[raw.FPDF_PAGEOBJECT]:
    return texts_in(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)


def texts_in(holder: object, count: Callable[..., int], get: Callable[..., object]) -> Iterator[object]:
    """Those in a picture are a form's within the page."""
    for place in range(count(holder)):
        found = get(holder, place)
        match raw.FPDFPageObj_GetType(found):
            case raw.FPDF_PAGEOBJ_TEXT:
                yield found
            case raw.FPDF_PAGEOBJ_FORM:
                yield from texts_in(found, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)


def font_of(text: object) -> str:
    """With the six letters that tell one part of a font from another."""
    buffer = ctypes.create_string_buffer(200)
    raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(text), buffer, len(buffer))
    return buffer.value.decode()


@pytest.mark.parametrize(
    "text",
    [GB_2312, NAMES, "👍 很好 😀", "مرحبا שלום Привет ไทย"],
    ids=["GB 2312", "names", "emoji", "scripts"],
)
def test_what_people_write_is_printed_to_the_last_character(report: Report, text: str):
    """PDF/UA is claimed for a file that lacks no character."""
    assert b"pdfuaid:part" in subject_report.pdf(with_comment(report, text), "zh")


def test_a_character_that_no_font_has_costs_the_claim_and_not_the_report(report: Report):
    pdf = subject_report.pdf(with_comment(report, "\U00012000 所以"), "zh")
    assert b"pdfuaid:part" not in pdf and "所以" in text_of(pdf)
