"""A phone or a tablet as a till or a door: one page, which is a device of the city and works without a network too."""
