"""The demo company at work, through the same services as everything else: a year of appraisals that is over, a round in
which everybody has come somewhere else, and a quarter that has begun."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.models.library import DefinitionKind
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.closing import campaign_closing
from feedback.services.definitions import definition_drafts, library
from feedback.services.demo import demo_company, demo_plans, demo_surveys
from feedback.services.demo import demo_story as story
from feedback.services.demo.demo_company import DemoCompany
from feedback.services.demo.demo_figures import Figures
from feedback.services.demo.demo_past import Past, usual_form
from feedback.services.demo.demo_running import Running
from feedback.services.demo.demo_stage import ACTOR, Stage, morning
from feedback.services.demo.demo_story import OPEN_QUARTER, RUNNING, Form
from feedback.services.fact_files import figure_files, history_files
from feedback.services.incidents import moves as incident_moves
from feedback.services.people import client_files, people_files
from feedback.services.releases import releases
from feedback.services.tables import periods
from feedback.services.tables.import_plan import Author
from forms.document import digest_of

SEED = 20_260_930
FOUNDED = morning(periods.first_day(story.YEAR), 1)
OPENED = datetime(2026, 8, 17, 1, tzinfo=UTC)  # so long ago that clients may be asked again
CLOSED = OPENED + demo_surveys.COLLECTING + timedelta(days=1)


def build(session: Session, custody: Custody, company: DemoCompany, password: str, *, now: datetime) -> None:
    """The company, with an account for each of its people who takes part, all with one password."""
    dice = random.Random(SEED)
    stage = Stage(session, custody, company)
    _found(stage, password, now)
    peers, forms = _peers(company, dice), _forms(company)
    _write_scheme(stage, {"visits": "register.visits"}, is_agreed=False, now=FOUNDED)
    figures = Figures(company, library.load_scheme(session, library.DEFAULT).appraisal, forms, {})
    _past(stage, figures, peers, now)
    _write_scheme(stage, {}, is_agreed=True, now=morning(periods.first_day(RUNNING), -20))
    _present(stage, figures, peers, dice, now)


def _found(stage: Stage, password: str, now: datetime) -> None:
    session, company = stage.session, stage.company
    people_files.import_file(session, demo_company.people(company), actor=ACTOR, now=FOUNDED)
    client_files.import_file(session, demo_company.clients(company), actor=ACTOR, now=FOUNDED)
    history_files.import_file(session, demo_company.history(company), Author(ACTOR, FOUNDED, now.date()))
    stage.open_accounts(password, FOUNDED)


def _forms(company: DemoCompany) -> Callable[[str, str], Form]:
    """How everybody does in a period."""
    usual = {code: usual_form(random.Random(f"form {code}")) for code in company.subject_codes}
    return lambda code, period: story.form(code, period, usual[code])


def _peers(company: DemoCompany, dice: random.Random) -> dict[str, list[str]]:
    """Of and by those who are still there; a company of one has none."""
    still = {
        subject: [rater for rater in raters if rater not in story.LEFT]
        for subject, raters in demo_company.peers(company, dice).items()
        if subject not in story.LEFT
    }
    return {subject: raters for subject, raters in still.items() if raters}


def _write_scheme(stage: Stage, sources: dict[str, str], *, is_agreed: bool, now: datetime) -> None:
    """The company's own next version: where figures come from, and whether targets are agreed by both sides."""
    session = stage.session
    current = library.find(session, DefinitionKind.SCHEME, library.DEFAULT)
    draft = definition_drafts.copy(session, current, actor=ACTOR, now=now)
    kpis = [
        dict(kpi) | ({"source": sources[kpi["id"]]} if kpi["id"] in sources else {})
        for kpi in draft.table["kpi"]
    ]
    process = dict(draft.table["process"]) | {"targets_agreed": is_agreed}
    table = dict(draft.table) | {"kpi": kpis, "process": process}
    definition_drafts.save(session, draft, table, seen=digest_of(draft.table), actor=ACTOR, now=now)


def _past(stage: Stage, figures: Figures, peers: dict[str, list[str]], now: datetime) -> None:
    past = Past(stage, figures)
    if before := figures.before():
        figure_files.import_file(stage.session, before, stage.author(FOUNDED))
    of_year = past.begin_year(story.YEAR)
    made = []
    for quarter in story.QUARTERS:
        made += past.quarter(quarter)
        if quarter == "2025Q3":
            _leave(stage)
    long_ones = past.year(story.YEAR, peers, of_year)
    for plan in [*made, *long_ones[1:]]:
        demo_plans.meet(stage, plan)
    for plan in long_ones[:1]:
        demo_plans.extend(stage, plan, now - timedelta(days=9))


def _leave(stage: Stage) -> None:
    """Who has left is no longer active, and his clients have somebody else."""
    session, company = stage.session, stage.company
    now = morning(periods.last_day("2025Q3"), 1)
    people_files.import_file(session, demo_company.people(company, gone=True), actor=ACTOR, now=now)
    client_files.import_file(session, demo_company.clients(company, gone=True), actor=ACTOR, now=now)


def _present(
    stage: Stage, figures: Figures, peers: dict[str, list[str]], dice: random.Random, now: datetime
) -> None:
    session = stage.session
    closed = demo_surveys.open_campaign(stage, _campaign(RUNNING, OPENED, peers), OPENED)
    _answer(stage, closed, demo_surveys.RESPONSE, figures, dice, OPENED)
    campaign_closing.close(session, stage.custody, closed, actor=ACTOR, now=CLOSED)
    releases.release(session, closed, actor=ACTOR, now=CLOSED)
    incident_moves.expire(session, today=now.date(), actor=ACTOR, now=now)
    running = Running(stage, figures, now)
    running.appraise(RUNNING)
    collecting = demo_surveys.open_campaign(stage, _campaign(OPEN_QUARTER, now, peers), now)
    _answer(stage, collecting, demo_surveys.ANSWERED_SO_FAR, figures, dice, now)
    demo_surveys.ask_for_calls(session, collecting, now=now)
    demo_surveys.nominate(stage, story.OPEN_YEAR, peers, now=now)
    running.collect(OPEN_QUARTER)
    running.prepare(story.OPEN_YEAR)


def _campaign(quarter: str, opened: datetime, peers: dict[str, list[str]]) -> str:
    return demo_company.campaign(quarter, (opened + demo_surveys.COLLECTING).date(), peers)


def _answer(
    stage: Stage,
    campaign: Campaign,
    response: demo_surveys.Response,
    figures: Figures,
    dice: random.Random,
    now: datetime,
) -> None:
    period = campaign.period
    demo_surveys.answer(
        stage, campaign, response, dice, lambda code: figures.forms(code, period).clients, now=now
    )


def sample_links(session: Session, custody: Custody, tokens: Tokens) -> dict[str, str]:
    """For each rater group of the open quarter a path to a form that is not filled in yet."""
    return demo_surveys.sample_links(session, custody, tokens, OPEN_QUARTER)
