"""A proposal that somebody opens who may still read its case blinded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from screening.models import GradingTask


def kept_back(request: HttpRequest, blinding: GradingTask) -> HttpResponse:
    """Instead of the proposal: why it is not shown, and the one click that shows it."""
    context = {"task": blinding, "encounter": blinding.encounter, "back": request.path}
    return render(request, "config/authorise/blinded.html", context)
