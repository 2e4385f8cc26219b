"""A questionnaire: scales, dimensions and items, validated when loaded.

The file format is TOML::

    id = "account-manager"
    version = 1
    title = {en = "Working with {subject}", zh = "..."}   # optional

    [scale.five]
    first = 1                          # value of the first point, default 1
    points = [20, 40, 60, 80, 100]     # one per value
    labels.en = ["...", ...]           # optional, one per value and language

    [[dimension]]
    id = "attitude"
    weight = 1                         # default 1
    title = {en = "...", zh = "..."}   # optional

    [[item]]
    id = "attitude-1"
    kind = "rating"                    # rating (default) | nps | comment
    dimension = "attitude"             # these five for rating items only
    scale = "five"
    reverse = false
    weight = 1
    headline = false
    required = true                    # default: true, for comments false
    limit = 1000                       # of comments only: characters, counted as `length_of` does, default 1000
    groups = ["client", "peer"]        # default: asked of all
    text.en = "..."                    # general wording (scoring alone needs none); or text = {en = "...", zh = "..."}
    text.client.en = "..."             # a group's own wording

A stored snapshot is the same definition as canonical JSON (``to_json``, ``from_json``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from forms import scales
from forms.document import LANGUAGES, Section, canonical_json, digest_of, read_json, read_toml
from forms.scales import NPS_SCALE, Scale

COMMENT_LENGTH = 1000
LONGEST_COMMENT = 5000
BYTES_OF_UNIT = 3  # the most that UTF-8 takes for a unit of UTF-16: four of a pair, three of a single one


class ItemKind(StrEnum):
    RATING = "rating"
    NPS = "nps"
    COMMENT = "comment"


@dataclass(frozen=True)
class Dimension:
    id: str
    weight: float
    title: Mapping[str, str]

    def title_for(self, language: str) -> str:
        return in_language(self.title, language) or self.id


@dataclass(frozen=True)
class Item:
    id: str
    kind: ItemKind
    dimension: str | None
    scale: Scale | None
    reverse: bool
    weight: float
    headline: bool
    required: bool
    limit: int
    groups: tuple[str, ...] | None
    text: Mapping[str, str]
    group_text: Mapping[str, Mapping[str, str]]

    @property
    def largest(self) -> int:
        """Bytes of the longest comment in UTF-8."""
        return self.limit * BYTES_OF_UNIT

    def asked_of(self, group: str) -> bool:
        return self.groups is None or group in self.groups

    def text_for(self, group: str, language: str) -> str:
        """The group's own wording before the general one, the language asked for before the other."""
        own = self.group_text.get(group, {})
        texts = {**self.text, **own}
        return own.get(language) or self.text.get(language) or in_language(texts, language) or self.id


@dataclass(frozen=True)
class Questionnaire:
    id: str
    version: int
    title: Mapping[str, str]
    scales: tuple[Scale, ...]
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]

    def items_for(self, group: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.asked_of(group))

    @cached_property
    def counted_items(self) -> tuple[Item, ...]:
        """The items that end up in counts: ratings and recommendations."""
        return tuple(item for item in self.items if item.kind is not ItemKind.COMMENT)

    @cached_property
    def comment_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind is ItemKind.COMMENT)

    def title_for(self, language: str) -> str:
        return in_language(self.title, language) or self.id

    @cached_property
    def digest(self) -> str:
        return digest_of(definition(self))

    def to_json(self) -> str:
        return canonical_json(definition(self))


def in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def length_of(comment: str) -> int:
    """Characters as browsers count them, in units of UTF-16: those beyond the basic plane, such as emoji, are two."""
    return len(comment.encode("utf-16-le")) // 2


def load(data: bytes | str) -> Questionnaire:
    """Read a TOML file's content. Raises InvalidDocument with all faults."""
    return parse(read_toml(data))


def from_json(text: str) -> Questionnaire:
    """Read a stored snapshot. Raises InvalidDocument with all faults."""
    return parse(read_json(text))


def parse(root: Section) -> Questionnaire:
    known_scales = {
        name: scales.parse(name, section) for name, section in root.named_sections("scale").items()
    }
    dimensions = tuple(_dimension(section) for section in root.sections("dimension"))
    known = {dimension.id for dimension in dimensions}
    items = tuple(_item(section, known_scales, known) for section in root.sections("item"))
    questionnaire = Questionnaire(
        id=root.identifier("id"),
        version=root.integer("version", least=1),
        title=root.languages("title"),
        scales=tuple(known_scales.values()),
        dimensions=dimensions,
        items=items,
    )
    _check_whole(root, questionnaire)
    root.close()
    root.finish()
    return questionnaire


