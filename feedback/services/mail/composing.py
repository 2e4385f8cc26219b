"""What the rows of the outbox say: each becomes a letter at the moment it is sent, and nothing of it is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_gmt
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from feedback.models.campaigns import Campaign, CampaignState, Cell, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, MailKind
from feedback.models.notices import Notice
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import documents
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.mail import mail_templates, notices
from feedback.services.mail.letterhead import Letterhead
from feedback.services.mail.letters import Letter, compose, gettext
from feedback.services.mail.mail_templates import MailWording
from feedback.services.mail.outbox import CONTENT
from forms.scheme import Family, Group
from forms.words import N_

# Where a notice leads.
PATHS = {
    MailKind.NOMINATION: "/nominations",
    MailKind.APPROVAL: "/nominations",
    MailKind.RELEASE: "/",
    MailKind.OBJECTION: "/releases/{campaign}",
}
ANONYMOUS = N_(
    "Your answers are anonymous: they are counted together with those of others, and shown only if at least "
    "%(minimum)s people of a group answer."
)
ATTRIBUTED = N_("What you answer as “%(role)s” can be recognised as yours.")
OWN = N_("Your self-assessment is shown as yours.")


@dataclass(frozen=True)
class Written:
    """A letter with where it goes; without a letter, it is no longer owed."""

    mail_id: int
    address: str | None
    message_id: str
    letter: Letter | None


def write(
    session: Session, letterhead: Letterhead, mail_ids: Sequence[int], *, now: datetime
) -> list[Written]:
    """The letters of these rows, in their order; a constant number of statements."""
    rows = {mail.id: mail for mail in session.scalars(_with_all_it_says(mail_ids)).unique()}
    wordings = mail_templates.own(session)
    return [_written(letterhead, rows[mail_id], wordings, now) for mail_id in mail_ids if mail_id in rows]


def _with_all_it_says(mail_ids: Sequence[int]) -> Select[Mail]:
    rated = joinedload(Task.cell).joinedload(Cell.subject).joinedload(Subject.person)
    invitation = selectinload(Mail.invitation)
    return (
        select(Mail)
        .where(Mail.id.in_(mail_ids))
        .options(
            joinedload(Mail.campaign).options(undefer(Campaign.scheme)),
            joinedload(Mail.person),
            selectinload(Mail.notices).options(joinedload(Notice.appraisal), joinedload(Notice.user)),
            invitation.joinedload(Invitation.person),
            invitation.joinedload(Invitation.contact),
            invitation.selectinload(Invitation.tasks).options(rated),
        )
        .execution_options(populate_existing=True)
    )


def _written(
    letterhead: Letterhead,
    mail: Mail,
    wordings: Mapping[tuple[MailKind, str], MailWording],
    now: datetime,
) -> Written:
    if mail.kind == MailKind.ACCOUNT:
        return _about_an_account(letterhead, mail)
    if mail.kind == MailKind.APPRAISAL:
        return _about_appraisals(letterhead, mail, wordings)
    names: tuple[object, ...]
    letter: Letter | None
    if mail.invitation is not None:
        names = (mail.invitation.nonce.hex(), mail.kind, mail.wave)
        address, letter = mail.invitation.rater.email, _to_rater(letterhead, mail, mail.invitation, wordings)
    else:
        names = (mail.campaign_id, mail.person_id or mail.address, mail.kind, mail.wave)
        address = mail.person.email if mail.person else mail.address
        letter = _to_person(letterhead, mail, wordings)
    is_owed = mail.campaign is not None and _is_owed(mail, mail.campaign, now)
    return Written(mail.id, address, letterhead.message_id(*names), letter if is_owed else None)


def _is_owed(mail: Mail, campaign: Campaign, now: datetime) -> bool:
    """Not when what it asks for is over."""
    if mail.invitation is not None:
        asks = bool(mail.invitation.tasks) and not mail.invitation.revoked
        return asks and campaign.accepts_answers(now)
    if mail.kind in (MailKind.RELEASE, MailKind.OBJECTION):
        return campaign.released_at is not None
    return campaign.state == CampaignState.NOMINATING


def _about_an_account(letterhead: Letterhead, mail: Mail) -> Written:
    if mail.wrapped_content is None:
        return Written(mail.id, mail.address, "", None)
    content = documents.content(json.loads(letterhead.custody.unwrap(mail.wrapped_content, CONTENT)))
    letter = compose(MailWording(content["subject"], content["text"]), content["language"], {})
    return Written(mail.id, mail.address, letterhead.message_id(mail.wrapped_content.hex()), letter)


def _about_appraisals(
    letterhead: Letterhead, mail: Mail, wordings: Mapping[tuple[MailKind, str], MailWording]
) -> Written:
    """To a person, or to an account that belongs to none."""
    users = [notice.user for notice in mail.notices if notice.user]
    language = mail.person.language if mail.person else next((user.language for user in users), None) or "zh"
    address = mail.person.email if mail.person else mail.address
    news = notices.lines(mail.notices, language)
    values = {
        "person": mail.person.name_in(language) if mail.person else mail.address or "",
        "link": f"{letterhead.public_url}/",
    }
    day = next((notice.mailed_on for notice in mail.notices), None)
    message_id = letterhead.message_id(mail.kind, mail.person_id or mail.address, day)
    letter = compose(_wording(mail, language, wordings), language, values, news) if news else None
    return Written(mail.id, address, message_id, letter)


def _to_rater(
    letterhead: Letterhead,
    mail: Mail,
    invitation: Invitation,
    wordings: Mapping[tuple[MailKind, str], MailWording],
) -> Letter:
    campaign, rater = invitation.campaign, invitation.rater
    language = language_of(rater.language, campaign)
    scheme = read_scheme(campaign.scheme)
    tasks = [
        task for task in invitation.tasks if mail.kind != MailKind.INTERVIEW or task.position == mail.wave
    ]
    roles = [(task.cell.subject.person, scheme.group(task.cell.group)) for task in tasks]
    groups = tuple({group.id: group for _, group in roles}.values())
    values = {
        "rater": rater.name_in(language),
        "campaign": campaign.title_in(language),
        "closes_at": written_moment(campaign.closes_at, language, letterhead.zone),
        "link": f"{letterhead.public_url}/s/{letterhead.tokens.issue(invitation.nonce)}",
        "minimum": str(max((group.minimum for group in groups), default=1)),
        "privacy": privacy(groups, language),
    }
    lines = tuple(task_line(person.name_in(language), group, language) for person, group in roles)
    letter = compose(_wording(mail, language, wordings), language, values, lines)
    return replace(letter, decline_url=_decline_url(values["link"], invitation))


def _decline_url(link: str, invitation: Invitation) -> str:
    """The page on which a single request is declined; of several, each is declined by itself, behind the link."""
    tasks = invitation.tasks
    return f"{link}/{tasks[0].position}/decline" if len(tasks) == 1 else ""


def _to_person(
    letterhead: Letterhead, mail: Mail, wordings: Mapping[tuple[MailKind, str], MailWording]
) -> Letter | None:
    campaign = mail.campaign
    if campaign is None:
        return None
    language = mail.person.language if mail.person else language_of("", campaign)
    until = {
        MailKind.NOMINATION: campaign.nominations_until,
        MailKind.APPROVAL: campaign.approvals_until,
    }.get(mail.kind)
    values = {
        "person": mail.person.name_in(language) if mail.person else mail.address or "",
        "campaign": campaign.title_in(language),
        "until": written_moment(until or campaign.closes_at, language, letterhead.zone),
        "link": letterhead.public_url + PATHS[mail.kind].format(campaign=quote(campaign.code)),
    }
    return compose(_wording(mail, language, wordings), language, values)


def _wording(mail: Mail, language: str, wordings: Mapping[tuple[MailKind, str], MailWording]) -> MailWording:
    return wordings.get((mail.kind, language)) or mail_templates.shipped(mail.kind, language)


def language_of(preferred: str, campaign: Campaign) -> str:
    """A campaign may speak one language only."""
    offered = campaign.languages.split(",")
    return preferred if preferred in offered else offered[0]


def task_line(name: str, group: Group, language: str) -> str:
    if group.family is Family.SELF:
        return gettext(language, N_("%(name)s (self-assessment)"), name=name)
    role = Bilingual.of(group.title, group.id).in_language(language)
    return gettext(language, N_("%(name)s (your group: %(role)s)"), name=name, role=role)


def privacy(groups: Sequence[Group], language: str) -> str:
    """The promise that holds for this reader, one line for each kind of role he has."""
    lines = []
    minima = [group.minimum for group in groups if not group.attributed]
    if minima:
        lines.append(gettext(language, ANONYMOUS, minimum=max(minima)))
    for group in groups:
        if group.family is Family.SELF:
            lines.append(gettext(language, OWN))
        elif group.attributed:
            role = Bilingual.of(group.title, group.id).in_language(language)
            lines.append(gettext(language, ATTRIBUTED, role=role))
    return "\n".join(lines)


def written_moment(moment: datetime, language: str, zone: ZoneInfo) -> str:
    local, locale = moment.astimezone(zone), LOCALE_OF[language]
    day, time = format_date(local, "long", locale), format_time(local, "short", locale=locale)
    return f"{day} {time} ({get_timezone_gmt(local, 'long', locale)})"


def example(
    letterhead: Letterhead, kind: MailKind, wording: MailWording, language: str, *, closes_at: datetime
) -> Letter:
    """A wording filled with nobody's data."""
    moment = written_moment(closes_at, language, letterhead.zone)
    facts = {
        "rater": gettext(language, N_("Chen Chen")),
        "person": gettext(language, N_("Chen Chen")),
        "campaign": gettext(language, N_("Fourth quarter")),
        "link": f"{letterhead.public_url}/s/EXAMPLE",
        "closes_at": moment,
        "until": moment,
        "minimum": "3",
        "privacy": gettext(language, ANONYMOUS, minimum=3),
    }
    if kind == MailKind.APPRAISAL:
        return compose(wording, language, facts, notices.example_lines(language, closes_at.date()))
    names = (N_("Zhang Wei"), N_("Li Na"))
    return compose(wording, language, facts, tuple(gettext(language, name) for name in names))
