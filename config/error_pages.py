"""What a reader sees when a request itself cannot be understood."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from config.intake.refusals import PHOTOGRAPH
from screening.imaging.gate import RefusalCode

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 where too much was sent at once, 400 where nothing more is known (see config/incoming.py)."""
    too_large = isinstance(exception, TOO_LARGE)
    status = 413 if too_large else getattr(exception, "status", 400)
    if too_large and "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": str(PHOTOGRAPH[RefusalCode.TOO_LARGE])}, status=status)
    return render(request, "400.html", {"too_large": too_large}, status=status)
