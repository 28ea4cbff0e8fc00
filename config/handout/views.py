"""Label and leaflet of a released medicine, for whoever hands it out at the desk."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from config.blinding import refuse_blinded
from config.errors import HandoutMissing
from config.handout.contents import Handout, handout, prescription_released
from config.handout.label import label_pdf
from config.handout.leaflet import leaflet_pdf
from config.handout.roles import HANDING_OUT
from pharmacy.models import Prescription
from records.actor import Actor
from records.guard import members_only
from records.models import Language


@require_safe
@members_only(*HANDING_OUT)
def label(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    return _paper(request, prescription_id, by, label_pdf, "label")


@require_safe
@members_only(*HANDING_OUT)
def leaflet(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    return _paper(request, prescription_id, by, leaflet_pdf, "leaflet")


def _paper(
    request: HttpRequest, prescription_id: int, by: Actor, make: Callable[[Handout], bytes], name: str
) -> HttpResponse:
    """In the patient's language unless another one is asked for."""
    prescription = prescription_released(prescription_id, by=by, now=timezone.now())
    refuse_blinded(prescription.encounter, by=by)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in Language.values else prescription.encounter.patient.language
    return pdf_answer(prescription, make, name=name, language=language)


def pdf_answer(
    prescription: Prescription, make: Callable[[Handout], bytes], *, name: str, language: str
) -> HttpResponse:
    """The paper as a response whose file name tells nothing of the patient. Raises Http404 without a leaflet."""
    with translation.override(language):
        try:
            paper = make(handout(prescription))
        except HandoutMissing as missing:
            raise Http404 from missing
    named = f'inline; filename="{name}.pdf"'
    return HttpResponse(paper, content_type="application/pdf", headers={"Content-Disposition": named})
