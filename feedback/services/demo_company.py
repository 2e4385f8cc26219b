"""The demo company as the files that its HR would import: people, clients, KPI results, goals."""

import random

from feedback.services import demo_names as names
from feedback.services import tables

PER_DEPARTMENT = 8
COLLEAGUES_PER_DEPARTMENT = 20
# Levels of a department's account managers, and how many assistants report to each of them.
LEVELS = ("key-account", "key-account", "senior", "senior", "senior", "junior", "junior", "junior")
ASSISTANTS = (5, 4, 3, 2, 1, 0, 0, 0)

KPIS = {  # id -> (target, spread of the actual around it)
    "sales-revenue": (1_200_000, 0.18),
    "new-clients": (8, 0.3),
    "retention": (92, 0.06),
    "sales-cycle": (45, 0.15),
    "average-order": (36_000, 0.12),
    "conversion": (28, 0.2),
}
GOALS_NOT_SET = "A19"


def manager_code(department: int) -> str:
    return f"M{department + 1:02}"


def subject_codes() -> list[str]:
    return [f"A{number:02}" for number in range(1, len(names.ACCOUNT_MANAGERS) + 1)]


def people() -> bytes:
    rows = []
    for department in range(len(names.DEPARTMENTS)):
        rows.append(_person(manager_code(department), names.SUPERVISORS[department], department))
        rows += _account_managers(department)
        rows += _colleagues(department)
    headings = ("code", "name", "name_en", "email", "language", "department", "department_name")
    return tables.write((*headings, "department_name_en", "level", "manager"), rows).encode()


def _person(
    code: str, name: tuple[str, str], department: int, level: str = "", manager: str = ""
) -> tuple[str, ...]:
    email = f"{code.lower()}@demo.example"
    return (code, *name, email, _language(name), *names.DEPARTMENTS[department], level, manager)


def _language(name: tuple[str, str]) -> str:
    return "en" if "·" in name[0] else "zh"


def _account_managers(department: int) -> list[tuple[str, ...]]:
    first = department * PER_DEPARTMENT
    return [
        _person(
            subject_codes()[first + place],
            names.ACCOUNT_MANAGERS[first + place],
            department,
            level,
            manager_code(department),
        )
        for place, level in enumerate(LEVELS)
    ]


def _colleagues(department: int) -> list[tuple[str, ...]]:
    first = department * COLLEAGUES_PER_DEPARTMENT
    own = subject_codes()[department * PER_DEPARTMENT :]
    managers = [own[place] for place, count in enumerate(ASSISTANTS) for _ in range(count)]
    managers += [manager_code(department)] * (COLLEAGUES_PER_DEPARTMENT - len(managers))
    return [
        _person(f"C{first + place + 1:02}", names.COLLEAGUES[first + place], department, manager=manager)
        for place, manager in enumerate(managers)
    ]


def clients() -> bytes:
    headings = ("client", "client_name", "client_name_en", "tier", "account_manager", "contact_name")
    rows = []
    for number, contact in enumerate(names.CONTACTS):
        client = 2 * number // 5
        manager = subject_codes()[client % len(names.ACCOUNT_MANAGERS)]
        email = f"contact{number + 1:03}@client{client + 1:02}.example"
        company = (f"K{client + 1:02}", *names.CLIENTS[client], "client", manager)
        rows.append((*company, *contact, email, _language(contact)))
    return tables.write((*headings, "contact_name_en", "email", "language"), rows).encode()


def kpi_results(dice: random.Random) -> bytes:
    rows: list[tuple[str, str, float | None, float]] = []
    for subject in subject_codes():
        for kpi, (target, spread) in KPIS.items():
            reached = round(target * dice.gauss(1.02, spread), 1)
            not_yet_known = dice.random() < 0.03
            rows.append((subject, kpi, None if not_yet_known else max(reached, 0.0), target))
    return tables.write(("subject", "kpi", "actual", "target"), rows).encode()


def goal_scores(dice: random.Random) -> bytes:
    rows = [
        (subject, float(dice.choice((60, 70, 75, 80, 85, 90, 95, 100))))
        for subject in subject_codes()
        if subject != GOALS_NOT_SET
    ]
    return tables.write(("subject", "score"), rows).encode()
