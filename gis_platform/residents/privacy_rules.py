"""What becomes of the residents' own records."""

from datetime import timedelta

from gis_platform.residents.privacy.rules import Erase, declare

YEAR = timedelta(days=366)

declare("residents.Membership")
declare("residents.RegisterAnswer", keep=2 * YEAR, dated="answered_at")
declare("residents.Residence")
declare("residents.HouseholdMember")
declare("residents.Consent", keep=5 * YEAR, dated="withdrawn_at")
declare("residents.Look", keep=2 * YEAR, dated="at")
declare("residents.Mandate", "holder", keep=5 * YEAR, dated="ended_at")
declare("residents.Mandate", "ward")
declare("residents.Mandate", "asked_by", erase=Erase.DETACH)
declare("residents.GroupImportRow", keep=YEAR, dated="run__created_at")
declare("residents.Erasure", erase=Erase.DETACH)
declare("residents.Means", hidden=("token_hash", "unprinted"))
declare("residents.ForeignIdentity")
declare("residents.PersonalCode", hidden=("code_hash",))
declare("residents.ClaimCode", hidden=("code_hash",), keep=YEAR, dated="expires_at")
declare("residents.Join", "kept")
declare("residents.Join", "joined")
