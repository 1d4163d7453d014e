"""Addresses of the settlement pages. Mounted at /settlement/."""

from django.urls import path

from maps.settlement import balances, bank, periods, runs, statements

urlpatterns = [
    path("", periods.index, name="settlement"),
    path("close/", periods.close, name="settlement-close"),
    path("periods/<int:period_id>/", periods.period_page, name="settlement-period"),
    path("periods/<int:period_id>/prepare/", periods.prepare, name="settlement-prepare"),
    path("periods/<int:period_id>/journal.csv", periods.journal_csv, name="settlement-journal-csv"),
    path("periods/<int:period_id>/journal.json", periods.journal_json, name="settlement-journal-json"),
    path("runs/<int:run_id>/", runs.run_page, name="settlement-run"),
    path("runs/<int:run_id>/act/", runs.act, name="settlement-run-act"),
    path("runs/<int:run_id>/payments.xml", runs.payment_file, name="settlement-payment-file"),
    path("claims/<slug:number>.xml", runs.claim_file, name="settlement-claim-file"),
    path("statements/<slug:number>/", statements.statement_page, name="settlement-statement"),
    path("statements/<slug:number>.pdf", statements.statement_paper, name="settlement-statement-pdf"),
    path("statements/<slug:number>.csv", statements.statement_file, name="settlement-statement-csv"),
    path("bank/", bank.bank_page, name="settlement-bank"),
    path("bank/<int:statement_id>/", bank.bank_statement_page, name="settlement-bank-statement"),
    path("findings/<int:finding_id>/resolve/", bank.resolve_finding, name="settlement-resolve"),
    path("balances/", balances.balances_page, name="settlement-balances"),
    path("entries/", balances.entries_page, name="settlement-entries"),
]
