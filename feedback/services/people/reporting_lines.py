"""Reporting lines, and the circles in which none may run."""

from collections.abc import Mapping


def circles(manager_of: Mapping[str, str | None]) -> dict[str, list[str]]:
    """The circle on which a reporting line runs, for everybody who is on one."""
    found: dict[str, list[str]] = {}
    followed: set[str] = set()
    for start in manager_of:
        line: list[str] = []
        code: str | None = start
        while code and code in manager_of and code not in followed:
            followed.add(code)
            line.append(code)
            code = manager_of[code]
        if code in line:
            circle = line[line.index(code) :]
            found |= {member: [*circle, code] for member in circle}
    return found
