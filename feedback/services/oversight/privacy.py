"""Who can see what, read from what is configured and running now; the privacy page puts it into words.

The page is public, so campaigns are not named on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from feedback.models.campaigns import Campaign, CampaignState, KeyCustody
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from forms.scheme import Group


@dataclass(frozen=True)
class GroupRule:
    """The rule of a rater group in all open campaigns: the weakest, where they differ."""

    title: Bilingual
    attributed: bool
    minimum: int
    comments_from: int

    @classmethod
    def of(cls, group: Group) -> "GroupRule":
        title = Bilingual.of(group.title, group.id)
        return cls(title, group.attributed, group.minimum, protection.comments_from(group))


@dataclass(frozen=True)
class Privacy:
    running: int
    by_trustees: int
    rules: tuple[GroupRule, ...]
    least: int = protection.MEANS_FROM
    comments_from: int = protection.COMMENTS_FROM
    top2box_from: int = protection.TOP2BOX_FROM
    nps_from: int = protection.NPS_FROM
    distributions_from: int = protection.DISTRIBUTIONS_FROM
    influence_from: int = protection.INFLUENCE_FROM


def in_force(session: Session) -> Privacy:
    """One statement, however many campaigns there are."""
    query = select(Campaign).where(Campaign.state == CampaignState.OPEN).options(undefer(Campaign.scheme))
    campaigns = session.scalars(query.order_by(Campaign.closes_at, Campaign.id)).all()
    return Privacy(
        running=len(campaigns),
        by_trustees=sum(campaign.key_custody == KeyCustody.TRUSTEES for campaign in campaigns),
        rules=_rules([group for campaign in campaigns for group in read_scheme(campaign.scheme).groups]),
    )


def _rules(groups: Sequence[Group]) -> tuple[GroupRule, ...]:
    weakest: dict[str, GroupRule] = {}
    for group in groups:
        rule = GroupRule.of(group)
        known = weakest.get(group.id, rule)
        weakest[group.id] = GroupRule(
            known.title,
            known.attributed or rule.attributed,
            min(known.minimum, rule.minimum),
            min(known.comments_from, rule.comments_from),
        )
    return tuple(weakest.values())
