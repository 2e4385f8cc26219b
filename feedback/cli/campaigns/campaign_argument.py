"""The campaign that a command is about: named by its code, and when it is to close."""

import click

from feedback import current
from feedback.models.campaigns import Campaign

CODE = click.argument("code", metavar="CAMPAIGN")


def closing_time(campaign: Campaign) -> str:
    return f"{campaign.closes_at.astimezone(current.settings().zone):%Y-%m-%d %H:%M}"
