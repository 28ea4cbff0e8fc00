"""Who may open which address: written by hand, so that it does not repeat what the views' decorators say.

Every named pattern of the resolver has a row here, or test_url_matrix.py fails. `of` names the kind of object that
the address is about (OBJECTS in world.py); a page's `states` are query strings worth looking at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.urls import URLPattern, URLResolver, get_resolver

from records.models import Role


class Door(Enum):
    PUBLIC = "anybody"
    SIGNED_IN = "whoever has signed in, with or without a role"
    TOKEN = "a partner's token"
    KIOSK = "a screen that was handed over to patients"
    ADMIN_SITE = "administrators, through Django's admin"


Who = Door | frozenset[Role]
PUBLIC, SIGNED_IN, TOKEN, KIOSK, ADMIN_SITE = Door
MEMBERS: Who = frozenset(Role)


def only(*roles: Role) -> Who:
    return frozenset(roles)


@dataclass(frozen=True)
class Rule:
    """`get` and `post`: who may; None where the method is not allowed (405).

    `page`: people look at it, so that its words, its accessibility and its pictures are checked; as the first role
    that may, and as each of `also`, who sees other things there.
    `shown` and `posted`: the statuses with which the right person is answered; a form sent empty may be refused
    with its faults (200, 400, 409 or 422), never with an error of ours.
    """

    get: Who | None = None
    post: Who | None = None
    of: str = ""
    page: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Role, ...] = ()
    shown: tuple[int, ...] = (200,)
    posted: tuple[int, ...] = (200, 302, 400, 409, 422)


def page(
    get: Who,
    post: Who | None = None,
    of: str = "",
    shown: tuple[int, ...] = (200,),
    also: tuple[Role, ...] = (),
    **states: str,
) -> Rule:
    return Rule(get, post, of, page=True, states=states, shown=shown, also=also)


def own_account(*, page: bool = True) -> Rule:
    """May ask for the password again first (302); what is not set up yet is not there (404)."""
    return Rule(SIGNED_IN, SIGNED_IN, page=page, shown=(200, 302, 404), posted=(200, 302, 404, 405))


def act(post: Who, of: str = "") -> Rule:
    return Rule(None, post, of)


# An auditor reads only.
NIGHTS = only(Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
WRITERS = frozenset(set(Role) - {Role.AUDITOR})
HANDING_OUT = frozenset(set(Role) - {Role.AUDITOR})
COUNTING = only(Role.PHARMACIST, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.SCREENER)
CANCELS = only(Role.SCREENER, Role.GRADER, Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR)

ORDERING = only(Role.PHYSICIAN, Role.PHARMACIST)

READERS = only(Role.GRADER, Role.PHYSICIAN)

CALLING = only(Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR)
CALLED = frozenset({*CALLING, Role.AUDITOR})

INTAKE = only(Role.SCREENER, Role.GRADER, Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR)

HANDLING = only(Role.SCREENER, Role.PHYSICIAN, Role.PHARMACIST, Role.ADMINISTRATOR)
STOCK = frozenset({*HANDLING, Role.AUDITOR})
TRACING = only(Role.PHYSICIAN, Role.PHARMACIST, Role.ADMINISTRATOR, Role.AUDITOR)

PREVIEWED_LIMITS = "&".join(f"{label}_raised=5&{label}_high=20" for label in "DGCAHM")

RULES: Mapping[str, Rule] = {
    # The frame
    "home": Rule(MEMBERS, shown=(302,)),
    "healthz": Rule(PUBLIC),
    "readyz": Rule(PUBLIC),
    "set_language": Rule(PUBLIC, PUBLIC, shown=(302,)),
    "theme": Rule(None, PUBLIC),
    "membership-choose": Rule(None, MEMBERS, posted=(302, 404)),
    # Signing in and the own account
    "account_login": page(PUBLIC, PUBLIC, shown=(200, 302)),
    "account_logout": Rule(PUBLIC, PUBLIC, shown=(200, 302)),
    "session": Rule(PUBLIC, PUBLIC),
    "mfa_login_webauthn": Rule(PUBLIC, PUBLIC, shown=(200, 302)),
    "mfa_authenticate": Rule(PUBLIC, PUBLIC, shown=(200, 302)),
    "account_reauthenticate": own_account(),
    "mfa_reauthenticate": own_account(page=False),
    "mfa_reauthenticate_webauthn": own_account(page=False),
    "account_change_password": own_account(),
    "mfa_index": own_account(),
    "mfa_activate_totp": own_account(),
    "mfa_deactivate_totp": own_account(page=False),
    "mfa_view_recovery_codes": own_account(),
    "mfa_generate_recovery_codes": own_account(),
    "mfa_list_webauthn": own_account(),
    "mfa_add_webauthn": own_account(),
    "mfa_remove_webauthn": Rule(SIGNED_IN, SIGNED_IN, of="key", shown=(302, 404), posted=(302, 404)),
    "admin:*": Rule(ADMIN_SITE, ADMIN_SITE),
    # Cases
    "cases": page(MEMBERS),
    "cases-search": act(MEMBERS),
    "case": page(MEMBERS, of="case", also=(Role.PHARMACIST,)),
    "case-look": act(MEMBERS, of="case"),
    "patient-result": page(MEMBERS, of="case"),
    "case-measurements": page(INTAKE, INTAKE, of="case"),
    "case-needs": page(INTAKE, INTAKE, of="case"),
    "case-cancel": page(CANCELS, CANCELS, of="case"),
    "photograph": Rule(MEMBERS, of="photograph"),
    "photograph-grey": Rule(MEMBERS, of="photograph"),
    "photograph-map": Rule(MEMBERS, of="map"),
    # A physician's orders and confirmed diagnoses, reached from a visit
    "order-enter": page(ORDERING, ORDERING, of="case", also=(Role.PHARMACIST,)),
    "order": page(MEMBERS, of="order", also=(Role.PHARMACIST, Role.PHYSICIAN)),
    "order-move": act(ORDERING, of="order"),
    "order-fill": act(only(Role.PHARMACIST), of="order"),
    "order-supply": act(ORDERING, of="order"),
    "diagnosis-record": page(ORDERING, ORDERING, of="case", also=(Role.PHARMACIST,)),
    "diagnosis-retract": page(ORDERING, ORDERING, of="diagnosis"),
    "supplement-propose": act(ORDERING, of="case"),
    # Intake: a visit's pages lead on to the step where it stands
    "intake": page(INTAKE),
    "intake-search": act(INTAKE),
    "intake-register": page(INTAKE, INTAKE),
    "intake-patient": page(INTAKE, INTAKE, of="patient"),
    "intake-amend": page(INTAKE, INTAKE, of="patient"),
    "intake-consent-withdraw": act(INTAKE, of="patient"),
    "intake-visit": Rule(INTAKE, of="case", shown=(302,)),
    "intake-questions": page(INTAKE, INTAKE, of="case"),
    "intake-red-flags": act(INTAKE, of="case"),
    "intake-photographs": page(INTAKE, of="case", shown=(200, 302)),
    "intake-receive": act(INTAKE, of="case"),
    "intake-use": Rule(None, INTAKE, of="case", posted=(302, 404)),
    "intake-set-aside": Rule(None, INTAKE, of="case", posted=(302, 404)),
    "intake-take-back": Rule(None, INTAKE, of="case", posted=(302, 404)),
    "intake-preview": Rule(INTAKE, of="photograph", shown=(200, 404)),
    "intake-submit": act(INTAKE, of="case"),
    "intake-not-done": act(INTAKE, of="case"),
    "intake-progress": page(INTAKE, of="case"),
    "intake-again": act(INTAKE, of="case"),
    # Limits of the fused risks
    "limits": page(
        only(Role.ADMINISTRATOR, Role.PHYSICIAN, Role.AUDITOR), preview=PREVIEWED_LIMITS, back="back_to=0"
    ),
    "limits-save": act(only(Role.ADMINISTRATOR, Role.PHYSICIAN)),
    # What scoring again changed
    "nights": page(NIGHTS, all="show=all"),
    "nights-csv": Rule(NIGHTS, shown=(200, 404)),
    "watch": page(NIGHTS, women="of=sex:female"),
    "watch-hold": act(only(Role.PHYSICIAN)),
    "watch-lift": act(only(Role.PHYSICIAN), of="hold"),
    "factors": page(only(Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)),
    # Work-lists
    "recalls": page(MEMBERS, upcoming="list=upcoming"),
    "recall-contact": page(WRITERS, WRITERS, of="recall"),
    "failed-work": Rule(MEMBERS, shown=(301,)),
    "failed-work-retry": act(only(Role.SCREENER, Role.ADMINISTRATOR), of="failed work"),
    # Grading
    "grading": page(READERS),
    "grading-next": act(READERS),
    "grading-task": page(READERS, READERS, of="grading"),
    "grading-open": act(READERS, of="grading"),
    "grading-release": act(READERS, of="grading"),
    "grading-quality": act(only(Role.PHYSICIAN, Role.ADMINISTRATOR), of="grading"),
    # Only one's own read is there: the grader's.
    "read-amend": Rule(READERS, READERS, of="read", shown=(200, 404), posted=(404, 422)),
    "agreement": page(only(Role.GRADER, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)),
    # To authorise
    "authorise": page(MEMBERS, referrals="kind=referrals", mine="mine=1", also=(Role.PHARMACIST,)),
    "authorise-formulary": page(only(Role.PHARMACIST, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)),
    "authorise-statistics": page(
        only(Role.PHYSICIAN, Role.PHARMACIST, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
    ),
    "authorise-medicine": page(MEMBERS, of="medicine", also=(Role.PHARMACIST, Role.PHYSICIAN)),
    "authorise-medicine-release": act(only(Role.PHARMACIST), of="medicine"),
    "authorise-medicine-refuse": act(only(Role.PHARMACIST, Role.PHYSICIAN), of="medicine"),
    "authorise-medicine-override": act(only(Role.PHARMACIST, Role.PHYSICIAN), of="medicine"),
    "authorise-medicine-reserve": act(only(Role.PHARMACIST, Role.PHYSICIAN), of="medicine"),
    "authorise-medicine-follow-up": act(only(Role.PHYSICIAN), of="medicine"),
    "machine-give": act(only(Role.PHARMACIST), of="medicine"),
    "counter-release": act(only(Role.PHARMACIST), of="medicine"),
    "machine-cancel": Rule(None, only(Role.PHARMACIST), of="medicine", posted=(404,)),
    "machine-replace": Rule(None, only(Role.PHARMACIST), of="medicine", posted=(404,)),
    "supply-end": act(only(Role.PHARMACIST, Role.PHYSICIAN), of="medicine"),
    "authorise-referral": page(MEMBERS, of="referral", also=(Role.PHYSICIAN, Role.COORDINATOR)),
    "authorise-referral-authorise": act(only(Role.PHYSICIAN), of="referral"),
    "authorise-referral-choose": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-send": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-hand-on": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-refuse": act(only(Role.PHYSICIAN), of="referral"),
    "authorise-referral-follow-up": act(only(Role.PHYSICIAN, Role.GRADER, Role.COORDINATOR), of="referral"),
    "camp": page(only(Role.PHYSICIAN, Role.COORDINATOR)),
    "camp-use": act(only(Role.PHYSICIAN, Role.COORDINATOR)),
    "authorise-referral-step": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-appointment": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-missed": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-kept": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-again": act(only(Role.PHYSICIAN, Role.COORDINATOR), of="referral"),
    "authorise-referral-outcome": page(
        only(Role.PHYSICIAN, Role.COORDINATOR), only(Role.PHYSICIAN, Role.COORDINATOR), of="treated"
    ),
    "hospitals": page(CALLED, found="name=병원", missing="name=nowhere", second="page=2"),
    "hospital-add": page(only(Role.ADMINISTRATOR), only(Role.ADMINISTRATOR)),
    "hospital": page(
        CALLED, only(Role.COORDINATOR, Role.ADMINISTRATOR), of="hospital", also=(Role.COORDINATOR,)
    ),
    "referrals": page(MEMBERS, overdue="list=overdue", mine="list=mine", also=(Role.COORDINATOR,)),
    "contacts": page(CALLED, later="list=later", also=(Role.COORDINATOR,)),
    "contact": page(CALLED, CALLING, of="silence", also=(Role.COORDINATOR, Role.AUDITOR)),
    # The letter of a referral, and the slip once a physician has authorised it
    "referral-letter": Rule(MEMBERS, of="referral"),
    "referral-slip": page(MEMBERS, of="sent referral"),
    "letter-by-code": Rule(MEMBERS, of="letter", shown=(302,)),
    # What is handed out; nothing is released on an ordinary day, and the kiosk's own pages are test_kiosk.py's
    "handout-label": Rule(HANDING_OUT, of="medicine", shown=(404,)),
    "handout-leaflet": Rule(HANDING_OUT, of="medicine", shown=(404,)),
    "hand-over": page(HANDING_OUT),
    "bay-hand-over": page(HANDING_OUT, of="in bay"),
    "bay-scan": act(HANDING_OUT, of="in bay"),
    "bay-give": act(HANDING_OUT, of="in bay"),
    "bay-aside": act(HANDING_OUT, of="in bay"),
    # A machine stands in that clinic; test_hand_over.py has one without.
    "counter": page(HANDING_OUT, of="authorised"),
    "counter-scan": act(HANDING_OUT, of="authorised"),
    "counter-give": act(HANDING_OUT, of="authorised"),
    "pack-return": page(HANDING_OUT, HANDING_OUT),
    "bay-count": page(COUNTING, COUNTING, of="locked bay"),
    "kiosk-open": page(HANDING_OUT, HANDING_OUT),
    "kiosk-start": Rule(KIOSK),
    "kiosk-who": Rule(KIOSK, KIOSK),
    "kiosk-medicine": Rule(KIOSK),
    "kiosk-hospital": Rule(KIOSK),
    "kiosk-consent": Rule(KIOSK, KIOSK),
    "kiosk-leaflet": Rule(KIOSK, of="leaflet part"),
    "kiosk-paper": Rule(KIOSK, of="paper"),
    "kiosk-scan": Rule(None, KIOSK),
    "kiosk-label": Rule(KIOSK),
    "kiosk-leaflet-paper": Rule(KIOSK),
    "kiosk-leave": Rule(None, KIOSK),
    # Stock
    "stock": page(STOCK, also=(Role.PHARMACIST,)),
    "stock-compare": act(HANDLING),
    "stock-receive": page(HANDLING, HANDLING),
    "stock-receive-hand": act(HANDLING),
    "stock-lot": page(STOCK, of="lot", also=(Role.PHARMACIST,)),
    "stock-quarantine": act(only(Role.PHARMACIST, Role.ADMINISTRATOR), of="lot"),
    "stock-destroy": act(only(Role.PHARMACIST, Role.ADMINISTRATOR), of="lot"),
    "stock-count": act(HANDLING, of="lot"),
    "stock-recall": page(
        only(Role.PHARMACIST, Role.ADMINISTRATOR), only(Role.PHARMACIST, Role.ADMINISTRATOR)
    ),
    "stock-recipients": page(TRACING, of="lot"),
    "stock-recipients-csv": Rule(TRACING, of="lot"),
    "stock-temperature": page(STOCK, HANDLING, also=(Role.PHARMACIST,)),
    "stock-temperature-log": act(HANDLING),
    "stock-excursion": act(only(Role.PHARMACIST), of="excursion"),
    # Partners
    "clinic": page(only(Role.ADMINISTRATOR), only(Role.ADMINISTRATOR)),
    "partners": page(only(Role.ADMINISTRATOR)),
    "partner-make": act(only(Role.ADMINISTRATOR)),
    "partner-revoke": act(only(Role.ADMINISTRATOR), of="partner"),
    "partner-host-add": act(only(Role.ADMINISTRATOR), of="partner"),
    "partner-host-remove": act(only(Role.ADMINISTRATOR), of="partner host"),
    "programs": page(only(Role.ADMINISTRATOR), only(Role.ADMINISTRATOR)),
    "program-link": act(only(Role.ADMINISTRATOR), of="program"),
    "program-close": act(only(Role.ADMINISTRATOR), of="program"),
    "webhooks": page(only(Role.ADMINISTRATOR), only(Role.ADMINISTRATOR)),
    "webhook": page(only(Role.ADMINISTRATOR), of="endpoint"),
    "webhook-test": act(only(Role.ADMINISTRATOR), of="endpoint"),
    "webhook-rotate": act(only(Role.ADMINISTRATOR), of="endpoint"),
    "webhook-off": act(only(Role.ADMINISTRATOR), of="endpoint"),
    "webhook-on": act(only(Role.ADMINISTRATOR), of="endpoint"),
    "webhook-replay": act(only(Role.ADMINISTRATOR), of="endpoint"),
    "webhook-replay-one": act(only(Role.ADMINISTRATOR), of="dead letter"),
    "api-screenings": Rule(TOKEN, TOKEN),
    "api-screening": Rule(TOKEN, of="case"),
    "api-screening-cancel": Rule(None, TOKEN, of="case"),
    "api-referrals": Rule(TOKEN),
    "api-referral": Rule(TOKEN, of="referral"),
    "api-referral-letter": Rule(TOKEN, of="referral"),
    "api-referral-accept": Rule(None, TOKEN, of="referral"),
    "api-referral-reject": Rule(None, TOKEN, of="referral"),
    "api-referral-complete": Rule(None, TOKEN, of="referral"),
    "api-referral-appointment": Rule(None, TOKEN, of="referral"),
    "api-referral-did-not-attend": Rule(None, TOKEN, of="referral"),
    "api-referral-resume": Rule(None, TOKEN, of="referral"),
    "api-schema": Rule(PUBLIC),
    "api-docs": page(PUBLIC),
    "api-problems": page(PUBLIC),
    "smart-token": Rule(None, PUBLIC, posted=(400,)),
    "smart-configuration": Rule(PUBLIC),
    "fhir-metadata": Rule(PUBLIC),
    "fhir-search": Rule(TOKEN, TOKEN, of="task list"),
    "fhir-transaction": Rule(None, TOKEN),
    "fhir-base": Rule(None, TOKEN),
    "fhir-instance": Rule(TOKEN, of="task"),
    "fhir-history": Rule(TOKEN, of="task"),
    "fhir-version": Rule(TOKEN, of="task version"),
    "fhir-subscriptions": Rule(None, TOKEN),
    "fhir-subscription": Rule(TOKEN, of="subscription"),
    "fhir-nothing": Rule(PUBLIC, PUBLIC, shown=(404,), posted=(404,)),
    "api-nothing": Rule(PUBLIC, PUBLIC, shown=(404,), posted=(404,)),
}


def patterns(
    resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the resolver by its full name; one without a name by its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from patterns(entry, inner)
        else:
            yield ":".join((*namespaces, entry.name or str(entry.pattern))), entry


def rule_of(name: str) -> Rule | None:
    """A namespace may have one row for all that is under it, such as `admin:*`."""
    return RULES.get(name) or RULES.get(f"{name.split(':')[0]}:*")
