"""What can go wrong where the apps are joined."""


class AnswersInvalid(Exception):
    """A set of answers has the wrong shape. `field` names the part to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
