"""The schema and the pages that show it. They hold no data and are open to everyone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from config.api.errors import problem_response
from config.api.problems import PROBLEMS
from config.api.schema import openapi


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3.1."""
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own static files."""
    return render(request, "config/api_docs.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem; the `type` of a problem document leads here."""
    return render(request, "config/api_problems.html", {"problems": PROBLEMS.values()})


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Every address under /api/ that is none."""
    return problem_response(request, PROBLEMS["not-found"])
