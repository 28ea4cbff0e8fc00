"""Waking whoever sends: by name, so that only workers load what sends."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

DELIVER = "config.deliver_webhooks"


def wake(endpoint_id: int, *, expires: float | None = None) -> None:
    """Send the message; when the broker is away the sweep sends it later."""
    try:
        current_app.send_task(DELIVER, kwargs={"key": endpoint_id}, retry=False, expires=expires)
    except OperationalError:
        logger.warning("no broker: endpoint %d waits for the sweep", endpoint_id)
