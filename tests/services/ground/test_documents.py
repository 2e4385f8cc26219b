"""What is stored can be read again: by this version, by later ones, and never half by an earlier one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from feedback.services.ballot_box.quorum import Quorum
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground.documents import FORMAT, OtherFormat, content, numbered, restore
from feedback.services.quality.quality_document import CampaignQuality
from feedback.services.reports.report_document import Reason, Report, Withheld
from feedback.services.reports.report_summaries import Member
from tests.stored_documents import FOLDERS, names, read

Read = Callable[[dict[str, Any]], Any]

READERS: dict[str, Read] = {
    "report": Report.from_document,
    "summary": Member.from_document,
    "quality": CampaignQuality.from_document,
    "statistics": content,
    "questionnaire": lambda document: read_questionnaire(json.dumps(document)),
    "scheme": lambda document: read_scheme(json.dumps(document)),
    "draft-questionnaire": lambda document: library.read_table(json.dumps(document)),
    "draft-scheme": lambda document: library.read_table(json.dumps(document)),
    "quorum": lambda document: Quorum.from_bytes(json.dumps(document).encode()),
    "mail": content,
}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Known:
    value: float
    at: datetime | None = None


@dataclass(frozen=True)
class Unknown:
    why: Colour
    instead: Known | None = None


@dataclass(frozen=True)
class Example:
    found: Known | Unknown
    colours: tuple[Colour, ...]
    plain: float | Unknown
    several: tuple[Known | Unknown, ...] = ()
    note: str = ""


def everything(kind: type) -> some.SearchStrategy[Any]:
    """Objects of a dataclass with anything in every field, those with a default included."""
    return some.builds(kind, **{name: of_type(hint) for name, hint in get_type_hints(kind).items()})


def of_type(hint: Any) -> some.SearchStrategy[Any]:
    if isinstance(hint, UnionType):
        return some.one_of(*map(of_type, get_args(hint)))
    if is_dataclass(hint):
        return everything(hint)
    if get_origin(hint) is tuple:
        first, *others = get_args(hint)
        if others == [...]:
            return some.lists(of_type(first), max_size=2).map(tuple)
        return some.tuples(*map(of_type, (first, *others)))
    if get_origin(hint) is Mapping:
        return some.dictionaries(some.text(), of_type(get_args(hint)[1]), max_size=2)
    if hint is float:
        return some.floats(allow_nan=False)
    return some.datetimes(timezones=some.just(UTC)) if hint is datetime else some.from_type(hint)


def through_json(document: Any) -> Any:
    return json.loads(json.dumps(document, default=datetime.isoformat))


@pytest.mark.parametrize("kind", [Example, Report, Member, CampaignQuality])
def test_what_is_stored_comes_back_as_it_was(kind: type):
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(everything(kind))
    def check(stored: Any) -> None:
        document = through_json(numbered(asdict(stored)))
        assert restore(kind, document) == stored
        assert asdict(restore(kind, document)) == asdict(stored)

    check()


def test_a_text_that_is_one_of_a_kind_comes_back_as_that_and_not_as_a_text_alone():
    """A text equals the member of an enumeration that it names, and yet `is` finds another thing."""
    stored = Example(Unknown(Colour.RED), (Colour.BLUE,), Unknown(Colour.BLUE))
    found = restore(Example, through_json(numbered(asdict(stored))))
    assert isinstance(found.found, Unknown) and isinstance(found.plain, Unknown)
    assert (found.found.why is Colour.RED, found.plain.why is Colour.BLUE) == (True, True)
    assert found.colours[0] is Colour.BLUE


def test_numbers_stay_as_they_were_written():
    stored = through_json(asdict(Known(80)))
    assert json.dumps(asdict(restore(Known, numbered(stored)))) == json.dumps(stored)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"found": {"value": 1.0}, "colours": [], "plain": 2.0}, Example(Known(1.0), (), 2.0)),
        (
            {"found": {"why": "red"}, "colours": ["blue"], "plain": {"why": "blue"}},
            Example(Unknown(Colour.RED), (Colour.BLUE,), Unknown(Colour.BLUE)),
        ),
    ],
)
def test_what_a_document_has_not_yet_has_its_default_and_alternatives_are_told_apart_all_the_same(
    document: dict[str, Any], found: Example
):
    assert restore(Example, numbered(document)) == found


def test_a_view_of_a_part_reads_that_part_alone():
    assert restore(Known, numbered({"value": 1.0, "something": "else"})) == Known(1.0)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_figure_that_a_report_lacks_has_a_reason(folder: str):
    for kind in ("report", "summary"):
        found = READERS[kind](read(folder, f"{kind}-minimal"))
        assert (found.satisfaction, found.nps) == (Withheld(Reason.TOO_FEW), Withheld(Reason.TOO_FEW))


def test_there_is_a_full_and_a_minimal_document_of_each_kind_in_each_format():
    assert [f"format-{FORMAT}"] == FOLDERS
    for folder in FOLDERS:
        for kind in READERS.keys() - {"mail"}:
            assert {"full", "minimal"} <= {*names(folder, kind)}
        assert names(folder, "mail") == ["full"]  # a mail has all of its parts or is none


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", READERS)
def test_stored_documents_of_each_kind_and_format_are_read(folder: str, kind: str):
    for name in names(folder, kind):
        assert READERS[kind](read(folder, f"{kind}-{name}"))


@pytest.mark.parametrize("number", [FORMAT + 1, FORMAT - 1, str(FORMAT), None])
@pytest.mark.parametrize("kind", READERS)
def test_another_format_is_refused_in_words_by_whatever_reads_it(kind: str, number: object):
    document = read(f"format-{FORMAT}", f"{kind}-full") | {"format": number}
    with pytest.raises(OtherFormat, match=f"format {number}.*other version"):
        READERS[kind](document)


@pytest.mark.parametrize("folder", FOLDERS)
def test_trustees_of_a_campaign_under_way_still_open_its_key(folder: str):
    first, second, _ = (X25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))
    peeled = READERS["quorum"](read(folder, "quorum-full"))
    sealed = READERS["quorum"](read(folder, "quorum-minimal"))
    for quorum in (peeled, sealed.peel(first)):
        assert quorum.open(second).private_bytes_raw() == bytes([9]) * 32
