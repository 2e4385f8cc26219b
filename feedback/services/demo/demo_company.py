"""The demo company as the files that its HR would import: people, clients, KPI figures, goals, campaigns."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from feedback.services.demo import demo_names as names
from feedback.services.tables import table_files
from forms.appraisals.rules import AppraisalRules

Name = tuple[str, str]

# Levels of a department's account managers, how many assistants report to each, how many peers are asked about each.
LEVELS = ("key-account", "key-account", "senior", "senior", "senior", "junior", "junior", "junior")
ASSISTANTS = (5, 4, 3, 2, 1, 0, 0, 0)
PEERS = (8, 7, 6, 6, 6, 5, 5, 4)

KPIS = {  # id -> (target, spread of the actual around it, decimals)
    "sales-revenue": (1_200_000, 0.18, 0),
    "new-clients": (8, 0.3, 0),
    "retention": (92, 0.06, 1),
    "sales-cycle": (45, 0.15, 1),
    "average-order": (36_000, 0.12, 0),
    "conversion": (28, 0.2, 1),
}
NO_ACTUAL_SHARE = 0.03
WITHOUT_GOALS = 18


@dataclass(frozen=True)
class DemoCompany:
    """So many account managers, and colleagues, clients and contacts in proportion."""

    subjects: int = len(names.ACCOUNT_MANAGERS)

    def in_proportion(self, people: Sequence[Name]) -> list[Name]:
        """The names, repeated with a number if there are not enough."""
        count = round(len(people) * self.subjects / len(names.ACCOUNT_MANAGERS))
        return [_numbered(people[place % len(people)], place // len(people)) for place in range(count)]

    @property
    def subject_codes(self) -> list[str]:
        return [f"A{number:02}" for number in range(1, self.subjects + 1)]

    def department_of(self, place: int, total: int) -> int:
        return place * len(names.DEPARTMENTS) // total

    def members(self, department: int, total: int) -> list[int]:
        """Who of so many people, counted from 0, works in the department."""
        return [place for place in range(total) if self.department_of(place, total) == department]


def _numbered(name: Name, repetition: int) -> Name:
    zh, en = name
    return (f"{zh}{repetition + 1}", f"{en} {repetition + 1}") if repetition else name


def people(company: DemoCompany) -> bytes:
    rows = []
    for department in range(len(names.DEPARTMENTS)):
        rows.append(_person(manager_code(department), names.SUPERVISORS[department], department))
        rows += _account_managers(company, department)
        rows += _colleagues(company, department)
    headings = ("code", "name", "name_en", "email", "language", "department", "department_name")
    return table_files.write((*headings, "department_name_en", "level", "manager"), rows).encode()


def manager_code(department: int) -> str:
    return f"M{department + 1:02}"


def manager_codes() -> list[str]:
    return [manager_code(department) for department in range(len(names.DEPARTMENTS))]


def _person(code: str, name: Name, department: int, level: str = "", manager: str = "") -> tuple[str, ...]:
    email = f"{code.lower()}@demo.example"
    return (code, *name, email, _language(name), *names.DEPARTMENTS[department], level, manager)


def _language(name: Name) -> str:
    return "en" if "·" in name[0] else "zh"


def _account_managers(company: DemoCompany, department: int) -> list[tuple[str, ...]]:
    everybody = company.in_proportion(names.ACCOUNT_MANAGERS)
    members = company.members(department, company.subjects)
    return [
        _person(
            company.subject_codes[member],
            everybody[member],
            department,
            LEVELS[place % len(LEVELS)],
            manager_code(department),
        )
        for place, member in enumerate(members)
    ]


def _colleagues(company: DemoCompany, department: int) -> list[tuple[str, ...]]:
    everybody = company.in_proportion(names.COLLEAGUES)
    subjects = company.members(department, company.subjects)
    managers = [
        company.subject_codes[subject]
        for place, subject in enumerate(subjects)
        for _ in range(ASSISTANTS[place % len(ASSISTANTS)])
    ]
    members = company.members(department, len(everybody))
    managers += [manager_code(department)] * len(members)
    return [
        _person(f"C{member + 1:02}", everybody[member], department, manager=managers[place])
        for place, member in enumerate(members)
    ]


def peers(company: DemoCompany, dice: random.Random) -> dict[str, list[str]]:
    """Who rates whom as a peer: colleagues of the same department who do not report to the subject."""
    chosen = {}
    for department in range(len(names.DEPARTMENTS)):
        subjects = [company.subject_codes[place] for place in company.members(department, company.subjects)]
        colleagues = _colleagues(company, department)
        for place, subject in enumerate(subjects):
            others = [code for code in subjects if code != subject]
            others += [row[0] for row in colleagues if row[-1] != subject]
            chosen[subject] = sorted(dice.sample(others, min(PEERS[place % len(PEERS)], len(others))))
    return chosen


def clients(company: DemoCompany) -> bytes:
    headings = ("client", "client_name", "client_name_en", "tier", "account_manager", "contact_name")
    contacts, organisations = company.in_proportion(names.CONTACTS), company.in_proportion(names.CLIENTS)
    rows = []
    for number, contact in enumerate(contacts):
        client = number * len(organisations) // len(contacts)
        manager = company.subject_codes[client % company.subjects]
        email = f"contact{number + 1:03}@client{client + 1:02}.example"
        organisation = (f"K{client + 1:02}", *organisations[client], "client", manager)
        rows.append((*organisation, *contact, email, _language(contact)))
    return table_files.write((*headings, "contact_name_en", "email", "language"), rows).encode()


def figures(company: DemoCompany, rules: AppraisalRules, dice: random.Random) -> bytes:
    """Of the KPIs that each has in his profile."""
    rows: list[tuple[str, str, float | None, float]] = []
    for subject, level in levels_of(company).items():
        profile = rules.profile_of(None, level)
        for kpi, (target, spread, decimals) in KPIS.items():
            reached = max(round(target * dice.gauss(0.97, spread), decimals), 0.0)
            is_missing = dice.random() < NO_ACTUAL_SHARE
            if profile and kpi in profile.kpis:
                rows.append((subject, kpi, None if is_missing else reached, target))
    return table_files.write(("subject", "kpi", "actual", "target"), rows).encode()


def levels_of(company: DemoCompany) -> dict[str, str]:
    """By code of the account managers."""
    return {
        company.subject_codes[member]: LEVELS[place % len(LEVELS)]
        for department in range(len(names.DEPARTMENTS))
        for place, member in enumerate(company.members(department, company.subjects))
    }


def goal_scores(company: DemoCompany, dice: random.Random) -> bytes:
    rows = [
        (subject, float(dice.choice((60, 70, 75, 80, 85, 90, 95, 100))))
        for place, subject in enumerate(company.subject_codes)
        if place != WITHOUT_GOALS
    ]
    return table_files.write(("subject", "score"), rows).encode()


def campaign(quarter: str, last_day: date, nominated: Mapping[str, Sequence[str]]) -> str:
    """The campaign file of a quarter, as HR would write it."""
    year, number = quarter.split("Q")
    peers = "\n".join(
        f"{subject} = {json.dumps(list(raters))}" for subject, raters in nominated.items() if raters
    )
    return f"""\
code = "{quarter}"
period = "{quarter}"
kind = "both"
title = {{en = "Quarterly appraisal, Q{number} {year}", zh = "{year}年第{"一二三四"[int(number) - 1]}季度客户经理考核"}}
closes_at = {last_day.isoformat()}

[subjects]
all = true

[peers]
{peers}
"""


def annual_campaign(year: str, last_day: date) -> str:
    """The 360 of a year; its peers are nominated."""
    return f"""\
code = "{year}-360"
period = "{year}"
kind = "360"
title = {{en = "360-degree feedback {year}", zh = "{year}年度360度评价"}}
closes_at = {last_day.isoformat()}

[subjects]
all = true
"""
