"""From a stored campaign to the file that makes it again, as `campaign_file_format` describes it.

What HR decided about single raters on the roster is not in it, but for the peers.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

import tomli_w
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Subject
from feedback.models.people import Person
from feedback.services.closing import trustees
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground import days
from feedback.services.planning import stored_plans
from feedback.services.rosters import rosters
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme

Table = Mapping[str, object]


def to_toml(session: Session, campaign: Campaign, zone: ZoneInfo) -> dict[str, str]:
    """Texts by file name: the campaign's file, then the definitions it took that the library does not have."""
    questionnaire, scheme = read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme)
    written = library.before_raising(session, scheme)
    own: dict[str, str] = {}
    table = {
        **_basics(campaign),
        **_calendar(campaign, zone),
        "questionnaire": _questionnaire(session, campaign, questionnaire, own),
        "scheme": _scheme(campaign, scheme, written, own),
        "languages": campaign.languages,
        "recurring": campaign.recurring,
        "trustees": trustees.emails(session, campaign),
        "minimum": _raised(scheme, written or scheme),
        "subjects": {"people": _subjects(session, campaign)},
        "peers": _peers(session, campaign),
    }
    said = {key: value for key, value in table.items() if value not in (None, [], {})}
    return {f"{campaign.code}.toml": tomli_w.dumps(said)} | own


def packed(texts: Mapping[str, str]) -> bytes:
    """The files in one, the same bytes each time."""
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as files:
        for name, text in texts.items():
            files.writestr(ZipInfo(name), text)
    return archive.getvalue()


def _basics(campaign: Campaign) -> Table:
    return {
        "code": campaign.code,
        "period": campaign.period,
        "kind": campaign.kind,
        "title": {"en": campaign.title_en, "zh": campaign.title_zh},
    }


def _calendar(campaign: Campaign, zone: ZoneInfo) -> Table:
    names = ("nominations_until", "approvals_until", "closes_at")
    moments = {name: getattr(campaign, name) for name in names}
    return {name: _moment(moment, zone) for name, moment in moments.items() if moment}


def _moment(moment: datetime, zone: ZoneInfo) -> date:
    """The day alone where the moment is its end."""
    day = days.day_of(moment, zone)
    return day if days.end_of(day, zone) == moment else moment.astimezone(zone)


def _questionnaire(session: Session, campaign: Campaign, taken: Questionnaire, own: dict[str, str]) -> str:
    if library.has(session, taken):
        return f"{taken.id}/{taken.version}"
    name = f"{campaign.code}-questionnaire.toml"
    own[name] = tomli_w.dumps(questionnaires.definition(taken))
    return name


def _scheme(campaign: Campaign, taken: Scheme, written: Scheme | None, own: dict[str, str]) -> str:
    if written:
        return f"{taken.id}/{taken.version}"
    name = f"{campaign.code}-scheme.toml"
    own[name] = tomli_w.dumps(schemes.definition(taken))
    return name


def _raised(scheme: Scheme, written: Scheme) -> dict[str, int]:
    return {
        group.id: group.minimum
        for group, before in zip(scheme.groups, written.groups, strict=True)
        if group.minimum != before.minimum
    }


def _subjects(session: Session, campaign: Campaign) -> list[str]:
    codes = select(Person.code).join(Subject, Subject.person_id == Person.id)
    return list(session.scalars(codes.where(Subject.campaign_id == campaign.id).order_by(Person.code)))


def _peers(session: Session, campaign: Campaign) -> dict[str, list[str]]:
    approved = stored_plans.approved_peers(session, campaign, [rosters.PEER])
    return {subject: [peer.code for peer in peers] for subject, peers in sorted(approved.items())}
