"""Definition files named on the command line, read with every fault told."""

from pathlib import Path

import click

from forms import questionnaire, scheme
from forms.document import InvalidDocument
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme


def read_questionnaire(path: Path) -> Questionnaire:
    try:
        return questionnaire.load(path.read_bytes())
    except InvalidDocument as error:
        raise _refusal(path, error) from None


def read_scheme(path: Path) -> Scheme:
    try:
        return scheme.load(path.read_bytes())
    except InvalidDocument as error:
        raise _refusal(path, error) from None


def _refusal(path: Path, error: InvalidDocument) -> click.ClickException:
    return click.ClickException("\n".join(f"{path.name}: {fault}" for fault in error.faults))
