"""Reads a page as a browser would, to check what its markup promises."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "meta", "link", "br", "hr", "img"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def find(self, tag: str, **attributes: str) -> list["Element"]:
        found = []
        for child in self.children:
            if child.tag == tag and attributes.items() <= child.attributes.items():
                found.append(child)
            found += child.find(tag, **attributes)
        return found

    def one(self, tag: str) -> "Element":
        (found,) = self.find(tag)
        return found

    def has_ancestor(self, tag: str) -> bool:
        return self.parent is not None and (self.parent.tag == tag or self.parent.has_ancestor(tag))

    @property
    def all_text(self) -> str:
        return " ".join([self.text, *(child.all_text for child in self.children)]).strip()

    def every(self) -> list["Element"]:
        return [element for child in self.children for element in (child, *child.every())]


class Page(HTMLParser):
    """The tree of a page; elements must be closed in the order in which they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.current = Element("document", {})
        self.feed(html)
        self.close()
        if self.current is not self.root:
            raise ValueError(f"<{self.current.tag}> is not closed")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            raise ValueError(f"<{tag}> has an attribute twice: {names}")
        element = Element(tag, {name: value or "" for name, value in attributes}, self.current)
        self.current.children.append(element)
        if tag not in VOID:
            self.current = element

    def handle_endtag(self, tag: str) -> None:
        if tag != self.current.tag or self.current.parent is None:
            raise ValueError(f"</{tag}> closes <{self.current.tag}>")
        self.current = self.current.parent

    def handle_data(self, data: str) -> None:
        self.current.text += data

    def find(self, tag: str, **attributes: str) -> list[Element]:
        return self.root.find(tag, **attributes)

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.find(tag, **attributes)
        if len(found) != 1:
            raise LookupError(f"{len(found)} elements <{tag}> with {attributes}")
        return found[0]

    @property
    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.root.every() if "id" in element.attributes]


def faults(page: Page) -> list[str]:
    """What a person who listens to the page, or whose browser obeys a strict policy, would miss."""
    return [*_unlabelled(page), *_dangling(page), *_forbidden(page)]


def _unlabelled(page: Page) -> list[str]:
    labelled = {label.attributes.get("for") for label in page.find("label") if label.all_text}
    controls = page.find("textarea") + [x for x in page.find("input") if x.attributes.get("type") != "hidden"]
    unlabelled = [
        f"{control.tag} {control.attributes.get('name')} has no label"
        for control in controls
        if control.attributes.get("id") not in labelled and not control.has_ancestor("label")
    ]
    for fieldset in page.find("fieldset"):
        if not fieldset.children or fieldset.children[0].tag != "legend" or not fieldset.children[0].all_text:
            unlabelled.append("a fieldset does not begin with its legend")
    if not page.one("title").text.strip() or not page.one("html").attributes.get("lang"):
        unlabelled.append("the page has no title or no language")
    return unlabelled


def _dangling(page: Page) -> list[str]:
    ids = page.ids
    wanted = [a.attributes["href"][1:] for a in page.find("a") if a.attributes["href"].startswith("#")]
    for element in page.root.every():
        wanted += element.attributes.get("aria-describedby", "").split()
    dangling = [f"nothing has the id {name}" for name in wanted if name not in ids]
    return dangling + [f"the id {name} is used twice" for name in set(ids) if ids.count(name) > 1]


def _is_ours(script: Element) -> bool:
    """A module in a file of its own: the content policy lets nothing else run."""
    is_file = script.attributes.get("src", "").startswith("/static/") and not script.text
    return is_file and script.attributes.get("type") == "module"


def _forbidden(page: Page) -> list[str]:
    found = [f"<{tag}>" for tag in ("style", "iframe", "img") if page.find(tag)]
    found += ["<script>" for script in page.find("script") if not _is_ours(script)]
    for element in page.root.every():
        for name, value in element.attributes.items():
            if name == "style" or name.startswith("on"):
                found.append(f"inline {name} on <{element.tag}>")
            if name in ("href", "src", "action") and value.startswith(("http:", "https:", "//")):
                found.append(f"<{element.tag}> leads away to {value}")
    return found
