"""Searching the register from a list. The words stay in the session: an address names no patient."""

import secrets
from collections.abc import MutableMapping
from typing import Any

from records import access
from records.actor import Actor
from records.models import Patient

SESSION_KEY = "searches"
KEPT = 10
MOST_PATIENTS = 200


def search_keep(session: MutableMapping[str, Any], words: str) -> str:
    """Keep the words of a search; returns the key that stands in the address. Only the newest few are kept."""
    kept = dict(list(session.get(SESSION_KEY, {}).items())[-KEPT + 1 :])
    key = next((key for key, words_kept in kept.items() if words_kept == words), secrets.token_urlsafe(6))
    session[SESSION_KEY] = kept | {key: words}
    return key


def search_words(session: MutableMapping[str, Any], key: str) -> str:
    """The words behind a key, empty when they are no longer kept."""
    return str(session.get(SESSION_KEY, {}).get(key, "")) if key else ""


def patients_found(words: str, *, by: Actor) -> list[int]:
    """Keys of patients whose record number or name begins so, at most MOST_PATIENTS of each."""
    own = access.within(Patient.objects.all(), by=by)
    numbered = own.filter(mrn__istartswith=words).values_list("pk", flat=True)[:MOST_PATIENTS]
    named = own.filter(name__istartswith=words).values_list("pk", flat=True)[:MOST_PATIENTS]
    return list(dict.fromkeys([*numbered, *named]))
