"""Addresses of loyalty: the resident's pages, and those of staff under hyphenated names. Mounted at /loyalty/."""

from django.urls import path

from maps.loyalty import desk_pages, label_pages, quest_forms, quest_pages, reward_forms, reward_pages

urlpatterns = [
    path("rewards/", reward_pages.rewards_page, name="rewards"),
    path("rewards/redeem/<int:reward_id>/", reward_pages.redeem, name="redeem"),
    path("rewards/give-back/", reward_pages.give_back, name="reward-give-back"),
    path("rewards/invitation/", reward_pages.accept_invitation, name="accept-invitation"),
    path("quests/", quest_pages.quests_page, name="quests"),
    path("quests/<slug:code>/", quest_pages.quest_page, name="quest"),
    path("hand-out/", desk_pages.hand_out, name="hand-out"),
    path("write-quests/", quest_forms.written_quests, name="write-quests"),
    path("write-quests/new/", quest_forms.write_quest, name="new-quest"),
    path("write-quests/<slug:code>/", quest_forms.write_quest, name="write-quest"),
    path("write-rewards/", reward_forms.written_rewards, name="write-rewards"),
    path("write-rewards/new/", reward_forms.write_reward, name="new-reward"),
    path("write-rewards/<slug:code>/", reward_forms.write_reward, name="write-reward"),
    path("write-tiers/new/", reward_forms.write_tier, name="new-tier"),
    path("write-tiers/<slug:code>/", reward_forms.write_tier, name="write-tier"),
    path("labels/", label_pages.labels, name="labels"),
    path("labels/act/", label_pages.act, name="labels-act"),
    path("labels/<int:beacon_id>/", label_pages.label, name="label-page"),
]
