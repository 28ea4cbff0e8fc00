"""What a reader sees when a request itself cannot be understood."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.intake.refusals import PHOTOGRAPH
from records import session
from screening.imaging.gate import RefusalCode

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 where too much was sent at once, 400 where nothing more is known (see config/incoming.py)."""
    too_large = isinstance(exception, TOO_LARGE)
    status = 413 if too_large else getattr(exception, "status", 400)
    if too_large and "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": str(PHOTOGRAPH[RefusalCode.TOO_LARGE])}, status=status)
    return render(request, "400.html", {"too_large": too_large}, status=status)


def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token (CSRF_FAILURE_VIEW): most often its person has signed in again in another tab.

    From a page of ours, what was typed comes back; a page of elsewhere could have put words into the form.
    """
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if ours and session.has_ended(request):
        return session.ask_to_sign_in(request)
    if session.is_from_script(request):
        text = _("This page was opened before you signed in again. Repeat the step.")
        return HttpResponse(text, status=403, content_type="text/plain")
    if ours and request.user.is_authenticated:
        return session.ask_to_send_again(request)
    return render(request, "403_csrf.html", status=403)
