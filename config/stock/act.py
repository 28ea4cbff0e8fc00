"""One change of the stock from a form: stored, or shown again with what keeps it from being stored."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.stock.words import REFUSED, advice_of, field_of


def store_or_show(
    request: HttpRequest,
    form: forms.Form,
    *,
    store: Callable[[dict[str, Any]], str],
    show: Callable[[], HttpResponse],
    fields: dict[str, str] | None = None,
    back: tuple[Any, ...],
) -> HttpResponse:
    """Go `back` after `store`, which says what was done; else `show` the page with what was typed and why not.

    Parameters
    ----------
    fields : the form's field for each field that an error names, where they are called differently.
    """
    if form.is_valid():
        try:
            done = store(form.cleaned_data)
        except REFUSED as refused:
            name = (fields or {}).get(field_of(refused), field_of(refused))
            form.add_error(name if name in form.fields else None, advice_of(refused))
        else:
            messages.success(request, done)
            return redirect(*back)
    answer = show()
    answer.status_code = 422
    return answer
