"""What raters are told of how their answers are counted: in which groups together, and among how many people."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from feedback.models.campaigns import Cell
from feedback.services.ballot_box.invitations import OpenTask
from feedback.services.ground import protection
from forms.scheme import Group, Scheme


@dataclass(frozen=True)
class CountedTogether:
    """The groups whose answers are counted together, the rater's own among them, and how many people they are.

    Without groups the answers are not counted: too few were asked.
    """

    groups: tuple[Group, ...]
    asked: int

    @property
    def minimum(self) -> int:
        return max(group.minimum for group in self.groups)

    @property
    def comments_from(self) -> int:
        return max(map(protection.comments_from, self.groups))

    def beside(self, group_id: str) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.id != group_id)


def of_tasks(session: Session, tasks: Iterable[OpenTask], scheme: Scheme) -> dict[int, CountedTogether]:
    """By position. A statement only where groups are counted together."""
    tasks = list(tasks)
    pooled = [task.cell_id for task in tasks if task.unit not in (None, task.group)]
    asked = _asked(session, pooled) if pooled else {}
    return {task.position: _unit(task, asked, scheme) for task in tasks}


def _unit(task: OpenTask, asked: dict[int, dict[str, int]], scheme: Scheme) -> CountedTogether:
    own = {} if task.unit is None else {task.group: task.invited}
    people = asked.get(task.cell_id, own)
    return CountedTogether(
        tuple(group for group in scheme.groups if group.id in people), sum(people.values())
    )


def _asked(session: Session, cell_ids: list[int]) -> dict[int, dict[str, int]]:
    """People asked by group, in the unit of each cell."""
    own, member = aliased(Cell), aliased(Cell)
    rows = session.execute(
        select(own.id, member.group, member.invited)
        .join(member, and_(member.subject_id == own.subject_id, member.unit == own.unit))
        .where(own.id.in_(cell_ids))
    )
    found: dict[int, dict[str, int]] = {}
    for cell_id, group, invited in rows:
        found.setdefault(cell_id, {})[group] = invited
    return found
