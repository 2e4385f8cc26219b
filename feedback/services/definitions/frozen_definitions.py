"""The questionnaire and the scheme of a campaign, frozen when it was made: as they are stored, and back."""

import json
from functools import lru_cache

from feedback.services.ground import documents
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.document import canonical_json
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme


def frozen(definition: Questionnaire | Scheme) -> str:
    return canonical_json(documents.numbered(json.loads(definition.to_json())))


@lru_cache(maxsize=64)
def read_questionnaire(document: str) -> Questionnaire:
    return questionnaires.from_json(_content(document))


@lru_cache(maxsize=64)
def read_scheme(document: str) -> Scheme:
    return schemes.from_json(_content(document))


def _content(document: str) -> str:
    return canonical_json(documents.content(json.loads(document)))
