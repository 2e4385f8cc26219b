"""Several ballots on one page, item by item: a form for each person, and nothing that makes one answer of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from forms import second_look
from forms.builder import BallotForm, ItemField, Posted, Respondent
from forms.questionnaire import Item, Questionnaire
from forms.scheme import Group
from forms.second_look import Note

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class SharedReader(Respondent):
    """Reads each question once for all: the subject is "this colleague", also at the start of a sentence."""

    def question(self, item: Item) -> str:
        text = super().question(item)
        return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class QuestionRow:
    """A question, and the field of each person who is rated on it, by the number of the task."""

    question: str
    fields: Mapping[int, ItemField]


class SideBySideForm:
    """Fields are named "3:attitude-1": by the number of the task and the id of the item, which holds no colon."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        reader: Respondent,
        tasks: Sequence[int],
        posted: Posted | None = None,
        *,
        settled: Collection[int] = (),
    ) -> None:
        """`settled` are tasks that were on the page before; what comes back for them is dropped."""
        self.is_posted = posted is not None
        self.ballots = {
            task: BallotForm(questionnaire, reader, posted, prefix=prefix_of(task)) for task in tasks
        }
        expected = tuple(map(prefix_of, (*tasks, *settled)))
        self.unknown = {name for name in posted or () if not name.startswith(expected)}

    def validate(self) -> bool:
        """All of them, so that every fault is named at once."""
        return all([form.validate() for form in self.ballots.values()]) and not self.unknown

    @property
    def sections(self) -> list[tuple[str, list[QuestionRow]]]:
        """The questions under their headings: the same for all, who are rated in one group."""
        shared = zip(*self.ballots.values(), strict=True)
        return [
            (
                title,
                [
                    QuestionRow(fields[0].label.text, dict(zip(self.ballots, fields, strict=True)))
                    for fields in found
                ],
            )
            for title, found in groupby(shared, key=lambda fields: fields[0].section)
        ]

    def notes(self, group: Group, told: Collection[str]) -> dict[int, tuple[Note, ...]]:
        """What to point out about each person before the answers are sent, and was not told yet."""
        found = {task: second_look.notes(form, group, told) for task, form in self.ballots.items()}
        return {task: notes for task, notes in found.items() if notes}


def prefix_of(task: int) -> str:
    return f"{task}:"
