"""The command line: everything an operator or HR would script."""

from typing import Any

import click
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from feedback.cli.appraisals.goals import goals
from feedback.cli.appraisals.kpi import kpi
from feedback.cli.appraisals.vetoes import veto
from feedback.cli.campaigns.campaigns import campaign
from feedback.cli.campaigns.interviews import interviews
from feedback.cli.campaigns.invitations import invitations
from feedback.cli.campaigns.mail import mail
from feedback.cli.campaigns.rosters import nominations, roster
from feedback.cli.campaigns.trustees import trustees
from feedback.cli.definitions.questionnaire import questionnaire
from feedback.cli.definitions.scheme import scheme
from feedback.cli.messages.callbacks import callbacks
from feedback.cli.messages.suggestions import suggestions
from feedback.cli.oversight.audit import audit
from feedback.cli.people.clients import clients
from feedback.cli.people.people import people
from feedback.cli.people.users import user
from feedback.cli.reports.comments import comments
from feedback.cli.reports.report import report
from feedback.cli.reports.results import results
from feedback.cli.reports.score import score
from feedback.cli.server.database import db
from feedback.cli.server.demo import demo_command
from feedback.cli.server.doctor import doctor
from feedback.cli.server.serve import serve
from feedback.cli.server.worker import worker
from feedback.services.ground.collisions import SENTENCE, is_collision
from feedback.services.ground.errors import DomainError
from feedback.settings import InvalidSettings
from feedback.version import VERSION
from forms.document import InvalidDocument


class Commands(click.Group):
    """Says a user's mistake in plain words, on stderr and with exit code 1, where others show a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (DomainError, InvalidSettings) as error:
            raise click.ClickException(str(error)) from None
        except InvalidDocument as error:
            raise click.ClickException("\n".join(map(str, error.faults))) from None
        except (DBAPIError, StaleDataError) as error:
            if is_collision(error):
                raise click.ClickException(SENTENCE) from None
            advice = "`feedback doctor` tells more, `feedback db upgrade` makes the tables"
            raise click.ClickException(
                f"the database refused: {getattr(error, 'orig', error)}\n{advice}"
            ) from None
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None
        except UnicodeEncodeError:
            raise click.ClickException("an argument is not text in UTF-8") from None
        except ArgumentError as error:
            raise click.ClickException(f"FEEDBACK_DATABASE_URL is of no use: {error}") from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="feedback %(version)s")
def main() -> None:
    """Anonymous customer surveys and 360-degree feedback for the appraisal of account managers.

    Settings are environment variables; `feedback doctor` lists them.
    """


COMMANDS = (
    demo_command,
    serve,
    worker,
    db,
    user,
    people,
    clients,
    kpi,
    goals,
    veto,
    questionnaire,
    scheme,
    campaign,
    roster,
    nominations,
    invitations,
    mail,
    results,
    report,
    comments,
    audit,
    interviews,
    callbacks,
    suggestions,
    trustees,
    score,
    doctor,
)
for command in COMMANDS:
    main.add_command(command)
