"""Pages of the ticket office: an event's tariffs, my tickets, the organiser's list, the door for staff.

Imports `rules.loyalty` and what every window may.
"""
