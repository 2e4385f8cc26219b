"""The questionnaire and the scheme of a campaign, frozen when it was made, back from their snapshots."""

from functools import lru_cache

from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme


@lru_cache(maxsize=64)
def read_questionnaire(document: str) -> Questionnaire:
    return questionnaires.from_json(document)


@lru_cache(maxsize=64)
def read_scheme(document: str) -> Scheme:
    return schemes.from_json(document)
