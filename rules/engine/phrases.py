"""The words of a definition's description in the three languages.

Names of groups, categories and places come as the city writes them, in the nominative; the phrases are built so that
they never have to be declined.
"""

from collections.abc import Mapping
from types import MappingProxyType

type Row = tuple[str, str, str]  # Latvian, Lithuanian, English

PHRASES: Mapping[str, Row] = MappingProxyType(
    {
        "caps": ("Ierobežojumi: {caps}.", "Ribos: {caps}.", "Limits: {caps}."),
        "everybody": ("Visi iedzīvotāji", "Visi gyventojai", "All residents"),
        "or": (" vai ", " arba ", " or "),
        "and": (" un ", " ir ", " and "),
        "not": ("izņemot: {inside}", "išskyrus: {inside}", "except: {inside}"),
        "never": ("nekad", "niekada", "never"),
        # Events
        "trigger.receipt": ("pirkums", "pirkinys", "purchase"),
        "trigger.check-in": ("atzīmējoties vietā", "užsiregistravus vietoje", "for a check-in"),
        "trigger.identification": ("uzrādot karti vai kodu", "parodžius kortelę ar kodą", "for showing a card or code"),
        "trigger.zone-entered": ("ieejot zonā", "įėjus į zoną", "for entering a zone"),
        "trigger.sensor-alarm": (
            "sensora trauksmes brīdī",
            "kilus jutiklio pavojaus signalui",
            "when a sensor raises an alarm",
        ),
        "trigger.date": ("noteiktajā dienā", "nustatytą dieną", "on the day"),
        # People
        "with-all": ("vienlaikus {names}", "kartu {names}", "at once {names}"),
        "escort": ("pavadoņi ({names})", "lydintieji ({names})", "those who accompany ({names})"),
        "age.=": ("vecums {0} g.", "amžius {0} m.", "aged {0}"),
        "age.>=": ("vecums no {0} g.", "amžius nuo {0} m.", "aged {0} or over"),
        "age.>": ("vecums virs {0} g.", "amžius per {0} m.", "aged over {0}"),
        "age.<=": ("vecums līdz {0} g. (ieskaitot)", "amžius iki {0} m. (imtinai)", "aged up to {0}"),
        "age.<": ("vecums līdz {0} g.", "amžius iki {0} m.", "aged under {0}"),
        "age.between": ("vecums {0}–{1} g.", "amžius {0}–{1} m.", "aged {0}–{1}"),
        # Time
        "time.=": ("plkst. {0}", "{0} val.", "at {0}"),
        "time.>=": ("no plkst. {0}", "nuo {0} val.", "from {0}"),
        "time.>": ("pēc plkst. {0}", "po {0} val.", "after {0}"),
        "time.<=": ("līdz plkst. {0} (ieskaitot)", "iki {0} val. (imtinai)", "until {0}"),
        "time.<": ("līdz plkst. {0}", "iki {0} val.", "before {0}"),
        "time.between": ("plkst. {0}–{1}", "{0}–{1} val.", "{0}–{1}"),
        "weekdays": ("darbdienās", "darbo dienomis", "on weekdays"),
        "weekends": ("nedēļas nogalēs", "savaitgaliais", "at weekends"),
        "weekday": ("{names}", "{names}", "on {names}"),
        "month": ("{names}", "{names}", "in {names}"),
        "holiday": ("svētku dienās", "švenčių dienomis", "on public holidays"),
        "holiday.not": ("izņemot svētku dienas", "išskyrus švenčių dienas", "except on public holidays"),
        "birthday": ("dzimšanas dienā", "gimtadienio dieną", "on the birthday"),
        "birthday.not": ("izņemot dzimšanas dienu", "išskyrus gimtadienį", "except on the birthday"),
        "day.from": ("no {0}", "nuo {0}", "from {0}"),
        "day.until": ("līdz {0}", "iki {0}", "until {0}"),
        "day.after": ("pēc {0}", "po {0}", "after {0}"),
        "day.before": ("pirms {0}", "prieš {0}", "before {0}"),
        # Space
        "inside": ("{fact}: {area}", "{fact}: {area}", "{fact}: in {area}"),
        "outside": ("{fact}: ārpus – {area}", "{fact}: ne – {area}", "{fact}: outside of {area}"),
        "area": ("iezīmētā teritorija", "pažymėta teritorija", "the area drawn"),
        "point": ("iezīmētā vieta", "pažymėta vieta", "the point marked"),
        "distance": (
            "attālums ({area}): {asked} m",
            "atstumas ({area}): {asked} m",
            "distance to {area}: {asked} m",
        ),
        # What a counter has
        "counted.units": (
            "iepriekš nopirktais {period}: {asked}",
            "anksčiau nupirkta {period}: {asked}",
            "bought before {period}: {asked}",
        ),
        "counted.paid-cents": (
            "iepriekš samaksātais {period}: {asked}",
            "anksčiau sumokėta {period}: {asked}",
            "paid before {period}: {asked}",
        ),
        "counted.receipts": (
            "iepriekšējās reizes {period}: {asked}",
            "ankstesni kartai {period}: {asked}",
            "times before {period}: {asked}",
        ),
        # What a target asks about a line
        "fact.line.category": ("preces kategorija", "prekės kategorija", "category of the article"),
        "fact.line.gtin": ("preces numurs", "prekės numeris", "article number"),
        "fact.line.quantity": ("vienību skaits", "vienetų skaičius", "number of units"),
        "fact.line.unit_price": ("vienības cena", "vieneto kaina", "price of a unit"),
        "fact.line.amount": ("rindas summa", "eilutės suma", "amount of the line"),
        # Any other fact
        "fact": ("{fact}: {asked}", "{fact}: {asked}", "{fact}: {asked}"),
        "unknown": ("nav zināms", "nežinoma", "not known"),
        "yes": ("jā", "taip", "yes"),
        "no": ("nē", "ne", "no"),
        "asked.=": ("{0}", "{0}", "{0}"),
        "asked.<>": ("jebkas, izņemot {0}", "bet kas, išskyrus {0}", "anything but {0}"),
        "asked.>=": ("vismaz {0}", "bent {0}", "at least {0}"),
        "asked.>": ("vairāk par {0}", "daugiau nei {0}", "more than {0}"),
        "asked.<=": ("ne vairāk kā {0}", "ne daugiau kaip {0}", "at most {0}"),
        "asked.<": ("mazāk par {0}", "mažiau nei {0}", "less than {0}"),
        "asked.between": ("{0}–{1}", "{0}–{1}", "{0}–{1}"),
        "asked.like": ("kā “{0}”", "kaip „{0}“", "like “{0}”"),
        # Targets
        "receipt": ("viss pirkums", "visas pirkinys", "the whole purchase"),
        "any-lines": ("visas preces", "visos prekės", "all goods"),
        "article": ("prece {0}", "prekė {0}", "article {0}"),
        "lines.units": ("{what} (sākot ar {least})", "{what} (nuo {least})", "{what} (from {least} on)"),
        "lines.cheapest": (
            "{what} (lētākās vienības, ne vairāk kā {most})",
            "{what} (pigiausi vienetai, ne daugiau kaip {most})",
            "{what} (the cheapest, at most {most})",
        ),
        "lines.dearest": (
            "{what} (dārgākās vienības, ne vairāk kā {most})",
            "{what} (brangiausi vienetai, ne daugiau kaip {most})",
            "{what} (the dearest, at most {most})",
        ),
        "set.exactly": ("{least} × {what}", "{least} × {what}", "{least} × {what}"),
        "set.between": ("{least}–{most} × {what}", "{least}–{most} × {what}", "{least} to {most} × {what}"),
        "set.from": ("{least} vai vairāk × {what}", "{least} ar daugiau × {what}", "{least} or more × {what}"),
        # Effects
        "free": ("bez maksas", "nemokamai", "free"),
        "free.most": ("bez maksas līdz {most}", "nemokamai iki {most}", "free up to {most}"),
        "percent": ("{part} % atlaide", "{part} % nuolaida", "{part} % off"),
        "percent.most": (
            "{part} % atlaide, ne vairāk kā {most}",
            "{part} % nuolaida, ne daugiau kaip {most}",
            "{part} % off, at most {most}",
        ),
        "rounded.half-up": (", noapaļojot līdz {step}", ", suapvalinant iki {step}", ", rounded to {step}"),
        "rounded.down": (
            ", noapaļojot uz leju līdz {step}",
            ", suapvalinant žemyn iki {step}",
            ", rounded down to {step}",
        ),
        "rounded.up": (
            ", noapaļojot uz augšu līdz {step}",
            ", suapvalinant aukštyn iki {step}",
            ", rounded up to {step}",
        ),
        "amount.receipt": ("{money} atlaide", "{money} nuolaida", "{money} off"),
        "amount.unit": ("{money} atlaide katrai vienībai", "{money} nuolaida kiekvienam vienetui", "{money} off each"),
        "fixed-price": ("par {money}", "už {money}", "for {money}"),
        "free-quantity": (
            "no katrām {all} vienībām {free} bez maksas",
            "iš kiekvienų {all} vienetų {free} nemokamai",
            "of every {all}, {free} free",
        ),
        "free-quantity.counted": (
            "no katrām {all} vienībām {free} bez maksas, skaitot arī iepriekšējos pirkumus",
            "iš kiekvienų {all} vienetų {free} nemokamai, skaičiuojant ir ankstesnius pirkinius",
            "of every {all}, {free} free, earlier purchases counted",
        ),
        "bundle": (
            "katras {units} vienības kopā par {money}",
            "kiekvieni {units} vnt. kartu už {money}",
            "every {units} together for {money}",
        ),
        "bundle.all": ("kopā par {money}", "kartu už {money}", "together for {money}"),
        "tariff": ("pēc tarifa: {prices}", "pagal tarifą: {prices}", "by tariff: {prices}"),
        "pay-at-most": (
            "{period} jāmaksā ne vairāk kā {money}",
            "{period} mokama ne daugiau kaip {money}",
            "at most {money} to pay {period}",
        ),
        "points.decision": ("{points}", "{points}", "{points}"),
        "points.unit": ("{points} par katru vienību", "{points} už kiekvieną vienetą", "{points} for each unit"),
        "points.euro": (
            "{points} par katru samaksāto eiro",
            "{points} už kiekvieną sumokėtą eurą",
            "{points} for each euro paid",
        ),
        "voucher": (
            "kupons {money} vērtībā, derīgs {days}",
            "{money} vertės kuponas, galioja {days}",
            "a voucher of {money}, valid for {days}",
        ),
        "voucher.for": (" (par: {what})", " (už: {what})", " (for: {what})"),
        # Periods, holders
        "period.day": ("dienā", "per dieną", "a day"),
        "period.week": ("nedēļā", "per savaitę", "a week"),
        "period.month": ("mēnesī", "per mėnesį", "a month"),
        "period.year": ("gadā", "per metus", "a year"),
        "period.always": ("pavisam", "iš viso", "in all"),
        "period.minutes": ("{minutes} min laikā", "per {minutes} min.", "within {minutes} minutes"),
        "cap": (
            "ne vairāk kā {amount} {period} {per}",
            "ne daugiau kaip {amount} {period} {per}",
            "at most {amount} {period} {per}",
        ),
        "cap.receipt": ("ne vairāk kā {amount} {per}", "ne daugiau kaip {amount} {per}", "at most {amount} {per}"),
        "per.person": ("vienam cilvēkam", "vienam žmogui", "per person"),
        "per.household": ("vienai mājsaimniecībai", "vienam namų ūkiui", "per household"),
        "per.programme": ("visiem kopā", "visiems kartu", "for everybody together"),
        "per.merchant": ("vienam tirgotājam", "vienam prekybininkui", "per merchant"),
        "per.receipt": ("vienā pirkumā", "viename pirkinyje", "per purchase"),
        # Funders
        "funder": ("Maksā {funder}, ja: {when}.", "Moka {funder}, jei: {when}.", "Paid by {funder} where: {when}."),
        "funder.always": ("Maksā {funder}.", "Moka {funder}.", "Paid by {funder}."),
    }
)

