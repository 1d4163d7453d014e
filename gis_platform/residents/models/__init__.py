"""The people, where and with whom they live, which groups they are in, and by what they are recognised."""

from gis_platform.residents.models.consents import Consent
from gis_platform.residents.models.erasures import Erasure
from gis_platform.residents.models.evidence import RegisterAnswer
from gis_platform.residents.models.group_imports import GroupImport, GroupImportRow
from gis_platform.residents.models.groups import Group, Membership
from gis_platform.residents.models.households import Household, HouseholdMember
from gis_platform.residents.models.identities import ClaimCode, ForeignIdentity, Join, PersonalCode
from gis_platform.residents.models.looks import Look
from gis_platform.residents.models.mandates import Mandate
from gis_platform.residents.models.means import Means
from gis_platform.residents.models.people import Resident
from gis_platform.residents.models.renewals import Renewal
from gis_platform.residents.models.residence import Residence
from gis_platform.residents.models.rotating import PhoneKey, SpentCode

__all__ = [
    "ClaimCode",
    "Consent",
    "Erasure",
    "ForeignIdentity",
    "Group",
    "GroupImport",
    "GroupImportRow",
    "Household",
    "HouseholdMember",
    "Join",
    "Look",
    "Mandate",
    "Means",
    "Membership",
    "PersonalCode",
    "PhoneKey",
    "RegisterAnswer",
    "Renewal",
    "Residence",
    "Resident",
    "SpentCode",
]
