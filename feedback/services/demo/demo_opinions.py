"""What raters of the demo company answer."""

import random
from collections.abc import Callable

from feedback.services.ballot_box.ballots import Answers
from feedback.services.demo import demo_names
from forms.questionnaire import Item, ItemKind, Questionnaire

COMMENT_SHARE = 0.45
CANNOT_JUDGE_SHARE = 0.04
LENIENCY = {"client": 0.1, "peer": 0.0, "subordinate": -0.1, "supervisor": -0.15, "self": 0.35}


class Opinions:
    """Raters who agree on a subject's strengths more than chance, and differ by temper, group and item."""

    def __init__(
        self, questionnaire: Questionnaire, performance: Callable[[str], float], dice: random.Random
    ) -> None:
        self._questionnaire = questionnaire
        self._performance = performance
        self._dice = dice
        self._profiles: dict[str, dict[str, float]] = {}

    def of(self, subject: str, group: str) -> Answers:
        temper = self._performance(subject) + LENIENCY[group] + self._dice.gauss(0, 0.35)
        items = self._questionnaire.items_for(group)
        ratings = {
            item.id: self._rating(item, temper, subject)
            for item in items
            if item.kind is not ItemKind.COMMENT
        }
        comments = {item.id: self._comment(group, temper) for item in items if item.kind is ItemKind.COMMENT}
        return Answers.of(self._questionnaire, {k: v for k, v in ratings.items() if v}, comments)

    def _profile(self, subject: str) -> dict[str, float]:
        """What he is better at than at the rest, and worse."""
        if subject not in self._profiles:
            dimensions = self._questionnaire.dimensions
            self._profiles[subject] = {dimension.id: self._dice.gauss(0, 0.3) for dimension in dimensions}
        return self._profiles[subject]

    def _rating(self, item: Item, temper: float, subject: str) -> int:
        """A place on the item's scale, 0 for "cannot judge"."""
        if item.kind is ItemKind.NPS:
            return 1 + min(10, max(0, round(2.1 * temper + self._dice.gauss(0, 0.9))))
        if not item.headline and self._dice.random() < CANNOT_JUDGE_SHARE:
            return 0
        feeling = temper + self._profile(subject)[item.dimension or ""] + self._dice.gauss(0, 0.55)
        return min(5, max(1, round(feeling)))

    def _comment(self, group: str, temper: float) -> str:
        if self._dice.random() > COMMENT_SHARE:
            return ""
        pleased = temper + self._dice.gauss(0, 0.5) > 3.6
        if group == "client":
            return self._dice.choice(demo_names.CLIENT_PRAISE if pleased else demo_names.CLIENT_CRITICISM)
        return self._dice.choice(demo_names.COLLEAGUE_PRAISE if pleased else demo_names.COLLEAGUE_CRITICISM)
