"""Links that somebody else than their raters gets to see, to hand them on through a channel other than mail."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.ground.errors import NotPossible


@dataclass(frozen=True)
class Link:
    """A link to hand to its rater through a channel other than mail."""

    url: str
    rater: str
    email: str | None
    phone: str | None
    language: str
    groups: tuple[str, ...]


def share(session: Session, tokens: Tokens, public_url: str, campaign: Campaign) -> list[Link]:
    """The links of a campaign, for somebody else than their raters: they no longer tell whether they were used.

    Sorted by the rater's name: the order in which links were issued means nothing.
    """
    if campaign.state != CampaignState.OPEN:
        raise NotPossible(f"campaign {campaign.code} is {campaign.state}; links exist while it is open")
    valid = (Invitation.campaign_id == campaign.id, Invitation.revoked.is_(False))
    session.execute(
        update(Invitation).where(*valid).values(shared=True),
        execution_options={"synchronize_session": False},
    )
    invitations = session.scalars(
        select(Invitation)
        .where(*valid)
        .options(
            selectinload(Invitation.tasks).joinedload(Task.cell),
            joinedload(Invitation.person),
            joinedload(Invitation.contact),
        )
    )
    return sorted(
        (_link(tokens, public_url, invitation) for invitation in invitations),
        key=lambda link: (link.rater, link.url),
    )


def _link(tokens: Tokens, public_url: str, invitation: Invitation) -> Link:
    rater = invitation.rater
    return Link(
        url=f"{public_url}/s/{tokens.issue(invitation.nonce)}",
        rater=rater.name,
        email=rater.email,
        phone=None if isinstance(rater, Person) else rater.phone,
        language=rater.language,
        groups=tuple(dict.fromkeys(task.cell.group for task in invitation.tasks)),
    )
