"""Why a filter cannot stand."""

from typing import Any

VALUE_LENGTH_MAX = 60  # characters of what somebody sent that are said back


def gettext_noop(message: str) -> str:
    """Marks a text for the translators; whoever shows the error translates `message` and fills in `values`."""
    return message


class FilterError(ValueError):
    """`message` is a template for `str.format`, `values` what goes into it, `detail` both in English.

    >>> FilterError("unknown-queryable", "There is no queryable “{name}”.", name="colour").detail
    'There is no queryable “colour”.'
    """

    def __init__(self, code: str, message: str, **values: Any) -> None:
        self.code = code
        self.message = message
        self.values = {name: _shown(value) for name, value in values.items()}
        self.detail = message.format(**self.values)
        super().__init__(self.detail)


def _shown(value: Any) -> str:
    text = str(value)
    text = text if len(text) <= VALUE_LENGTH_MAX else text[:VALUE_LENGTH_MAX] + "…"
    # Half a surrogate pair or a control character would break whatever the error is written to.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
