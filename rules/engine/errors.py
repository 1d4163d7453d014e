class RuleError(ValueError):
    """A definition, a fact or a receipt that the engine refuses.

    `field` is a path that a person can find, such as `rules[0].when.args[1]` or `resident.age`; `reason` is a sentence
    that says what to change.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
