"""What people read of a scan that names no pack, and what to do; wherever packs are scanned."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from pharmacy.errors import ScanInvalid

# By the advice of the error (tests/unit/pharmacy/test_scan_texts.py looks that none is missing).
SCANS: Mapping[str, LazyText] = {
    "the keyboard is set to Korean; set it to English and scan again": _(
        "The keyboard is set to Korean. Set it to English, then scan again."
    ),
    "its check digit is wrong; scan again": _("The check digit of the product number is wrong. Scan again."),
    "there is no such day; set the pack aside": _(
        "The expiry names a day that does not exist. Set the pack aside."
    ),
    "it is empty or too long for a pack's; scan again": _(
        "The code is empty or too long for a pack's. Scan again."
    ),
    "it is no GS1 code or names a day that does not exist; scan again": _(
        "This is no GS1 code, or it names a day that does not exist. Scan the square code of the pack again."
    ),
    "the code does not name it; scan the square code of the pack": _(
        "Product number, lot or expiry is missing in this code. Scan the square code of the pack."
    ),
    "the code names two; scan one pack alone": _("The code names two packs. Scan one pack alone."),
    "the bars name the product alone; scan the square code": _(
        "These bars name only the product, not its lot. Scan the square code of the pack. If it has none, "
        "put the pack aside and ask the pharmacist."
    ),
}


def scan_text(error: ScanInvalid) -> str:
    """One scan that was refused, in the language in force."""
    return str(SCANS[error.advice])
