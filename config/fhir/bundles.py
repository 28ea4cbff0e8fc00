"""Several resources as one answer."""

from collections.abc import Sequence
from urllib.parse import urlencode

from rest_framework.request import Request

from config.fhir.kinds import Kind
from config.fhir.mapping.elements import Element
from config.fhir.reading import Hits
from config.fhir.search import CURSOR


def searchset(request: Request, hits: Hits, included: Sequence[Element]) -> Element:
    """A page with the way to the next one; what was included stands after what was found."""
    here = request.build_absolute_uri(request.path)
    links = [{"relation": "self", "url": request.build_absolute_uri()}]
    if hits.cursor:
        asked = [pair for pair in request.query_params.lists() if pair[0] != CURSOR]
        more = urlencode([*asked, (CURSOR, [hits.cursor])], doseq=True)
        links.append({"relation": "next", "url": f"{here}?{more}"})
    base = here.rpartition("/")[0]
    modes = [*((one, "match") for one in hits.resources), *((one, "include") for one in included)]
    entries = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": mode}}
        for one, mode in modes
    ]
    body: Element = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return body | ({"entry": entries} if entries else {})


def history(here: str, kind: Kind, versions: Sequence[Element]) -> Element:
    """All versions of one resource, the newest first."""
    entries = [
        {
            "fullUrl": here.removesuffix("/_history"),
            "resource": one,
            "request": {"method": "PUT", "url": f"{kind.name}/{one['id']}"},
            "response": {"status": "200", "etag": f'W/"{one["meta"]["versionId"]}"'},
        }
        for one in versions
    ]
    links = [{"relation": "self", "url": here}]
    return {
        "resourceType": "Bundle",
        "type": "history",
        "total": len(entries),
        "link": links,
        "entry": entries,
    }
