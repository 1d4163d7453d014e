"""What is said of a text that cannot be."""


class Wrong(ValueError):
    """The sentence says what to type instead, in the reader's language."""

    field = ""  # where it stands, for those who raise it from among several fields
