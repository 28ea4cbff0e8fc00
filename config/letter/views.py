"""The letter of a referral for whoever may see its case, and the address in its code."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from config.authorise.referral_page import referral_by_id
from config.blinding import refuse_blinded
from config.letter.contents import letter_language
from config.letter.keeping import Address, Paper, letter_paper
from config.letter.slip import has_slip, slip_of
from records import access
from records.actor import Actor
from records.guard import members_only
from records.models import Language
from referrals.models import ReferralLetter


@require_safe
@members_only()
def letter(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """In the language of the hospital's country unless another one is asked for."""
    now = timezone.now()
    one = referral_by_id(referral_id, by=by, now=now)
    refuse_blinded(one.encounter, by=by)
    language = letter_language(one, request.GET.get("language", ""))
    return paper_answer(letter_paper(one, language=language, address=address_at(request), by=by, now=now))


@require_safe
@members_only()
def slip(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """The patient's slip, in the patient's language unless another one is asked for."""
    now = timezone.now()
    one = referral_by_id(referral_id, by=by, now=now)
    refuse_blinded(one.encounter, by=by)
    if not has_slip(one):
        raise Http404
    wanted = request.GET.get("language", "")
    language = wanted if wanted in Language.values else one.encounter.patient.language
    with translation.override(language):
        told = slip_of(one, today=timezone.localdate(now))
    context = {"one": one, "slip": told, "slip_language": language, "languages": Language}
    return render(request, "config/slip.html", context)


@require_safe
@members_only()
def by_code(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Where the code of a letter leads; it says nothing of the patient to whoever has not signed in."""
    letters = ReferralLetter.objects.select_related("event__referral__encounter")
    found = access.fetch(
        letters,
        by=by,
        now=timezone.now(),
        path="event__referral__organization_id",
        patient="event.referral.encounter.patient_id",
        public_id=public_id,
    )
    return redirect("authorise-referral", found.event.referral_id)


def address_at(request: HttpRequest) -> Address:
    """Addresses on the host that was asked."""
    return lambda public_id: request.build_absolute_uri(reverse("letter-by-code", args=[public_id]))


def paper_answer(paper: Paper) -> HttpResponse:
    """A PDF whose file name tells nothing of the patient, and which says its digest where it is kept."""
    answer = HttpResponse(paper.data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="referral-letter.pdf"'
    answer.headers["Content-Language"] = paper.language
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    if paper.kept:
        answer.headers["ETag"] = f'"{paper.kept.sha256}"'
    return answer
