"""The schema and the pages that show it. They hold no data and are open to everyone."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from config.api.errors import problem_response
from config.api.meta_schema import META_EXAMPLE
from config.api.problems import PROBLEMS
from config.api.reference import fields_of, operations
from config.api.schema import openapi


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3.1."""
    headers = {"Content-Language": "en"}
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False}, headers=headers)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema for people: our own page, which works without a script, by keyboard and by night."""
    document = openapi()
    context = {
        "document": document,
        "operations": operations(document),
        "screening": fields_of(document, "Screening"),
        "meta": json.dumps(META_EXAMPLE, indent=2, ensure_ascii=False),
        "address": request.build_absolute_uri(reverse("api-screenings")),
    }
    return render(request, "config/api_docs.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem; the `type` of a problem document leads here."""
    return render(request, "config/api_problems.html", {"problems": PROBLEMS.values()})


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Every address under /api/ that is none."""
    return problem_response(request, PROBLEMS["not-found"])
