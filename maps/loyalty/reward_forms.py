"""Writing rewards and tiers by form: what they cost and give, how many there are, and texts in three languages."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gis_platform.core import audit
from gis_platform.core.actor import acting
from maps.loyalty.access import WRITERS, for_roles, user_of
from rules.loyalty.models import Redemption, Reward, Tier

REWARD_RULES = ("price", "stock", "per_person", "tier", "merchant", "code_days", "first_day", "last_day")
TIER_RULES = ("points_min", "discount_percent")
TEXTS = ("name_lv", "name_lt", "name_en", "description_lv", "description_lt", "description_en", "code")
TEXT_AREAS = {f"description_{language}": forms.Textarea(attrs={"rows": 3}) for language in ("lv", "lt", "en")}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
State = Redemption.State

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    RewardModelForm = forms.ModelForm[Reward]
    TierModelForm = forms.ModelForm[Tier]
else:
    RewardModelForm = TierModelForm = forms.ModelForm


class RewardForm(RewardModelForm):
    """`stock_seen` is the stock that the page showed: pieces that were taken since then are not given back by it."""

    stock_seen = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    rules = REWARD_RULES

    class Meta:
        model = Reward
        fields = (*REWARD_RULES, *TEXTS)
        widgets = TEXT_AREAS | {"first_day": DAY, "last_day": DAY}

    def clean(self) -> dict[str, Any]:
        cleaned = _named(self, super().clean() or {})
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        return cleaned

    def save(self, commit: bool = True) -> Reward:
        added = self.cleaned_data["stock"] - self.cleaned_data["stock_seen"]
        if self.instance.pk:
            left = Reward.objects.select_for_update().get(pk=self.instance.pk).stock
            self.instance.stock = max(0, left + added)
        return super().save(commit)


class TierForm(TierModelForm):
    rules = TIER_RULES

    class Meta:
        model = Tier
        fields = (*TIER_RULES, *TEXTS)
        widgets = TEXT_AREAS

    def clean(self) -> dict[str, Any]:
        return _named(self, super().clean() or {})


@require_safe
@for_roles(*WRITERS)
def written_rewards(request: HttpRequest) -> HttpResponse:
    rewards = Reward.objects.select_related("tier", "merchant").annotate(
        ready=Count("redemptions", filter=Q(redemptions__state=State.GIVEN)),
        fetched=Count("redemptions", filter=Q(redemptions__state=State.USED)),
    )
    context = {"rewards": rewards, "tiers": Tier.objects.annotate(opens=Count("rewards"))}
    return render(request, "maps/loyalty/written_rewards.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*WRITERS)
def write_reward(request: HttpRequest, code: str = "") -> HttpResponse:
    reward = get_object_or_404(Reward, code=code) if code else None
    form = RewardForm(request.POST or None, instance=reward, initial={"stock_seen": reward.stock if reward else 0})
    return _written(request, form, "write-reward", _("New reward"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*WRITERS)
def write_tier(request: HttpRequest, code: str = "") -> HttpResponse:
    tier = get_object_or_404(Tier, code=code) if code else None
    return _written(request, TierForm(request.POST or None, instance=tier), "write-tier", _("New tier"))


def _written(request: HttpRequest, form: RewardForm | TierForm, address: str, new_title: str) -> HttpResponse:
    title = str(form.instance) if form.instance.pk else new_title
    if request.method == "POST" and form.is_valid():
        actor = user_of(request).actor
        with transaction.atomic(), acting(actor, "loyalty written"):
            written = form.save()
            audit.record("loyalty.written", f"{written._meta.model_name}:{written.pk}")
        return HttpResponseRedirect(reverse(address, args=[written.code]) + "?saved")
    context = {
        "form": form,
        "title": title,
        "rule_fields": [form[name] for name in form.rules],
        "text_fields": [form[name] for name in TEXTS],
        "saved": "saved" in request.GET,
    }
    return render(request, "maps/loyalty/write_reward.html", context, status=400 if form.errors else 200)


def _named(form: RewardForm | TierForm, cleaned: dict[str, Any]) -> dict[str, Any]:
    if not any(cleaned.get(f"name_{language}") for language in ("lv", "lt", "en")):
        form.add_error("name_lv", _("Write the name in at least one language."))
    return cleaned
