"""The people, where and with whom they live, which groups they are in, and by what they are recognised."""

from gis_platform.residents.models.groups import Group, Membership
from gis_platform.residents.models.households import Household, HouseholdMember
from gis_platform.residents.models.means import Means
from gis_platform.residents.models.people import Resident
from gis_platform.residents.models.residence import Residence

__all__ = ["Group", "Household", "HouseholdMember", "Means", "Membership", "Residence", "Resident"]
