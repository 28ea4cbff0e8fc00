"""Every form of every page gives the typed words back to a person whose session ended in the middle of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from pharmacy.models import Prescription
from pharmacy.services import lot_quarantine
from records import session
from records.models import Membership, Role
from records.second_factor import needed
from referrals.models import Referral
from screening.domain.findings import Label
from tests.factories import grading, partners
from tests.factories import records as people
from tests.integration.config import at_machine, cast, ordered
from tests.integration.config.conftest import signed_in
from tests.integration.config.looks import address_of
from tests.integration.config.url_rules import PREVIEWED_LIMITS, RULES, patterns
from tests.integration.config.world import OBJECTS, World, ordinary_day

# What people type, by the kind of control; of a form's controls none is left without.
TYPED = {
    "text": "typed by hand",
    "textarea": "typed at length",
    "number": "37",
    "date": "1961-02-03",
}
# Between them they are shown every form there is.
AT_WORK = (Role.PHYSICIAN, Role.GRADER, Role.PHARMACIST, Role.ADMINISTRATOR)
# Whatever is sent to these is not typed, or nobody's to keep; every other address that takes a form is tried.
NOTHING_TYPED: Mapping[str, str] = {
    "cases-search": "a search is typed again in a moment, and its words name a patient",
    "intake-search": "the same",
    "membership-choose": "a choice",
    "case-look": "a button",
    "grading-next": "a button",
    "grading-open": "a button",
    "grading-release": "a button",
    "grading-quality": "a button",
    "failed-work-retry": "a button",
    "authorise-medicine-release": "a box that is ticked",
    "authorise-referral-send": "a button",
    "authorise-referral-again": "a button",
    "camp-use": "a button",
    "program-link": "a choice",
    "partner-host-remove": "a button",
    "program-close": "a button",
    "recall-contact": "two choices",
    "bay-scan": "a code that is scanned again",
    "counter-scan": "the same",
    "pack-return": "the same",
    "bay-give": "a button",
    "counter-give": "a button",
    "machine-give": "a choice of bays",
    "counter-release": "a button",
    "machine-cancel": "a button",
    "machine-replace": "a button",
    "intake-red-flags": "the questionnaire asks by itself while it is filled in",
    "intake-receive": "files, sent by the page's script, which says that the session ended",
    "intake-use": "a choice",
    "intake-set-aside": "a button",
    "intake-take-back": "a button",
    "intake-submit": "a button",
    "intake-not-done": "a choice",
    "intake-again": "a button",
    "intake-consent-withdraw": "a choice",
}


@dataclass(frozen=True)
class Form:
    """One form as a page shows it: where it is, where it goes, and its controls by name with their kinds."""

    page: str
    action: str
    controls: Mapping[str, str]
    values: Mapping[str, str]

    @property
    def name(self) -> str:
        return str(resolve(urlsplit(self.action).path).url_name)

    @property
    def typed(self) -> dict[str, str]:
        """Words of its own for each field of text."""
        return {
            name: f"{TYPED[kind]} {place}" if kind.startswith("text") else TYPED[kind]
            for place, (name, kind) in enumerate(self.controls.items())
            if kind in TYPED
        }


class Forms(HTMLParser):
    """The forms of the main part of a page that post."""

    def __init__(self, page: str, text: str) -> None:
        super().__init__()
        self.page, self.found, self._form = page, [], None
        self.feed(text[text.index("<main") : text.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post":
            self._form = Form(self.page, given.get("action") or self.page, {}, {})
            self.found.append(self._form)
        elif self._form and given.get("name") and tag in ("input", "textarea"):
            kind = "textarea" if tag == "textarea" else given.get("type") or "text"
            self._form.controls[given["name"]] = kind
            self._form.values[given["name"]] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._form = None if tag == "form" else self._form


def pages(world: World) -> Iterator[str]:
    """Every address of the table that may show a form, in every state of its object."""
    for name, pattern in patterns():
        rule = RULES.get(name)
        if rule is not None and isinstance(rule.get, frozenset) and rule.of != "photograph":
            for keys in OBJECTS[rule.of](world).values():
                yield address_of(name, pattern, keys)


def forms(world: World, addresses: list[str]) -> Iterator[tuple[Membership, Form]]:
    """Each form once, with somebody whom its page is shown with it."""
    known = set()
    for member in (world.members[role] for role in AT_WORK):
        client = signed_in(member)
        for address in addresses:
            answer = client.get(address)
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                for form in Forms(address, answer.content.decode()).found:
                    if (form.name, *form.controls) not in known:
                        known.add((form.name, *form.controls))
                        yield member, form


def proposals(world: World) -> list[str]:
    """The pages of proposals once people have refused and handed on."""
    medicine = Prescription.objects.get(encounter=world.case["resulted"])
    referral = Referral.objects.get(encounter=world.case["resulted"])
    signed_in(world.members[Role.PHARMACIST]).post(
        reverse("authorise-medicine-refuse", args=[medicine.pk]), {"refuse-code": "warning-sign"}
    )
    signed_in(world.members[Role.COORDINATOR]).post(
        reverse("authorise-referral-hand-on", args=[referral.pk]),
        {"hand-code": "no-place", "coordinator": "1"},
    )
    return [
        reverse("authorise-medicine", args=[medicine.pk]),
        reverse("authorise-referral", args=[referral.pk]),
    ]


def refused(world: World) -> list[str]:
    referral = Referral.objects.get(encounter=world.case["resulted"])
    signed_in(world.members[Role.PHYSICIAN]).post(
        reverse("authorise-referral-refuse", args=[referral.pk]), {"refuse-code": "not-confirmed"}
    )
    return [reverse("authorise-referral", args=[referral.pk])]


def softly_stopped(world: World) -> list[str]:
    """A medicine that an unreadable allergy keeps back."""
    encounter = cast.screened(
        world.by(Role.SCREENER),
        symptoms={"dry_or_gritty": True},
        safety={"allergies": ["a white cream"]},
        name="Softly Stopped",
        seed=77,
    )
    return [reverse("authorise-medicine", args=[Prescription.objects.get(encounter=encounter).pk])]


def amended(world: World) -> list[str]:
    """What the grader signed and may amend."""
    task = grading.task(world.case["resulted"])
    read = grading.signed(task, grading.both(Label.GLAUCOMA), world.by(Role.GRADER))
    return [reverse("read-amend", args=[read.pk])]


def previewed(_: World) -> list[str]:
    """Limits that are about to be saved."""
    return [f"{reverse('limits')}?{PREVIEWED_LIMITS}"]


def at_hand(world: World) -> list[str]:
    """A medicine whose supply may end, an order to be filled, and a lot with packs set aside."""
    pharmacist, now = world.by(Role.PHARMACIST), timezone.now()
    supply = at_machine.authorised(world.clinic, world.by(Role.SCREENER), "기다림")
    resulted = world.case["resulted"]
    order = ordered.order_enter(
        patient=resulted.patient, typed=ordered.typed(medicine="dorzolamide-2"), by=pharmacist, now=now
    )
    lot_quarantine(lot_id=supply.lot_id, packs=1, reason="dented", by=pharmacist, now=now)
    return [
        reverse("authorise-medicine", args=[supply.pk]),
        reverse("order", args=[resulted.public_id, order.pk]),
        reverse("stock-lot", args=[supply.lot_id]),
    ]


def signs_in_again(client: Client, member: Membership) -> None:
    """As test_session.py has it in full: what waits in the session is its person's again."""
    kept = client.session
    del kept[session.ENDED]
    kept[session.SEEN] += 3600
    kept.save()
    if needed(member.role):
        people.second_factor_shown(client, member.practitioner.user)


