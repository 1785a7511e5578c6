"""The shipped content: questions, red-flag texts, countries, conditions, exercises, one protocol a condition.

It is written in the YAML files beside this module and read once. What it says is typed in types.py; what is wrong
with it is said by CatalogueError with file, line and field.
"""

from functools import cache
from pathlib import Path

from .errors import CatalogueError, Problem
from .types import Catalogue

FOLDER = Path(__file__).parent

__all__ = ["FOLDER", "Catalogue", "CatalogueError", "Problem", "catalogue"]


@cache
def catalogue() -> Catalogue:
    """The catalogue as shipped, read and checked once a process. Raises CatalogueError."""
    from .loader import load  # the loader is not needed by those who only name the types

    return load(FOLDER)
