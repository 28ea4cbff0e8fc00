"""Choices of a column from an enumeration of the domain; the words people read are in risk.texts."""

from enum import StrEnum


def choices_of(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]