def given_back(member: Membership, form: Form) -> str:
    """What the form's page shows after the session ended while it was sent, and its person signed in again."""
    client = signed_in(member)
    client.get(form.page)
    kept = client.session
    kept[session.SEEN] -= 3600
    kept.save()
    sent = {**form.values, **form.typed}
    told = client.post(form.action, sent, headers={"referer": f"http://testserver{form.page}"})
    assert told.status_code == 302
    signs_in_again(client, member)
    page = client.get(form.page).content.decode()
    return page[page.index("<main") :]


def test_the_words_typed_into_any_form_come_back(db: None) -> None:
    world = ordinary_day()
    partners.token(world.clinic)
    stages = (lambda w: list(pages(w)), proposals, refused, softly_stopped, amended, previewed, at_hand)
    tried, lost = set(), []
    for stage in stages:
        for member, form in list(forms(world, stage(world))):
            tried.add(form.name)
            if form.typed and form.name not in NOTHING_TYPED:
                page = given_back(member, form)
                lost += [
                    f"{form.name} on {form.page}: {n}" for n, text in form.typed.items() if text not in page
                ]
    assert lost == []
    taking = {name for name, rule in RULES.items() if isinstance(rule.post, frozenset)}
    assert sorted(taking - tried - set(NOTHING_TYPED)) == [], "no page was found that has this form"
