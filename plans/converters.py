"""A day in an address: 2031-05-09. What is no date is no address."""

from datetime import date as Date


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> Date:
        return Date.fromisoformat(value)

    def to_url(self, value: Date | str) -> str:
        return str(value)
