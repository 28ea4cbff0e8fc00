"""The pages of the main navigation, in the order a day goes, and whose they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.handout.roles import HANDING_OUT
from config.stock.roles import READING as STOCK_READING
from config.work_list_tabs import tabs_of
from records.models import Role
from records.permission import INTAKE_ROLES

EVERYONE = tuple(Role)
DECIDING = tuple(role for role in Role if role is not Role.SCREENER)
AUTHORISE_PAGES = (
    "authorise-medicine",
    "authorise-referral",
    "authorise-referral-outcome",
    "referral-slip",
    "authorise-statistics",
    "authorise-formulary",
    "camp",
    "camp-use",
)

HAND_OVER_PAGES = (
    "bay-hand-over",
    "bay-scan",
    "bay-give",
    "bay-aside",
    "counter",
    "counter-scan",
    "counter-give",
    "pack-return",
    "bay-count",
)


@dataclass(frozen=True)
class Entry:
    """`pages`: further URL names that belong under this entry."""

    url_name: str
    text: LazyText
    roles: Iterable[str] = EVERYONE
    pages: tuple[str, ...] = ()


INTAKE_PAGES = (
    "intake-register",
    "intake-patient",
    "intake-amend",
    "intake-questions",
    "intake-photographs",
    "intake-progress",
)
ORDER_PAGES = ("order-enter", "order", "diagnosis-record", "diagnosis-retract")
STOCK_PAGES = ("stock-receive", "stock-lot", "stock-recipients", "stock-recall", "stock-temperature")
PARTNER_PAGES = (
    "partner-make",
    "partner-revoke",
    "partner-host-add",
    "programs",
    "webhooks",
    "webhook",
    "webhook-rotate",
)
NAVIGATION: tuple[Entry, ...] = (
    Entry("cases", _("Cases"), pages=("case", "case-needs", *ORDER_PAGES)),
    Entry("intake", _("Intake"), INTAKE_ROLES, INTAKE_PAGES),
    Entry(
        "grading",
        _("To grade"),
        (Role.GRADER, Role.PHYSICIAN),
        pages=("grading-task", "read-amend", "agreement"),
    ),
    Entry("authorise", _("To authorise"), DECIDING, AUTHORISE_PAGES),
    Entry("referrals", _("Referrals"), (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry(
        "contacts",
        _("To call"),
        (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR),
        ("contact",),
    ),
    Entry(
        "hospitals",
        _("Hospitals"),
        (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR),
        ("hospital", "hospital-add"),
    ),
    Entry("hand-over", _("Hand-over"), HANDING_OUT, HAND_OVER_PAGES),
    Entry("kiosk-open", _("Screen for patients"), HANDING_OUT),
    Entry("stock", _("Stock"), STOCK_READING, STOCK_PAGES),
    Entry("recalls", _("Recalls")),
    Entry("agreement", _("Agreement"), (Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry("limits", _("Limits"), (Role.ADMINISTRATOR, Role.PHYSICIAN, Role.AUDITOR)),
    Entry("nights", _("Nights"), (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry("watch", _("Watch"), (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry("factors", _("Factors"), (Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry("clinic", _("Our clinic"), (Role.ADMINISTRATOR,)),
    Entry("partners", _("Partners"), (Role.ADMINISTRATOR,), PARTNER_PAGES),
)


# Where the day of a role starts: the page with most to do for it, and how that page is asked for.
_CASES = ("cases", "")
_DECISIONS = ("authorise", "?mine=1")
STARTS: Mapping[str, tuple[str, str]] = {
    Role.PHARMACIST: _DECISIONS,
    Role.COORDINATOR: _DECISIONS,
    Role.GRADER: ("grading", ""),
}


def start_of(role: str) -> str:
    """The address at which the day of a role starts."""
    name, query = STARTS.get(role, _CASES)
    return reverse(name) + query


def navigation_of(role: str) -> list[Entry]:
    """The entries of a role, the first of which is where the day starts."""
    start, _query = STARTS.get(role, _CASES)
    own = [entry for entry in NAVIGATION if role in entry.roles]
    return sorted(own, key=lambda entry: entry.url_name != start)


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the reader's entries and which one is open, and the lists that keys lead to; nothing
    before they have a role.
    """
    membership = getattr(request, "membership", None)
    match = request.resolver_match
    return {
        "navigation": navigation_of(membership.role) if membership else [],
        "key_lists": tabs_of(None, {}, membership.role) if membership else [],
        "page_name": match.url_name if match else "",
    }
