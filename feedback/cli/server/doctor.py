import platform
import tempfile
from collections.abc import Callable
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import DBAPIError

from feedback import current
from feedback.cli.ground.application import in_application
from feedback.cli.server.usable import require_not_older
from feedback.extensions import db
from feedback.models.campaigns import BEFORE_OPENING, SEALED
from feedback.papers.pdf import typesetting
from feedback.services.ballot_box import enrolled_keys
from feedback.services.campaigns import campaigns
from feedback.services.closing import campaign_closing, clock_watch, sealed_answers
from feedback.services.ground import schema
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import outbox, transports
from feedback.services.mail.transports import NotSent
from feedback.version import VERSION


@click.command(epilog="Example: feedback doctor")
@in_application
def doctor() -> None:
    """List the settings, secrets masked, and check what the server needs; exit with 1 if something is wrong."""
    click.echo(f"feedback {VERSION}, Python {platform.python_version()}")
    for name, value in current.settings().masked().items():
        click.echo(f"{name}={value}")
    faults = 0
    for name, check in CHECKS.items():
        try:
            click.echo(f"ok     {name}: {check()}")
        except (NotPossible, DBAPIError, OSError) as error:
            faults += 1
            click.echo(f"FAULT  {name}: {getattr(error, 'orig', error)}")
    if faults:
        raise NotPossible(f"{faults} of {len(CHECKS)} checks failed")


def database() -> str:
    with db.engine.connect().execution_options(read_only=True) as connection:
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        return f"{connection.dialect.name} {version}"


def migrations() -> str:
    with db.engine.connect().execution_options(read_only=True) as connection:
        at, newest = schema.current(connection), schema.newest()
    if at != newest:
        raise NotPossible(f"at {at}, this version needs {newest}: run `feedback db upgrade`")
    return f"at {at}"


def keys() -> str:
    """Whether answers can still be sealed and counted in every campaign that is not closed, as at its opening."""
    db.session.info["read_only"] = True
    found = campaigns.in_state(db.session(), *SEALED)
    for campaign in found:
        campaign_closing.intact_box(db.session(), current.custody(), campaign)
    return f"{len(found)} open campaigns, each with its key"


def counted() -> str:
    """Whether the database knows what was counted: one from an older backup does not."""
    require_not_older()
    return "no campaign is open that was counted already"


def ballots() -> str:
    """Whether all that lies sealed was cast by this server, each into its own place."""
    db.session.info["read_only"] = True
    session, found = db.session(), campaigns.in_state(db.session(), *SEALED)
    for campaign in found:
        looked = sealed_answers.look(session, campaign, current.custody().box(campaign.code))
        if looked.foreign:
            raise NotPossible(
                f"{len(looked.foreign)} sealed answers of {campaign.code} were not cast by this server: somebody has "
                "written to the database; they will be counted as unreadable"
            )
    return "whatever is sealed was cast by this server"  # not how much: of few it would tell who has answered


def trustees() -> str:
    """Whether the keys of trustees are still those that they set."""
    db.session.info["read_only"] = True
    found = campaigns.in_state(db.session(), *BEFORE_OPENING, *SEALED)
    faults = [
        fault for each in found for fault in enrolled_keys.faults(db.session(), current.custody(), each)
    ]
    if faults:
        raise NotPossible("; ".join(faults))
    return "the keys of trustees are those that they set"


def clock() -> str:
    """Whether campaigns are closed by it, as a worker saw it last."""
    doubt = clock_watch.doubted(db.session())
    if doubt is None:
        return f"{current.now():%Y-%m-%d %H:%M} UTC, nothing wrong was seen"
    raise NotPossible(
        f"it went from {doubt.left_at:%Y-%m-%d %H:%M} to {doubt.came_to:%Y-%m-%d %H:%M} UTC between two looks: "
        f"no campaign is closed by it before {doubt.until:%Y-%m-%d %H:%M}; set it right, or close by hand what is over"
    )


def disk() -> str:
    folder = current.settings().data_dir
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"a backup, a key or a database page")
    return f"{folder} can be written"


def mail() -> str:
    """Whether mail could be handed over; none is."""
    url = current.settings().mail_url
    try:
        with transports.transport(url) as transport:
            transport.reach()
    except NotSent as error:
        raise NotPossible(f"no mail goes out: {error}") from None
    db.session.rollback()  # the check before may have failed
    waiting = outbox.waiting(db.session())
    return f"{urlsplit(url).scheme} is in reach, {waiting} mails wait to be sent"


def queue() -> str:
    try:
        return f"{current.queue().waiting()} messages wait for a worker"
    except Exception as error:  # each kind of queue has its own
        raise NotPossible(f"out of reach: {error}") from None


def fonts() -> str:
    if typesetting.FAMILY not in typesetting.fonts().families():
        raise NotPossible(f"{typesetting.FAMILY} cannot be read: install feedback and its requirements again")
    return f"reports are printed with {typesetting.FAMILY}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "counted": counted,
    "keys": keys,
    "ballots": ballots,
    "trustees": trustees,
    "clock": clock,
    "disk": disk,
    "mail": mail,
    "queue": queue,
    "fonts": fonts,
}
