"""The questionnaires and schemes that ship with the product, each under its id."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from feedback.services.errors import NotFound
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme

DEFAULT = "account-manager"


def questionnaire(id: str = DEFAULT) -> Questionnaire:
    return questionnaires.load(_read("questionnaires", id))


def scheme(id: str = DEFAULT) -> Scheme:
    return schemes.load(_read("schemes", id))


def _read(kind: str, id: str) -> bytes:
    shipped = _shipped(kind)
    if id not in shipped:
        known = ", ".join(sorted(shipped))
        raise NotFound(f"there is no shipped {kind.removesuffix('s')} {id}; there is: {known}")
    return shipped[id].read_bytes()


def _shipped(kind: str) -> dict[str, Traversable]:
    folder = files("forms") / kind
    return {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}