def _dimension(section: Section) -> Dimension:
    dimension = Dimension(section.identifier("id"), section.number("weight", 1.0), section.languages("title"))
    section.close()
    return dimension


def _item(section: Section, scales: Mapping[str, Scale], dimensions: set[str]) -> Item:
    kind = section.choice("kind", ItemKind, ItemKind.RATING)
    rating = kind is ItemKind.RATING
    groups = section.strings("groups") if section.has("groups") else None
    section.unique("groups", groups or ())
    text, group_text = _item_text(section, groups)
    item = Item(
        id=section.identifier("id"),
        kind=kind,
        dimension=_item_dimension(section, dimensions) if rating else None,
        scale=_item_scale(section, scales) if rating else NPS_SCALE if kind is ItemKind.NPS else None,
        reverse=section.flag("reverse", False) if rating else False,
        weight=section.number("weight", 1.0) if rating else 0.0,
        headline=section.flag("headline", False) if rating else False,
        required=section.flag("required", kind is not ItemKind.COMMENT),
        limit=section.integer("limit", COMMENT_LENGTH, 1, LONGEST_COMMENT) if kind is ItemKind.COMMENT else 0,
        groups=groups,
        text=text,
        group_text=group_text,
    )
    section.close()
    return item


def _item_dimension(section: Section, dimensions: set[str]) -> str:
    name = section.string("dimension")
    if name and name not in dimensions:
        section.fault("dimension", "unknown_dimension", dimension=name)
    return name


def _item_scale(section: Section, scales: Mapping[str, Scale]) -> Scale | None:
    name = section.string("scale")
    if name and name not in scales:
        section.fault("scale", "unknown_scale", scale=name)
    return scales.get(name)


def _item_text(
    section: Section, groups: tuple[str, ...] | None
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    texts = section.section("text")
    general = {name: texts.string(name) for name in LANGUAGES if texts.has(name)}
    own = {name: texts.languages(name) for name in texts.table if name not in LANGUAGES}
    for name, text in general.items():
        if not text.strip():
            texts.fault(name, "empty")
    for group in own:
        if groups is not None and group not in groups:
            texts.fault(group, "group_not_asked", group=group)
    if own and not general and groups is None:
        section.fault("text", "general_text_missing")
    for group in groups or ():
        if own and not general and not own.get(group):
            section.fault("text", "text_missing", group=group)
    return general, own


def _check_whole(root: Section, questionnaire: Questionnaire) -> None:
    for key, things in (("dimension", questionnaire.dimensions), ("item", questionnaire.items)):
        root.unique(key, (thing.id for thing in things))
        if not things:
            root.fault(key, "missing")
    if questionnaire.dimensions and not any(dimension.weight for dimension in questionnaire.dimensions):
        root.fault("dimension", "zero_weights")
    for dimension in questionnaire.dimensions:
        weights = [item.weight for item in questionnaire.items if item.dimension == dimension.id]
        if not weights:
            root.fault("dimension", "dimension_without_items", dimension=dimension.id)
        elif not any(weights):
            root.fault(f"dimension.{dimension.id}", "zero_weights")


def groups_named(item: Mapping[str, object]) -> list[str]:
    """The rater groups that the table of an item names, as asked or with a wording of their own."""
    asked, texts = item.get("groups"), item.get("text")
    worded = [name for name in texts if name not in LANGUAGES] if isinstance(texts, dict) else []
    return [*(asked if isinstance(asked, list | tuple) else ()), *worded]


def definition(questionnaire: Questionnaire) -> dict[str, object]:
    """The definition in the shape of the file, with every default filled in."""
    return {
        "id": questionnaire.id,
        "version": questionnaire.version,
        "title": questionnaire.title,
        "scale": {scale.id: scales.definition(scale) for scale in questionnaire.scales},
        "dimension": [
            {"id": dimension.id, "weight": dimension.weight, "title": dimension.title}
            for dimension in questionnaire.dimensions
        ],
        "item": [_item_definition(item) for item in questionnaire.items],
    }


def _item_definition(item: Item) -> dict[str, object]:
    definition: dict[str, object] = {
        "id": item.id,
        "kind": item.kind.value,
        "required": item.required,
        "text": {**item.text, **item.group_text},
    }
    if item.groups is not None:
        definition["groups"] = item.groups
    if item.kind is ItemKind.COMMENT:
        definition["limit"] = item.limit
    if item.kind is ItemKind.RATING and item.scale:
        definition |= {"dimension": item.dimension, "scale": item.scale.id, "reverse": item.reverse}
        definition |= {"weight": item.weight, "headline": item.headline}
    return definition
