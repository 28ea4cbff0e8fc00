"""Pages that load themselves again while something waits."""

from django.http import HttpRequest

REFRESH_SECONDS = 5


def refresh(request: HttpRequest, *, waiting: bool) -> dict[str, object]:
    """While something waits the page loads itself again, unless the reader paused that."""
    paused = request.GET.get("refresh") == "off"
    return {"refresh_seconds": REFRESH_SECONDS if waiting and not paused else 0, "refresh_paused": paused}
