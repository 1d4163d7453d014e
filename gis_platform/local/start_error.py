class StartError(Exception):
    """A start that cannot go on; the text is one sentence that says why and what would change it."""
