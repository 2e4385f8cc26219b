"""What it costs to serve reports: processor time and SQL statements of each page, beside the sign-in page.

./run bench pages [--subjects 200]
"""

import argparse
import random
import sys
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask import Flask

from benchmarks.application import empty, measured
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, Office, shipped_questionnaire
from tests.statements import counted
from tests.views.reading import Browser, Browsers

RATERS = {"client": 12, "supervisor": 1, "peer": 6, "subordinate": 3, "self": 1}
REPEATS = 7
FLOOR = "sign-in"


@dataclass(frozen=True)
class Cost:
    seconds: float
    statements: int
    size: int


def company(app: Flask, subjects: int) -> tuple[Browsers, Campaign]:
    """A released campaign with a manager who leads everybody in it."""
    keys = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
    office = Office(db.session(), *keys)
    campaign = office.open(*[RATERS] * subjects)
    manager = office.person("BOSS")
    for subject in campaign.subjects:
        subject.person.manager = manager
    answer(office, campaign)
    office.session.commit()
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return Browsers(app, office), campaign


def answer(office: Office, campaign: Campaign) -> None:
    """Everybody answers everything, around a level of the subject's own."""
    dice, items = random.Random(1), [item.id for item in shipped_questionnaire().counted_items]
    for subject in range(len(campaign.subjects)):
        level = dice.uniform(2.5, 4.5)
        for nonce in (nonce for group in RATERS for nonce in office.nonces(campaign, group, subject)):
            ratings = {item: min(5, max(1, round(dice.gauss(level, 0.8)))) for item in items}
            office.answer(nonce, ratings, "回复很及时，问题当天就解决了。")


def cost(browser: Browser, path: str) -> Cost:
    """The least of several visits; the first one fills caches and does not count."""
    serve: Callable[[], object] = lambda: Context().run(browser.client.get, path)  # noqa: E731
    with counted(db.engine) as statements:
        page = browser.get(path)
    assert page.status_code == 200, path
    return Cost(min(measured(serve) for _ in range(REPEATS)), len(asked(statements)), len(page.data))


def asked(statements: list[str]) -> list[str]:
    return [statement for statement in statements if statement.startswith(("SELECT", "WITH"))]


def report(app: Flask, subjects: int) -> None:
    browsers, campaign = company(app, subjects)
    manager = campaign.subjects[0].person.manager
    person, code = campaign.subjects[0].person.code, campaign.code
    hr, leading = browsers.sign_in(RoleName.HR), browsers.sign_in(RoleName.MANAGER, manager)
    costs = {
        FLOOR: cost(browsers.anonymous(), "/sign-in"),
        "report on one person": cost(hr, f"/reports/{code}/{person}"),
        f"team of {subjects}, its manager": cost(leading, f"/reports/{code}"),
        f"team of {subjects}, HR": cost(hr, f"/reports/{code}"),
        f"release of {subjects}, HR": cost(hr, f"/releases/{code}"),
        "campaign, HR": cost(hr, f"/campaigns/{code}"),
        "quality of the campaign, HR": cost(hr, f"/quality/{code}"),
        "start page of the manager": cost(leading, "/"),
    }
    print(f"{'':32}{'cpu s':>8}{'x floor':>9}{'SQL':>5}{'kB':>7}")
    for name, found in costs.items():
        times = found.seconds / costs[FLOOR].seconds
        print(f"{name:32}{found.seconds:8.3f}{times:9.1f}{found.statements:5}{found.size / 1000:7.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--subjects", type=int, default=200)
    arguments = parser.parse_args()
    with empty() as app:
        report(app, arguments.subjects)


if __name__ == "__main__":
    main()
