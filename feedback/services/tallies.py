"""The counts of a campaign between the database and the arrays that `scoring` works on."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from feedback.models.campaigns import Campaign, Cell, CellStatus, Subject
from feedback.models.results import Comment, Count
from feedback.services import results
from feedback.services.errors import NotPossible
from feedback.services.invitations import read_questionnaire, read_scheme
from feedback.services.results import CampaignResult
from feedback.services.unsealing import Opened
from forms.questionnaire import Questionnaire
from forms.scheme import POOLED_FAMILIES, Scheme, pool_name
from scoring.counts import DisclosedCounts
from scoring.disclosure import Decision, Status
from scoring.instrument import Instrument, Integers

COMMENT_MINIMUM = 5

Place = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """A campaign's cells as rows (subjects) and columns (the scheme's groups, then the pools of the families)."""

    questionnaire: Questionnaire
    scheme: Scheme
    instrument: Instrument
    subjects: tuple[Subject, ...]
    columns: tuple[str, ...]
    cells: Mapping[Place, Cell]

    @property
    def place_of(self) -> dict[int, Place]:
        return {cell.id: place for place, cell in self.cells.items()}

    @property
    def answered(self) -> Integers:
        return self._numbers("answered")

    @property
    def invited(self) -> Integers:
        return self._numbers("invited")

    def _numbers(self, column: str) -> Integers:
        numbers = np.zeros((len(self.subjects), len(self.scheme.groups)), dtype=np.int64)
        for (row, group), cell in self.cells.items():
            if not cell.is_pool:
                numbers[row, group] = getattr(cell, column) or 0
        return numbers


def grid(session: Session, campaign: Campaign) -> Grid:
    questionnaire, scheme = read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme)
    columns = (*(group.id for group in scheme.groups), *(pool_name(family) for family in POOLED_FAMILIES))
    subjects = session.scalars(
        select(Subject)
        .where(Subject.campaign_id == campaign.id)
        .options(selectinload(Subject.cells), selectinload(Subject.person))
        .order_by(Subject.id)
    ).all()
    in_order = sorted(subjects, key=lambda subject: subject.person.code)
    cells = {
        (row, columns.index(cell.group)): cell for row, subject in enumerate(in_order) for cell in subject.cells
    }
    instrument = results.instrument(questionnaire, scheme)
    return Grid(questionnaire, scheme, instrument, tuple(in_order), columns, cells)
