"""Of a problem report the words and the address of its sender go; the problem stays."""

from gis_platform.residents.privacy.rules import declare

declare("reports.Submission")
