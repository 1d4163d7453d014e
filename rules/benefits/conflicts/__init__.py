"""Which rules can meet on one line in one group, found before a programme goes live.

Two proofs and nothing between them: that two rules never meet is proved on a relaxation, in which every fact may take
any value that its own atoms allow; that they do is shown by an example that the engine itself has decided. A pair with
neither proof is named as one that could not be ruled out.
"""

from rules.benefits.conflicts.finding import Conflict, Dated, Example, find
from rules.benefits.conflicts.warning import Warned, warnings

__all__ = ["Conflict", "Dated", "Example", "Warned", "find", "warnings"]
