"""What is wrong in one cell of a table, in a sentence that pages can translate."""


class WrongCell(ValueError):
    """The sentence is English and marked with N_; the facts are filled in after translating."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence % facts if facts else sentence)
        self.sentence, self.facts = sentence, facts
