"""The demo company as the files that its HR would import: people and what they were, clients, campaigns."""

import json
import random
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from feedback.services.demo import demo_names as names
from feedback.services.demo import demo_story as story
from feedback.services.tables import table_files

Name = tuple[str, str]
Unit = tuple[str, str, str]

# Levels of a department's account managers, how many assistants report to each, how many peers are asked about each.
LEVELS = ("key-account", "key-account", "senior", "senior", "senior", "junior", "junior", "junior")
ASSISTANTS = (5, 4, 3, 2, 1, 0, 0, 0)
PEERS = (8, 7, 6, 6, 6, 5, 5, 4)

DIRECTOR_CODE = "D01"
# Contacts of an account manager's clients: at the first of two, at an only one, and at a second.
FIRST_OF_TWO, ONLY, SECOND = 1.5, 5.0, 51 / 14
HIRED = date(2021, 3, 1)


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


def people(company: DemoCompany, *, gone: bool = False) -> bytes:
    """gone: after some have left."""
    rows = [_person(DIRECTOR_CODE, names.DIRECTOR, names.MANAGEMENT)]
    for department, unit in enumerate(names.DEPARTMENTS):
        code = manager_code(department)
        rows.append(_person(code, names.SUPERVISORS[department], unit, manager=DIRECTOR_CODE))
        rows += _account_managers(company, department)
        rows += _colleagues(company, department)
    headings: tuple[str, ...]
    headings = ("code", "name", "name_en", "email", "language", "department", "department_name")
    headings += ("department_name_en", "level", "manager", "active")
    active = [(*row, "no" if gone and row[0] in story.LEFT else "yes") for row in rows]
    return table_files.write(headings, active).encode()


def manager_code(department: int) -> str:
    return f"M{department + 1:02}"


def manager_codes() -> list[str]:
    return [manager_code(department) for department in range(len(names.DEPARTMENTS))]


def _person(code: str, name: Name, unit: Unit, level: str = "", manager: str = "") -> tuple[str, ...]:
    email = f"{code.lower()}@demo.example"
    return (code, *name, email, _language(name), *unit, level, manager)


def _language(name: Name) -> str:
    return "en" if "·" in name[0] else "zh"


def _account_managers(company: DemoCompany, department: int) -> list[tuple[str, ...]]:
    everybody = company.in_proportion(names.ACCOUNT_MANAGERS)
    members = company.members(department, company.subjects)
    return [
        _person(
            company.subject_codes[member],
            everybody[member],
            names.DEPARTMENTS[department],
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
        _person(
            f"C{member + 1:02}", everybody[member], names.DEPARTMENTS[department], manager=managers[place]
        )
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


def history(company: DemoCompany) -> bytes:
    """Since when everybody has been what, with those who came, left, were promoted, moved or were on leave."""
    rows: list[tuple[str, ...]] = []
    for code, level in levels_of(company).items():
        manager = manager_code(company.department_of(company.subject_codes.index(code), company.subjects))
        before, since = story.PROMOTED.get(code, (level, None))
        former, moved = story.MOVED.get(code, (manager, None))
        change = since or moved
        first = story.JOINED.get(code, HIRED)
        if change:
            rows.append((code, str(first), str(change - timedelta(days=1)), "work", before, former))
        last = str(story.LEFT.get(code, ""))
        rows.append((code, str(change or first), last, "work", level, manager))
        if code in story.ON_LEAVE:
            rows.append((code, *map(str, story.ON_LEAVE[code]), "leave", "", ""))
    return table_files.write(("subject", "from", "until", "kind", "level", "manager"), rows).encode()


def levels_of(company: DemoCompany) -> dict[str, str]:
    """By code of the account managers."""
    return {
        company.subject_codes[member]: LEVELS[place % len(LEVELS)]
        for department in range(len(names.DEPARTMENTS))
        for place, member in enumerate(company.members(department, company.subjects))
    }


def levels_in(company: DemoCompany, first: date, last: date) -> dict[str, tuple[str, ...]]:
    """Of those who were there on some of the days, all levels that they had on them."""
    found = {}
    for code, level in levels_of(company).items():
        if story.JOINED.get(code, first) <= last and story.LEFT.get(code, last) >= first:
            before, since = story.PROMOTED.get(code, (level, first))
            levels = ([before] if since > first else []) + ([level] if since <= last else [])
            found[code] = tuple(dict.fromkeys(levels))
    return found


def clients_of(company: DemoCompany) -> dict[str, list[str]]:
    """By code of the account manager, in the beginning."""
    found: dict[str, list[str]] = {}
    for client in sorted(set(_employers(company, len(company.in_proportion(names.CONTACTS))))):
        manager = company.subject_codes[client % company.subjects]
        found.setdefault(manager, []).append(_client_code(client))
    return found


def _client_code(client: int) -> str:
    return f"K{client + 1:02}"


def clients(company: DemoCompany, *, gone: bool = False) -> bytes:
    """gone: after some have left, and others took their clients over."""
    headings = ("client", "client_name", "client_name_en", "tier", "account_manager", "contact_name")
    contacts, organisations = company.in_proportion(names.CONTACTS), company.in_proportion(names.CLIENTS)
    rows = []
    for number, (contact, client) in enumerate(
        zip(contacts, _employers(company, len(contacts)), strict=True)
    ):
        manager = company.subject_codes[client % company.subjects]
        manager = story.TAKES_OVER.get(manager, manager) if gone else manager
        email = f"contact{number + 1:03}@client{client + 1:02}.example"
        organisation = (_client_code(client), *organisations[client], "client", manager)
        rows.append((*organisation, *contact, email, _language(contact)))
    return table_files.write((*headings, "contact_name_en", "email", "language"), rows).encode()


def _employers(company: DemoCompany, contacts: int) -> list[int]:
    """For whom each contact works, so that every account manager has about as many."""
    total = len(company.in_proportion(names.CLIENTS))
    seconds = total - company.subjects
    shares = [
        SECOND if client >= company.subjects else FIRST_OF_TWO if client < seconds else ONLY
        for client in range(total)
    ]
    ends = list(accumulate(shares))
    return [
        min(bisect_right(ends, (number + 0.5) * ends[-1] / contacts), total - 1) for number in range(contacts)
    ]


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


def client_survey(quarter: str, last_day: date, subjects: Collection[str]) -> str:
    """Of the clients alone."""
    year, number = quarter.split("Q")
    return f"""\
code = "{quarter}"
period = "{quarter}"
kind = "client"
title = {{en = "Client survey, Q{number} {year}", zh = "{year}年第{"一二三四"[int(number) - 1]}季度客户调查"}}
closes_at = {last_day.isoformat()}

[subjects]
people = {json.dumps(list(subjects))}
"""


def annual_campaign(year: str, last_day: date, nominated: Mapping[str, Sequence[str]] | None = None) -> str:
    """The 360 of a year; without these its peers are nominated."""
    peers = "\n".join(
        f"{subject} = {json.dumps(list(raters))}" for subject, raters in (nominated or {}).items()
    )
    return f"""\
code = "{year}-360"
period = "{year}"
kind = "360"
title = {{en = "360-degree feedback {year}", zh = "{year}年度360度评价"}}
closes_at = {last_day.isoformat()}

[subjects]
all = true
""" + (f"\n[peers]\n{peers}\n" if peers else "")
