"""What can go wrong where the apps are joined."""


class CaseUnderWay(Exception):
    """A case cannot be cancelled any more: something of it left the house. `what` is "medicine" or "referral"."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(advice)
        self.what = what


class AnswersInvalid(Exception):
    """A set of answers has the wrong shape. `field` names the part to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
