"""What a reader sees when a request itself cannot be understood."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 where too much was sent at once, 400 otherwise."""
    too_large = isinstance(exception, TOO_LARGE)
    return render(request, "400.html", {"too_large": too_large}, status=413 if too_large else 400)
