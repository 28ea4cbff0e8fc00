"""What is printed on a pack, read into values the stock rules can trust."""

import re
from calendar import monthrange
from datetime import date

from pharmacy.errors import LotInvalid


def read_expiry(printed: str) -> date:
    """The last day of use from "2027-08-15" or, printed without a day, "2027-08" (the end of that month).

    A month counts to its last day, as GS1 AI 17 with day 00. Raises LotInvalid naming `expiry`.
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", printed.strip())
    if match is None:
        raise LotInvalid("expiry", "write it as on the pack: year-month or year-month-day")
    year, month, day = int(match[1]), int(match[2]), match[3]
    try:
        return date(year, month, int(day) if day else monthrange(year, month)[1])
    except ValueError:
        raise LotInvalid("expiry", "there is no such day; read the pack again") from None


def read_gtin(printed: str) -> str:
    """A GTIN as 14 digits; shorter ones (the Korean 880… has 13) are padded. Raises LotInvalid naming `gtin`."""
    # GTIN-8, 12, 13 and 14; nothing shorter, as zeros alone would have a right check digit.
    written = re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", printed.strip())
    digits = written[0].rjust(14, "0") if written else ""
    if not digits.strip("0") or _check_digit(digits[:13]) != int(digits[13]):
        raise LotInvalid("gtin", "the number is mistyped: its check digit is wrong; scan or read it again")
    return digits


def lot_key(number: str) -> str:
    """A lot number as it is compared with those of recalls: upper case, without blanks."""
    return "".join(number.split()).upper()


def _check_digit(first_thirteen: str) -> int:
    # GS1: weights 3, 1, 3 … from the left of a GTIN-14 without its check digit.
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(first_thirteen))
    return -total % 10
