"""The command line: everything an operator or HR would script."""

from typing import Any

import click

from feedback.cli.ground.on_demand import OnDemand, load
from feedback.version import VERSION

REFUSALS = "feedback.cli.ground.refusals:in_words"


class Commands(click.Group):
    """Says a user's mistake in plain words; what knows all mistakes is imported when there is one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if refusal := load(REFUSALS)(error):
                raise refusal from None
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="feedback %(version)s")
def main() -> None:
    """Anonymous customer surveys and 360-degree feedback for the appraisal of account managers.

    Settings are environment variables; `feedback doctor` lists them.
    """


# What is listed by `feedback --help`, which imports none of it: the name, its place, the first sentence of its help.
COMMANDS = (
    (
        "appraisal",
        "feedback.cli.decisions.groups:appraisal",
        "One person's appraisal: what it says, and its versions.",
    ),
    (
        "appraise",
        "feedback.cli.appraisals.appraise:appraise",
        "Compute the appraisals of PERIOD: a new version for whom something changed.",
    ),
    ("audit", "feedback.cli.oversight.audit:audit", "The audit log: every administrative act."),
    ("callbacks", "feedback.cli.messages.callbacks:callbacks", "Clients who ask to be called back."),
    (
        "campaign",
        "feedback.cli.campaigns.campaigns:campaign",
        "Campaigns: create, nominate, open, close, release, purge, in this order.",
    ),
    (
        "clients",
        "feedback.cli.people.clients:clients",
        "Client organisations, their account managers, and the contacts who are asked.",
    ),
    (
        "comments",
        "feedback.cli.reports.comments:comments",
        "Comments of a closed campaign: read them before others do, and hide one with a reason.",
    ),
    (
        "consequences",
        "feedback.cli.decisions.consequences:consequences",
        "What follows from final results: bonus, award, promotion.",
    ),
    ("db", "feedback.cli.server.database:db", "The database: make its tables, check them, back it up."),
    (
        "demo",
        "feedback.cli.server.demo:demo_command",
        "Make a demo company with a year of appraisals, a round that runs and an open quarter; serve it on 127.0.0.1.",
    ),
    (
        "deputies",
        "feedback.cli.decisions.deputies:deputies",
        "Who reviews and talks to people in a manager's place, on which days.",
    ),
    (
        "doctor",
        "feedback.cli.server.doctor:doctor",
        "List the settings, secrets masked, and check what the server needs; exit with 1 if something is wrong.",
    ),
    (
        "goals",
        "feedback.cli.goals.goals:goals",
        "Development goals: proposed by one side, agreed by the other, rated.",
    ),
    (
        "history",
        "feedback.cli.facts.history:history",
        "Assignments: who had which post, level, manager and department from when, and leave.",
    ),
    (
        "incident",
        "feedback.cli.incidents.incidents:incident",
        "The compliance register: one person reports an incident, another decides on it.",
    ),
    (
        "interviews",
        "feedback.cli.campaigns.interviews:interviews",
        "Phone interviews with clients: who phones whom.",
    ),
    ("invitations", "feedback.cli.campaigns.invitations:invitations", "Links to hand to raters."),
    (
        "kpi",
        "feedback.cli.facts.kpi:kpi",
        "What people reached on their KPIs, by month, quarter or year.",
    ),
    (
        "mail",
        "feedback.cli.campaigns.mail:mail",
        "Mail: try the server out, and see what became of invitations.",
    ),
    (
        "measures",
        "feedback.cli.quality.measures:measures",
        "What is done about a dimension of clients' satisfaction after a campaign.",
    ),
    (
        "nominations",
        "feedback.cli.campaigns.rosters:nominations",
        "Peers by nomination, while a campaign is collecting them.",
    ),
    (
        "objections",
        "feedback.cli.decisions.objections:objections",
        "Objections to results, and the answers that the company owes.",
    ),
    (
        "people",
        "feedback.cli.people.people:people",
        "Employees: who can be rated, and who can rate as a colleague.",
    ),
    (
        "plans",
        "feedback.cli.decisions.plans:plans",
        "Plans to improve or to learn that follow from appraisals.",
    ),
    (
        "questionnaire",
        "feedback.cli.definitions.questionnaire:questionnaire",
        "Questionnaires: what is asked, of whom, on which scales.",
    ),
    (
        "register",
        "feedback.cli.facts.register:register",
        "Return visits (回访) and complaints: who, which client, when, and what became of it.",
    ),
    (
        "report",
        "feedback.cli.reports.report:report",
        "The report on one subject (a person's code), or on everybody, of a closed or released campaign.",
    ),
    (
        "results",
        "feedback.cli.reports.results:results",
        "What closing left of a campaign: counts and sums, and no ballots.",
    ),
    (
        "round",
        "feedback.cli.decisions.groups:round_",
        "Rounds: the appraisal of everybody in a month, a quarter or a year.",
    ),
    ("roster", "feedback.cli.campaigns.rosters:roster", "Who is asked about whom."),
    (
        "scheme",
        "feedback.cli.definitions.scheme:scheme",
        "Schemes: rater groups with weights and minima, profiles, KPIs, bands, the process of an appraisal.",
    ),
    (
        "score",
        "feedback.cli.reports.score:score",
        "Score a CSV file of raw answers (a row per ballot, a column per item id), or a JSON file of exported counts.",
    ),
    ("serve", "feedback.cli.server.serve:serve", "Serve the pages until Ctrl-C."),
    ("suggestions", "feedback.cli.messages.suggestions:suggestions", "The suggestion box (匿名意见箱)."),
    (
        "targets",
        "feedback.cli.facts.targets:targets",
        "What people are to reach on their KPIs, by month, quarter or year.",
    ),
    (
        "trustees",
        "feedback.cli.campaigns.trustees:trustees",
        "Who holds a campaign's key together: three accounts, two of which close it.",
    ),
    ("user", "feedback.cli.people.users:user", "Sign-in accounts."),
    (
        "worker",
        "feedback.cli.server.worker:worker",
        "Send mail and reminders and close what is over, until Ctrl-C.",
    ),
)
for name, place, help in COMMANDS:
    main.add_command(OnDemand(name, place, help))
