from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gis_platform.demo import cards, care, events, fleet, land, people, receipts, rights, sensing, settlement, visits


class Command(BaseCommand):
    help = "Loads the demo city: places, sensors with a week of readings, accounts, residents. Runs again at no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is off: the demo city has accounts that everybody knows.")
        added = {**land.load_land(), **sensing.load_sensors(), **people.load_people()}
        added |= {**rights.load_rights(), **visits.load_visits(), **receipts.load_receipts()}
        added |= settlement.load_settlement()
        added |= events.load_events()
        added |= care.load_care()
        added |= fleet.load_fleet()
        added |= cards.load_cards()
        settings.LOCAL_DIR.mkdir(parents=True, exist_ok=True)
        (settings.LOCAL_DIR / "sign-ins.txt").write_text(people.sign_ins(), encoding="utf-8")
        news = ", ".join(f"{number} {name}" for name, number in added.items() if number)
        self.stdout.write(f"Demo city {settings.CITY.name}: {news or 'nothing new'}.")
