"""The state of the city as its operations centre watches it: for now alarms, and one kind of them, silence.

Owns `Alarm`. May import core, the land, identity, residents, devices and the rules. The pages are in maps/monitor.
"""
