"""The sentences of an explanation in the three languages. Keys are the engine's own words."""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("lv", "lt", "en")

# Each row: Latvian, Lithuanian, English.
_TABLE: Mapping[str, tuple[str, str, str]] = {
    "verdict.granted": (
        "{programme}: piešķirtais atvieglojums – {given}.",
        "{programme}: suteikta lengvata – {given}.",
        "{programme}: granted {given}.",
    ),
    "verdict.capped": (
        "{programme}: piešķirtais atvieglojums – {given}; vairāk neļauj ierobežojums ({reasons}).",
        "{programme}: suteikta lengvata – {given}; daugiau neleidžia riba ({reasons}).",
        "{programme}: granted {given}; the limit allows no more ({reasons}).",
    ),
    "verdict.cap-exhausted": (
        "{programme}: ierobežojums šajā laikposmā ir sasniegts ({reasons}).",
        "{programme}: šio laikotarpio riba pasiekta ({reasons}).",
        "{programme}: the limit of this period is used up ({reasons}).",
    ),
    "verdict.not-matched": (
        "{programme}: nav piešķirts: {reasons}.",
        "{programme}: nesuteikta: {reasons}.",
        "{programme}: not granted: {reasons}.",
    ),
    "verdict.nothing-to-take": (
        "{programme}: čekā nav nekā, uz ko tas attiektos.",
        "{programme}: kvite nėra nieko, kam tai būtų taikoma.",
        "{programme}: nothing on the receipt that it applies to.",
    ),
    "verdict.outranked": (
        "{programme}: tās vietā piemērota izdevīgāka vai svarīgāka programma: {reasons}.",
        "{programme}: vietoj jos pritaikyta naudingesnė arba svarbesnė programa: {reasons}.",
        "{programme}: gave way to one that is better or comes first: {reasons}.",
    ),
    "verdict.withheld": (
        "{programme}: nav piešķirts: {reasons}.",
        "{programme}: nesuteikta: {reasons}.",
        "{programme}: not granted: {reasons}.",
    ),
    "withheld": (
        "pašlaik to nepiemēro ({reason})",
        "šiuo metu ji netaikoma ({reason})",
        "it is not in use at present ({reason})",
    ),
    "withheld.budget-exhausted": (
        "programmas budžets ir izlietots",
        "programos biudžetas išnaudotas",
        "the programme's budget is used up",
    ),
    "voucher": ("kupons: {money}", "kuponas: {money}", "a voucher of {money}"),
    "points": ("punkti: {points}", "taškai: {points}", "{points} points"),
    "condition": (
        "{fact}: {value} (jābūt {asked})",
        "{fact}: {value} (turi būti {asked})",
        "{fact}: {value} (has to be {asked})",
    ),
    "condition.unknown": ("nav zināms: {facts}", "nežinoma: {facts}", "not known: {facts}"),
    "condition.not": ("izslēdz nosacījums: {inside}", "neleidžia sąlyga: {inside}", "ruled out by: {inside}"),
    "condition.and": (
        "jāizpildās visiem nosacījumiem",
        "turi būti įvykdytos visos sąlygos",
        "all of these",
    ),
    "condition.or": (
        "jāizpildās vismaz vienam nosacījumam",
        "turi būti įvykdyta bent viena sąlyga",
        "any of these",
    ),
    "condition.none": (
        "nedrīkst izpildīties neviens nosacījums",
        "neturi būti įvykdyta nė viena sąlyga",
        "none of these",
    ),
    "fact.counter": ("līdz šim uzskaitīts ({code})", "iki šiol suskaičiuota ({code})", "counted so far ({code})"),
    "fact.distance_m": ("attālums metros", "atstumas metrais", "distance in metres"),
    "operation.=": ("{wanted}", "{wanted}", "{wanted}"),
    "operation.<>": ("citādam nekā {wanted}", "kita nei {wanted}", "other than {wanted}"),
    "operation.<": ("mazākam par {wanted}", "mažiau nei {wanted}", "less than {wanted}"),
    "operation.<=": ("ne vairāk kā {wanted}", "ne daugiau kaip {wanted}", "at most {wanted}"),
    "operation.>": ("lielākam par {wanted}", "daugiau nei {wanted}", "more than {wanted}"),
    "operation.>=": ("vismaz {wanted}", "bent {wanted}", "at least {wanted}"),
    "operation.between": ("robežās: {wanted}", "tarp: {wanted}", "between: {wanted}"),
    "operation.in": ("vienam no: {wanted}", "viena iš: {wanted}", "one of: {wanted}"),
    "operation.isNull": ("nezināmam", "nežinoma", "not known"),
    "operation.like": ("kā {wanted}", "kaip {wanted}", "like {wanted}"),
    "operation.s_intersects": (
        "noteikuma teritorijā vai uz tās robežas",
        "taisyklės teritorijoje ar ant jos ribos",
        "in the rule's area or on its edge",
    ),
    "operation.s_within": ("noteikuma teritorijā", "taisyklės teritorijoje", "inside the rule's area"),
    "operation.s_contains": ("apkārt noteikuma vietai", "aplink taisyklės vietą", "around the rule's place"),
    "operation.s_disjoint": (
        "ārpus noteikuma teritorijas",
        "už taisyklės teritorijos ribų",
        "outside of the rule's area",
    ),
    "operation.t_after": ("pēc {wanted}", "po {wanted}", "after {wanted}"),
    "operation.t_before": ("pirms {wanted}", "prieš {wanted}", "before {wanted}"),
    "operation.t_during": (
        "laikposmā {wanted} (galus neieskaitot)",
        "laikotarpiu {wanted} (galų neįskaitant)",
        "within (ends excluded) {wanted}",
    ),
    "operation.t_intersects": ("laikposmā {wanted}", "laikotarpiu {wanted}", "within {wanted}"),
    "operation.a_contains": ("ar visiem: {wanted}", "su visais: {wanted}", "with all of: {wanted}"),
    "operation.a_overlaps": ("ar kādu no: {wanted}", "su kuriuo nors iš: {wanted}", "with any of: {wanted}"),
    "operation.literal": ("citādam", "kita", "otherwise"),
}

MESSAGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        language: MappingProxyType({key: texts[place] for key, texts in _TABLE.items()})
        for place, language in enumerate(LANGUAGES)
    }
)
