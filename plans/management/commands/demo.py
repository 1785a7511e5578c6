"""Make the demo people on a first run, and say how to sign in as one of them."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from plans import demo
from plans.catalogue import catalogue
from plans.models import shipped


class Command(BaseCommand):
    help = "Makes invented people with lived-in diaries in an empty database, and prints their sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="also on a public site, or beside people who are there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.LOCAL or options["yes"]):
            raise CommandError(
                "This is a public site: demo people would have accounts on it. Say --yes if that is what you want."
            )
        if options["yes"] or not User.objects.exists():
            shipped.publish(catalogue())
            demo.make()
        self.print_sign_ins()

    def print_sign_ins(self) -> None:
        """There are no passwords: whoever reads the mail of this machine signs in."""
        there = set(
            User.objects.filter(email__in=[person.email for person in demo.PEOPLE]).values_list("email", flat=True)
        )
        if not there:
            self.stdout.write("There are people in this database already, so no demo people were made.")
            return
        self.stdout.write("Demo people (invented). Sign in with the e-mail address; the code is in the mail below:")
        for person in demo.PEOPLE:
            if person.email in there:
                self.stdout.write(f"  {person.email:24} {person.about}")
