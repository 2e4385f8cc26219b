import pytest

from feedback.services.oversight import guides
from feedback.services.oversight.guides import DIRECTORY, NAMES, SUFFIX

MARKUP = ("**", "`", "](", "![", "#")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_guide_is_read_without_any_markup_left(name: str, language: str):
    guide = guides.read(name, language)
    words = [guide.title, *(line for block in guide.blocks for line in block.lines)]
    assert guide.blocks and not [line for line in words for mark in MARKUP if mark in line]


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_parts(name: str):
    parts = [[block.kind for block in guides.read(name, language).blocks] for language in ("zh", "en")]
    assert parts[0] == parts[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_pictures_of_a_guide_exist(name: str):
    for suffix in SUFFIX.values():
        text = (DIRECTORY / f"{name}{suffix}").read_text(encoding="utf-8")
        for picture in guides.PICTURE.findall(text):
            path = picture.partition("](")[2].removesuffix(")")
            assert (DIRECTORY.resolve() / path).resolve().exists(), path
