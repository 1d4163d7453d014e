"""Addresses of signing in and of one's own account. Mounted at the root."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from maps.account import claiming, desk, email, joining, openid, overview, passkeys, registering, second_factor, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("sign-in/email/", email.ask, name="sign-in-email"),
    path("sign-in/email/sent/", email.sent, name="sign-in-email-sent"),
    path("sign-in/link/<str:token>/", email.link, name="sign-in-link"),
    path("sign-in/with/<slug:provider_id>/", openid.begin, name="sign-in-provider"),
    path("sign-in/with/<slug:provider_id>/answer/", openid.answer, name="sign-in-provider-answer"),
    path("sign-in/passkey/question/", passkeys.question, name="passkey-question"),
    path("sign-in/passkey/", passkeys.sign_in, name="sign-in-passkey"),
    path("sign-in/second/", second_factor.second_factor, name="second-factor"),
    path("sign-in/register/", registering.register, name="register"),
    path("account/", overview.account, name="account"),
    path("account/password/", overview.ChangePassword.as_view(), name="change-password"),
    path("account/sessions/", overview.end_sessions, name="end-sessions"),
    path("account/passkeys/question/", passkeys.question_to_add, name="passkey-question-to-add"),
    path("account/passkeys/", passkeys.add, name="add-passkey"),
    path("account/passkeys/<int:pk>/remove/", passkeys.remove, name="remove-passkey"),
    path("account/app/", second_factor.app, name="authenticator-app"),
    path("account/app/remove/", second_factor.remove_app, name="remove-authenticator-app"),
    path("account/recovery-codes/", second_factor.recovery, name="recovery-codes"),
    path("account/claim/", claiming.claim, name="claim"),
    path("account/join/", joining.join, name="join"),
    path("account/joins/", joining.joins, name="joins"),
    path("account/desk/", desk.desk, name="registration-desk"),
]
