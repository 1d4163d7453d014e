"""Cards and codes: the resident's own, the code that changes, and the clerk's desk for them."""
