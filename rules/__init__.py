"""The law: rights, decisions, visits and cents. Imports the land, identity, residents, devices and core."""
