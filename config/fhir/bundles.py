"""Several resources as one answer."""

from collections.abc import Sequence
from urllib.parse import urlencode

from rest_framework.request import Request

from config.fhir.kinds import Kind
from config.fhir.mapping.elements import Element, moment
from config.fhir.reading import Hits
from config.fhir.search import CURSOR
from config.fhir.versions_shown import Gone


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
    if not hits.cursor and CURSOR not in request.query_params:
        # All that there is; of more it would take counting a register.
        body["total"] = len(hits.resources)
    return body | ({"entry": entries} if entries else {})


def history(here: str, kind: Kind, key: str, versions: Sequence[Element | Gone]) -> Element:
    """All versions of one resource, the newest first."""
    place, url = here.removesuffix("/_history"), f"{kind.name}/{key}"
    entries = [
        _gone(place, url, one) if isinstance(one, Gone) else _version(place, url, one) for one in versions
    ]
    links = [{"relation": "self", "url": here}]
    return {
        "resourceType": "Bundle",
        "type": "history",
        "total": len(entries),
        "link": links,
        "entry": entries,
    }


def _version(place: str, url: str, resource: Element) -> Element:
    return {
        "fullUrl": place,
        "resource": resource,
        "request": {"method": "PUT", "url": url},
        "response": {"status": "200", "etag": f'W/"{resource["meta"]["versionId"]}"'},
    }


def _gone(place: str, url: str, gone: Gone) -> Element:
    return {
        "fullUrl": place,
        "request": {"method": "DELETE", "url": url},
        "response": {"status": "204", "lastModified": moment(gone.at)},
    }
