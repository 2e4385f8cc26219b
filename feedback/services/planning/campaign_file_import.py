"""From a campaign file to a plan: whom it names is looked up. `campaign_file_format` says what is in the file."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import KeyCustody
from feedback.models.people import Person
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.planning.campaign_file_format import Outline, SpecFault, outline
from feedback.services.rosters import rosters
from feedback.services.rosters.rosters import Company, Request
from forms.document import Fault, InvalidDocument


def load(session: Session, path: Path, zone: ZoneInfo) -> CampaignPlan:
    """Read a campaign file. Raises InvalidDocument with all faults."""
    return plan(session, outline(session, path.read_bytes(), path.parent, zone))


def plan(session: Session, outline: Outline) -> CampaignPlan:
    """Look up whom a campaign file names. Raises InvalidDocument with all faults."""
    company = rosters.company(session)
    faults: list[Fault] = []
    subjects = _subjects(company, outline, faults)
    peers = _peers(company, outline, subjects, faults)
    requests = rosters.requests(company, outline.groups, subjects, peers)
    faults += _asked_twice(requests)
    trustees = _accounts(session, outline.trustees, faults)
    if faults:
        raise InvalidDocument(faults)
    en, zh = (outline.titles.get(language, "") for language in ("en", "zh"))
    return CampaignPlan(
        code=outline.code,
        title_zh=zh or en,
        title_en=en or zh,
        period=outline.period,
        kind=outline.kind,
        closes_at=outline.closes_at,
        questionnaire=outline.questionnaire,
        scheme=outline.scheme,
        groups=tuple(group.id for group in outline.groups),
        subjects=tuple(subjects),
        requests=requests,
        nominations_until=outline.nominations_until,
        approvals_until=outline.approvals_until,
        languages=outline.languages,
        key_custody=KeyCustody.TRUSTEES if trustees else KeyCustody.SERVER,
        trustees=trustees,
        recurring=outline.recurring,
    )


def _subjects(company: Company, outline: Outline, faults: list[Fault]) -> list[Person]:
    if outline.selection == "people":
        return _known(company, "subjects.people", outline.selected, faults)
    rated = [person for person in company.people.values() if person.level]
    if outline.selection == "all":
        if not rated:
            faults.append(SpecFault("subjects.all", "nobody"))
        return rated
    values = [_value(person, outline.selection) for person in rated]
    for place, selected in enumerate(outline.selected, start=1):
        if selected not in values:
            path = f"subjects.{outline.selection}[{place}]"
            faults.append(
                SpecFault(path, f"unknown_{outline.selection.removesuffix('s')}", {"code": selected})
            )
    return [person for person, value in zip(rated, values, strict=True) if value in outline.selected]


def _value(person: Person, selection: str) -> str | None:
    return person.department.code if selection == "departments" else person.level


def _known(company: Company, path: str, codes: Sequence[str], faults: list[Fault]) -> list[Person]:
    for place, code in enumerate(codes, start=1):
        if code not in company.people:
            faults.append(SpecFault(f"{path}[{place}]", "unknown_person", {"code": code}))
        elif code in codes[: place - 1]:
            faults.append(Fault(f"{path}[{place}]", "duplicate", {"value": code}))
    return [company.people[code] for code in dict.fromkeys(codes) if code in company.people]


def _peers(
    company: Company, outline: Outline, subjects: Sequence[Person], faults: list[Fault]
) -> dict[str, list[Person]]:
    rated = {subject.code for subject in subjects}
    for subject in outline.peers:
        if subject not in rated:
            faults.append(SpecFault(f"peers.{subject}", "not_a_subject", {"code": subject}))
    return {
        subject: _known(company, f"peers.{subject}", codes, faults)
        for subject, codes in outline.peers.items()
    }


def _accounts(session: Session, emails: Sequence[str], faults: list[Fault]) -> tuple[int, ...]:
    query = select(User.email, User.id).where(User.email.in_(emails), User.active)
    accounts = {email: user_id for email, user_id in session.execute(query)}
    faults += [
        SpecFault(f"trustees[{place}]", "unknown_account", {"email": email})
        for place, email in enumerate(emails, start=1)
        if email not in accounts
    ]
    return tuple(accounts.values())


def _asked_twice(requests: Sequence[Request]) -> list[Fault]:
    return [
        SpecFault(
            f"peers.{second.subject.code}",
            "asked_already",
            {
                "name": second.rater.name,
                "subject": second.subject.code,
                "groups": f"{first.group}, {second.group}",
            },
        )
        for first, second in rosters.asked_twice(requests)
    ]
