from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class HasName(Protocol):
    def name_in(self, language: str) -> str: ...


@dataclass(frozen=True)
class Bilingual:
    """A text in both languages, so that what is stored once can be read in either."""

    zh: str
    en: str

    @classmethod
    def of(cls, texts: Mapping[str, str], otherwise: str) -> "Bilingual":
        """A title of a definition, which may be given in one language or not at all."""
        known = texts.get("zh") or texts.get("en") or otherwise
        return cls(texts.get("zh") or known, texts.get("en") or known)

    @classmethod
    def name(cls, named: HasName) -> "Bilingual":
        return cls(named.name_in("zh"), named.name_in("en"))

    @classmethod
    def joined(cls, texts: Sequence["Bilingual"]) -> "Bilingual":
        """What stands together, such as rater groups that are counted as one."""
        return cls(" + ".join(text.zh for text in texts), " + ".join(text.en for text in texts))

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def without(self, name: "Bilingual") -> "Bilingual":
        """The text with a person's name left out, for where it speaks of several people or room is short."""
        return Bilingual(self.zh.replace(name.zh, "…"), self.en.replace(name.en, "…"))
