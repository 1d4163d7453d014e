"""Two versions beside each other, in words: the sentences that only one of them has."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, kw_only=True)
class Change:
    before: str
    after: str

    @property
    def is_change(self) -> bool:
        return self.before != self.after


def changes(before: list[str], after: list[str]) -> Iterator[Change]:
    """Sentence by sentence; what is in both stands on both sides.

    >>> [(one.before, one.after) for one in changes(["Free.", "Four a day."], ["Free.", "Five a day."])]
    [('Free.', 'Free.'), ('Four a day.', 'Five a day.')]
    """
    for _tag, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        left, right = before[i1:i2], after[j1:j2]
        for place in range(max(len(left), len(right))):
            yield Change(
                before=left[place] if place < len(left) else "", after=right[place] if place < len(right) else ""
            )
