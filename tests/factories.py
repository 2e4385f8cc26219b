"""What tests are made of: a company, campaigns in it, and raters who answer through the same services as the pages."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import forms
from feedback.models.campaigns import Campaign, CampaignKind, Cell, Subject
from feedback.models.clients import Client, Contact
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Department, Person
from feedback.models.results import Count, ItemTotal
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import Holding
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.closing import campaign_closing
from feedback.services.rosters.rosters import Request
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import Questionnaire
from forms.scheme import Family, Scheme

SHIPPED = Path(forms.__path__[0])
NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
AFTER = NOW + timedelta(days=30)
ACTOR = "hr@example.com"


def ratings_kept(session: Session, **of: object) -> int:
    """How many ratings closing left, counted per value or added up: of all cells and items, or of these."""
    queries = (select(func.sum(number)).filter_by(**of) for number in (Count.count, ItemTotal.ratings))
    return sum(session.scalar(query) or 0 for query in queries)


@cache
def shipped_questionnaire() -> Questionnaire:
    return questionnaires.load((SHIPPED / "questionnaires/account-manager.toml").read_bytes())


@cache
def shipped_scheme() -> Scheme:
    return schemes.load((SHIPPED / "schemes/account-manager.toml").read_bytes())


@dataclass
class Office:
    session: Session
    custody: Custody
    tokens: Tokens
    now: datetime = NOW
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    _department: Department | None = None

    def department(self) -> Department:
        if self._department is None:
            self._department = Department(code="east", name="东区", name_en="East")
            self.session.add(self._department)
        return self._department

    def person(self, code: str | None = None, **fields: object) -> Person:
        number = next(self.numbers)
        defaults: dict[str, object] = {
            "name": f"人员{number}",
            "name_en": f"Person {number}",
            "email": f"p{number}@example.com",
            "department": self.department(),
        }
        person = Person(code=code or f"P{number:03}", **defaults | fields)
        self.session.add(person)
        return person

    def contact(self, client: Client, **fields: object) -> Contact:
        number = next(self.numbers)
        contact = Contact(client=client, name=f"客户{number}", email=f"c{number}@client.example", **fields)
        self.session.add(contact)
        return contact

    def plan(
        self,
        *raters: Mapping[str, int],
        code: str = "2026Q4",
        questionnaire: Questionnaire | None = None,
        scheme: Scheme | None = None,
    ) -> CampaignPlan:
        """One subject per mapping, each with so many new raters in each group."""
        scheme = scheme or shipped_scheme()
        subjects = [self.person(level="senior") for _ in raters]
        requests = [
            Request(subject, group, self._rater(subject, scheme, group))
            for subject, sizes in zip(subjects, raters, strict=True)
            for group, size in sizes.items()
            for _ in range(size)
        ]
        self.session.flush()
        return CampaignPlan(
            code=code,
            title_zh="2026年第四季度",
            title_en="Fourth quarter 2026",
            period=code[:6],
            kind=CampaignKind.BOTH,
            closes_at=self.now + timedelta(days=14),
            questionnaire=questionnaire or shipped_questionnaire(),
            scheme=scheme,
            groups=tuple(group.id for group in scheme.groups),
            subjects=tuple(subjects),
            requests=tuple(requests),
        )

    def _rater(self, subject: Person, scheme: Scheme, group: str) -> Person | Contact:
        family = scheme.group(group).family
        if family is Family.SELF:
            return subject
        if family is Family.CLIENTS:
            number = next(self.numbers)
            return self.contact(Client(code=f"K{number}", name=f"公司{number}", account_manager=subject))
        return self.person()

    def draft(self, *raters: Mapping[str, int], **plan: object) -> Campaign:
        campaign = campaigns.create(self.session, self.plan(*raters, **plan), actor=ACTOR, now=self.now)
        self.session.commit()
        return campaign

    def open(self, *raters: Mapping[str, int], **plan: object) -> Campaign:
        campaign = self.draft(*raters, **plan)
        campaigns.open(self.session, self.custody, campaign, actor=ACTOR, now=self.now)
        self.session.commit()
        return campaign

    def nonces(self, campaign: Campaign, group: str, subject: int = 0) -> list[bytes]:
        """The links of one subject's raters in one group; subjects count from 0."""
        subjects = select(Subject.id).where(Subject.campaign_id == campaign.id).order_by(Subject.id)
        subject_id = self.session.scalars(subjects).all()[subject]
        query = (
            select(Invitation.nonce)
            .join(Task)
            .join(Cell)
            .where(Cell.group == group, Cell.subject_id == subject_id)
            .order_by(Invitation.nonce)
        )
        return list(self.session.scalars(query))

    def links(self, campaign: Campaign, group: str, subject: int = 0) -> list[str]:
        nonces = self.nonces(campaign, group, subject)
        self.session.commit()  # on SQLite our transaction would keep everybody else from writing
        return [f"/s/{self.tokens.issue(nonce)}" for nonce in nonces]

    def answer(
        self, nonce: bytes, rating: int | Mapping[str, int] = 4, comment: str = "", *, position: int = 1
    ) -> bool:
        """Answer one task: every item the same, or the positions given. Commits, as the page does."""
        visit = invitations.visit(self.session, self.custody, nonce, now=self.now, holding=Holding.SHARED)
        task = visit.task(position)
        questionnaire = invitations.instructions(self.session, visit, task).questionnaire
        asked = {item.id: item for item in questionnaire.items_for(task.group)}
        if isinstance(rating, int):
            rating = {item.id: rating for item in questionnaire.counted_items if item.id in asked}
        comments = {item.id: comment for item in questionnaire.comment_items if item.id in asked}
        stored = invitations.submit(self.session, visit, task, Answers.of(questionnaire, rating, comments))
        self.session.commit()
        return stored

    def close(self, campaign: Campaign) -> None:
        campaign_closing.close(
            self.session, self.custody, campaign, actor=ACTOR, now=self.now + timedelta(days=30)
        )
