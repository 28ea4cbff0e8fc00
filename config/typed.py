"""What was typed before a session ended, for a page that has several forms."""

from collections import defaultdict

from django.http import HttpRequest, QueryDict

from records.session import typed_before


def initial_by_prefix(request: HttpRequest) -> dict[str, dict[str, str]]:
    """`typed_before` as initial data by the prefix of the form it belongs to; "" for a form without one."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, value in (typed_before(request) or QueryDict()).items():
        prefix, _dash, field = name.rpartition("-")
        found[prefix][field] = str(value)
    return found
