"""Public holidays of a country, as the library of that name knows them."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Those of a year and the next, lunar and substitute ones too; empty for a country that nobody listed."""
    try:
        return frozenset(holidays.country_holidays(country, years=(year, year + 1)))
    except NotImplementedError:
        return frozenset()
