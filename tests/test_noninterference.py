"""Law 3: replace the answers in every withheld cell by anything else, and no byte that leaves the system changes."""

import json
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import current
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell
from feedback.services.ballot_box.ballots import Answers, seal
from feedback.services.closing import campaign_closing, counts_export, sealed_answers, tallies
from feedback.services.crowds import response_rates
from feedback.services.releases import releases
from feedback.services.reports import reports
from feedback.services.scores import score_document
from feedback.settings import Settings
from scoring.disclosure import decide
from tests.factories import ACTOR, AFTER, Office
from tests.views.reading import Browsers

GROUPS = ("client", "supervisor", "peer", "subordinate", "self")
CSRF = re.compile(rb'(csrf_token"[^>]*value=")[^"]*')


def random_campaign(office: Office, dice: random.Random) -> Campaign:
    """Groups of every size around the thresholds, each rater with an opinion of his own; comments all alike."""
    sizes = [
        {group: dice.choice((0, 1, 2, 3, 4, 5, 6)) for group in GROUPS} for _ in range(dice.randint(1, 3))
    ]
    for size in sizes:
        size |= {group: min(size[group], 1) for group in ("supervisor", "self")}
        size["client"] = max(size["client"], 1)
    campaign = office.open(*sizes)
    for subject, size in enumerate(sizes):
        for group in size:
            for nonce in office.nonces(campaign, group, subject):
                if dice.random() < 0.9:
                    office.answer(nonce, dice.randint(1, 5), "the same words from everybody")
    return campaign


def withheld_cells(app: Flask, campaign: Campaign) -> list[int]:
    """Those whose ballots the mix will not open."""
    matrix = tallies.matrix(db.session(), campaign)
    cast = dict(
        db.session.execute(
            select(Ballot.cell_id, db.func.count(Ballot.envelope)).group_by(Ballot.cell_id)
        ).all()
    )
    n = matrix.answered
    for place, cell in matrix.cells.items():
        n[place] = cast.get(cell.id, 0)
    decision = decide(n, matrix.instrument.groups, asked=matrix.invited, units=matrix.units)
    return [cell.id for place, cell in matrix.cells.items() if n[place] and not decision.contributes[place]]


def overwrite(campaign: Campaign, cell_ids: list[int], dice: random.Random) -> int:
    """Seal other answers into the envelopes of these cells."""
    sealed = list(sealed_answers.by_link(db.session(), campaign))
    places = [one.place for one in sealed if one.place.cell_id in cell_ids]
    keys = current.custody().box(campaign.code)
    for place in places:
        answers = Answers(bytes(dice.randint(1, 5) for _ in range(21)), ("something else entirely",))
        ballot = db.session.get_one(Ballot, place.spot)
        ballot.envelope = seal(answers, keys, place)
    db.session.commit()
    return len(places)


def everything_that_leaves(app: Flask) -> dict[str, bytes]:
    """Close, release, and collect every report, export and page."""
    session = db.session()
    campaign = session.scalars(select(Campaign)).one()
    campaign_closing.close(session, app.extensions["feedback.custody"], campaign, actor=ACTOR, now=AFTER)
    found = {}
    for subject_id, report in reports.build_all(session, campaign).items():
        found[f"report {subject_id}"] = json.dumps(report.to_document()).encode()
    matrix, result = tallies.load(session, campaign)
    for name, document in (("scores", score_document.document), ("counts", counts_export.to_export)):
        found[name] = json.dumps(document(result, matrix.questionnaire, matrix.scheme)).encode()
    found["progress"] = repr(response_rates.rates(session, campaign)).encode()
    releases.release(session, campaign, actor=ACTOR, now=AFTER)
    session.commit()
    people = [subject.person.code for subject in matrix.subjects]
    return found | pages(
        app,
        [
            f"/reports/{campaign.code}",
            f"/quality/{campaign.code}",
            f"/influence/{campaign.code}",
            *(f"/reports/{campaign.code}/{code}" for code in people),
        ],
    )


def pages(app: Flask, paths: list[str]) -> dict[str, bytes]:
    keys = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
    browser = Browsers(app, Office(db.session(), *keys)).sign_in(RoleName.HR)
    found = {}
    for path in ("/", *paths):
        for language in ("zh", "en"):
            answer = browser.get(path, query_string={"lang": language})
            assert answer.status_code == 200, path
            found[f"{path} {language}"] = CSRF.sub(rb"\1", answer.data)
    return found


@contextmanager
def copied_to(twin: Flask, settings: Settings) -> Iterator[Flask]:
    """The second application, on a copy of all that the first one has stored."""
    db.session.commit()
    db.session.remove()
    directory = twin.extensions["feedback.settings"].data_dir
    shutil.rmtree(directory)
    shutil.copytree(settings.data_dir, directory)
    with opened(twin):
        yield twin


@pytest.mark.parametrize("seed", range(12))
def test_changing_every_answer_of_the_withheld_cells_changes_no_byte_of_any_output(
    office: Office, app: Flask, settings: Settings, twin: Flask, seed: int
):
    dice = random.Random(seed)
    withheld = withheld_cells(app, random_campaign(office, dice))
    with copied_to(twin, settings) as other:
        changed = overwrite(db.session.scalars(select(Campaign)).one(), withheld, dice)
        after = everything_that_leaves(other)
    before = everything_that_leaves(app)
    assert before == after
    assert (changed > 0) == bool(withheld)


def test_the_comparison_would_notice_an_answer_of_a_shown_cell(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    campaign = office.open({"client": 4})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4)
    shown = db.session.scalars(select(Cell.id).where(Cell.group == "client")).all()
    with copied_to(twin, settings) as other:
        assert overwrite(db.session.scalars(select(Campaign)).one(), list(shown), random.Random(1)) == 4
        after = everything_that_leaves(other)
    before = everything_that_leaves(app)
    assert {name for name in before if before[name] != after[name]} >= {"scores", "counts", "report 1"}
