"""What all of them ask: 25 ratings in five sections and a comment."""

from dataclasses import dataclass

TITLE = "Working with Person 1"
LABELS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
TOPICS = ("attitude", "responsiveness", "resolution", "competence", "collaboration")
TEXTS = (
    "takes our concerns seriously, even minor ones.",
    "keeps us informed until a matter is settled.",
    "does what was promised, at the time that was promised.",
    "explains what is possible and what is not in plain words.",
    "finds somebody who can help when it is not their own field.",
)
COMMENT = "回复很及时，问题当天就解决了。 Questions are answered the same day, and what was promised is done."


@dataclass(frozen=True)
class Question:
    id: str
    text: str


@dataclass(frozen=True)
class Topic:
    title: str
    items: tuple[Question, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)


SECTIONS = tuple(
    Topic(
        topic.capitalize(),
        tuple(Question(f"{topic}-{place}", f"Person 1 {text}") for place, text in enumerate(TEXTS, start=1)),
    )
    for topic in TOPICS
)
ANSWERS = {name: str(place % 5 + 1) for place, name in enumerate(n for s in SECTIONS for n in s.names)} | {
    "comment": COMMENT
}


def toml() -> str:
    """The same as a questionnaire of ours."""
    labels = ", ".join(f'"{label}"' for label in LABELS)
    head = 'id = "benchmark"\nversion = 1\ntitle = {en = "Working with {subject}"}\n'
    scale = f"[scale.five]\npoints = [20, 40, 60, 80, 100]\nlabels.en = [{labels}]\n"
    dimensions = "".join(
        f'[[dimension]]\nid = "{topic}"\ntitle = {{en = "{topic.capitalize()}"}}\n' for topic in TOPICS
    )
    items = "".join(
        f'[[item]]\nid = "{topic}-{place}"\ndimension = "{topic}"\nscale = "five"\n'
        f'text.en = "{{subject}} {text}"\n'
        for topic in TOPICS
        for place, text in enumerate(TEXTS, start=1)
    )
    comment = '[[item]]\nid = "comment"\nkind = "comment"\ntext.en = "What else should be said?"\n'
    return head + scale + dimensions + items + comment
