"""The rater groups of one subject as a report names them, with the reason wherever there is no figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback.models.campaigns import Cell, CellStatus
from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.report_document import GroupScore, RaterGroup, Reason, Withheld
from feedback.services.scores.scorecards import Estimate, NoEstimate, Scorecard, Shown
from forms.questionnaire import Item, Questionnaire
from forms.scheme import Family, Group, Scheme, pool_name

POOL_TITLES = {
    pool_name(Family.CLIENTS): Bilingual("其他客户", "Other clients"),
    pool_name(Family.COLLEAGUES): Bilingual("其他同事", "Other colleagues"),
}


@dataclass(frozen=True)
class RaterGroups:
    """cells: by group or pool, in the order of the scheme, pools last."""

    questionnaire: Questionnaire
    scheme: Scheme
    cells: Mapping[str, Cell]
    card: Scorecard

    def titles(self, cells: Iterable[Cell]) -> Bilingual:
        """Of groups that are counted together."""
        named = [self.title(cell.group) for cell in cells]
        return Bilingual(" + ".join(name.zh for name in named), " + ".join(name.en for name in named))

    def title(self, group: str) -> Bilingual:
        return POOL_TITLES.get(group) or Bilingual.of(self.scheme.group(group).title, group)

    def weight(self, group: str) -> float:
        return sum(member.weight for member in self._members(group))

    def has_known_number(self, group: str) -> bool:
        """Whether the report gives the number of its answers: it is shown, or answers under its names."""
        return isinstance(self.card.cells.get(group), Shown) or self._is_attributed(group)

    def _is_attributed(self, group: str) -> bool:
        return all(member.attributed for member in self._members(group))

    def was_asked(self, group: str) -> bool:
        """Of groups that are counted together, or too small to be counted, whoever declined afterwards."""
        return bool(self.cells[group].invited) or self.cells[group].unit != group

    def question(self, item: Item, group: str, name: Bilingual) -> Bilingual:
        wording = self._members(group)[0].id
        texts = (item.text_for(wording, language) for language in ("zh", "en"))
        zh, en = texts
        return Bilingual(zh.replace("{subject}", name.zh), en.replace("{subject}", name.en))

    def totals(self) -> tuple[RaterGroup, ...]:
        return tuple(self._total(group) for group in self._self_last())

    def scores(self, dimension: str) -> tuple[GroupScore, ...]:
        """One dimension by group, without the groups of which nobody was asked."""
        return tuple(
            GroupScore(self.title(group), self.is_self(group), self._score(group, dimension))
            for group in self._self_last()
            if self.was_asked(group)
        )

    def over_groups(self, score: Estimate | NoEstimate) -> Estimate | Withheld:
        return score if isinstance(score, Estimate) else Withheld(Reason.TOO_FEW)

    def with_comments(self) -> list[Cell]:
        """The cells whose comments may be shown."""
        return [
            cell
            for group, cell in self.cells.items()
            if protection.shows_comments(cell, attributed=self._members(group)[0].attributed)
        ]

    def _total(self, group: str) -> RaterGroup:
        members = self._members(group)
        shown = self.card.cells.get(group)
        merged = members if group in POOL_TITLES else ()
        return RaterGroup(
            id=group,
            title=self.title(group),
            merged=tuple(self.title(member.id) for member in merged),
            weight=self.weight(group),
            attributed=self._is_attributed(group),
            is_self=self.is_self(group),
            ballots=shown.n if isinstance(shown, Shown) else None,
            total=self.over_groups(shown.total) if isinstance(shown, Shown) else self._withheld(group),
            from_start=tuple(
                self.title(member.id) for member in merged if self.cells[member.id].unit == group
            ),
        )

    def _score(self, group: str, dimension: str) -> Estimate | Withheld:
        shown = self.card.cells.get(group)
        if not isinstance(shown, Shown):
            return self._withheld(group)
        score = shown.dimensions[dimension]
        if isinstance(score, Estimate):
            return score
        return Withheld(Reason.TOO_FEW if self._asks(group, dimension) else Reason.NOT_ASKED)

    def _asks(self, group: str, dimension: str) -> bool:
        items = self.questionnaire.counted_items
        return any(self.asks_item(group, item) for item in items if item.dimension == dimension)

    def asks_item(self, group: str, item: Item) -> bool:
        return any(item.asked_of(member.id) for member in self._members(group))

    def why_no_item(self, group: str) -> Withheld:
        """A shown cell may still have too few answers for single items."""
        shown = self.card.cells.get(group)
        return Withheld(Reason.TOO_FEW) if isinstance(shown, Shown) else self._withheld(group)

    def _withheld(self, group: str) -> Withheld:
        if not self.was_asked(group):
            return Withheld(Reason.NOBODY_INVITED)
        match self.cells[group].status:
            case CellStatus.MERGED:
                return Withheld(Reason.MERGED, POOL_TITLES[pool_name(self.scheme.group(group).family)])
            case CellStatus.WITHHELD:
                return Withheld(Reason.TOO_FEW, from_start=self.cells[group].unit is None)
        return Withheld(Reason.NO_ANSWERS)  # of a crowd: a small group is never absent

    def _self_last(self) -> list[str]:
        return sorted(self.cells, key=self.is_self)

    def _members(self, group: str) -> tuple[Group, ...]:
        shown = self.card.cells.get(group)
        merged = shown.merged if isinstance(shown, Shown) and group in POOL_TITLES else (group,)
        return tuple(self.scheme.group(member) for member in merged)

    def is_self(self, group: str) -> bool:
        return group not in POOL_TITLES and self.scheme.group(group).family is Family.SELF
