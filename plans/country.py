"""Which country's numbers a visitor sees: chosen, else kept with the account, else guessed from the browser."""

import re

from django.http import HttpRequest

from plans.catalogue import catalogue
from plans.catalogue.types import Country

KEY = "country"
ELSEWHERE = "other"
UNION = "EU"
# Ireland stands alone.
MEMBERS = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR"}
    | {"HU", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)

ZONES = {
    "GB": ["Europe/London"],
    "IE": ["Europe/Dublin"],
    "US": [
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
    ],
    "CA": [
        "America/Toronto",
        "America/Winnipeg",
        "America/Regina",
        "America/Edmonton",
        "America/Vancouver",
        "America/Halifax",
        "America/St_Johns",
    ],
    "AU": [
        "Australia/Sydney",
        "Australia/Brisbane",
        "Australia/Adelaide",
        "Australia/Darwin",
        "Australia/Perth",
        "Australia/Hobart",
    ],
    "NZ": ["Pacific/Auckland", "Pacific/Chatham"],
    "IN": ["Asia/Kolkata"],
    UNION: [
        "Europe/Berlin",
        "Europe/Paris",
        "Europe/Madrid",
        "Europe/Rome",
        "Europe/Warsaw",
        "Europe/Amsterdam",
        "Europe/Athens",
        "Europe/Helsinki",
        "Europe/Lisbon",
    ],
}


def guessed(accept_language: str) -> str:
    """The region of the first language that names one the catalogue knows: en-IE is Ireland, de-AT the EU."""
    known = catalogue().countries
    for region in re.findall(r"(?:^|,)\s*[a-zA-Z]{2,3}-([A-Za-z]{2})\b", accept_language):
        code = region.upper()
        code = UNION if code in MEMBERS else code
        if code in known:
            return code
    return ELSEWHERE


def code_of(request: HttpRequest) -> str:
    known = catalogue().countries
    chosen = request.session.get(KEY)
    if chosen in known:
        return str(chosen)
    if request.user.is_authenticated and request.user.country in known:
        return request.user.country
    return guessed(request.headers.get("Accept-Language", ""))


def country_of(request: HttpRequest) -> Country:
    return catalogue().countries[code_of(request)]


def choose(request: HttpRequest, code: str) -> None:
    """Keep the choice, with the account too where there is one."""
    request.session[KEY] = code
    if request.user.is_authenticated and request.user.country != code:
        request.user.country = code
        request.user.save(update_fields=["country"])


def zones_of(code: str) -> list[str]:
    """The zones of a country; the rest of the world gets one of each, Coordinated Universal Time first."""
    return ZONES.get(code) or ["UTC", *(zone for zones in ZONES.values() for zone in zones)]
