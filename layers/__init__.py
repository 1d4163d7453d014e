"""The land: whatever would be on a paper map. Imports `gis_platform.core` alone."""
