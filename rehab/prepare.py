"""Make the database and the static files ready, in one process: `python -m rehab.prepare data static`.

`data`: migrate, load the shipped catalogue and, on this machine alone, the demo people. `static`: collect and
compress the static files.
Every step may be run again without harm.
"""

import io
import os
import sys
from pathlib import Path

import django


def data() -> None:
    from django.conf import settings
    from django.core.management import call_command

    print("Preparing the database", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    print("Loading the catalogue", flush=True)
    call_command("load_catalogue", stdout=io.StringIO())
    if settings.LOCAL:
        print("Making the demo people", flush=True)
        said = io.StringIO()
        call_command("demo", stdout=said)
        Path(settings.VAR, "demo.txt").write_text(said.getvalue())


def static() -> None:
    from django.core.management import call_command

    print("Collecting and compressing the static files", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def main(steps: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
    django.setup()
    for step in steps:
        {"data": data, "static": static}[step]()


if __name__ == "__main__":
    main(sys.argv[1:])