# One, few, many as each language has them: Latvian and English know no "few".
COUNTED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "time": (("{} reizi", "{} reizes"), ("{} kartą", "{} kartus", "{} kartų"), ("once", "{} times")),
        "point": (("{} punkts", "{} punkti"), ("{} taškas", "{} taškai", "{} taškų"), ("{} point", "{} points")),
        "day": (("{} dienu", "{} dienas"), ("{} dieną", "{} dienas", "{} dienų"), ("{} day", "{} days")),
        "unit": (
            ("{} vienība", "{} vienības"),
            ("{} vienetas", "{} vienetai", "{} vienetų"),
            ("{} unit", "{} units"),
        ),
    }
)

WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("pirmdienās", "otrdienās", "trešdienās", "ceturtdienās", "piektdienās", "sestdienās", "svētdienās"),
    (
        "pirmadieniais",
        "antradieniais",
        "trečiadieniais",
        "ketvirtadieniais",
        "penktadieniais",
        "šeštadieniais",
        "sekmadieniais",
    ),
    ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
)

MONTHS: tuple[tuple[str, ...], ...] = (
    (
        "janvārī",
        "februārī",
        "martā",
        "aprīlī",
        "maijā",
        "jūnijā",
        "jūlijā",
        "augustā",
        "septembrī",
        "oktobrī",
        "novembrī",
        "decembrī",
    ),
    (
        "sausį",
        "vasarį",
        "kovą",
        "balandį",
        "gegužę",
        "birželį",
        "liepą",
        "rugpjūtį",
        "rugsėjį",
        "spalį",
        "lapkritį",
        "gruodį",
    ),
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)
