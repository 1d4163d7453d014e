"""How large a filter may be. The parser of the text crashes its process when nested deeply, so these come before it.

Measured with cql2 0.6 on one megabyte of stack (threads have two and more): it crashes at 190 nested parentheses and at
420 chained operators.
"""

TEXT_LENGTH_MAX = 100_000  # characters
JSON_LENGTH_MAX = 1_000_000  # characters
PARENTHESES_DEPTH_MAX = 24
OPERATORS_MAX = 200  # of a text: + = AND NOT ...
DEPTH_MAX = 32  # of the tree
OPERATIONS_MAX = 300  # of the tree: each is work for every row
NODES_MAX = 2_000
ITEMS_MAX = 1_000  # of a list
STRING_LENGTH_MAX = 2_000
VERTICES_MAX = 10_000  # of all geometries of a filter together
NEAR_VERTICES_MAX = 100  # of a geometry whose distance is measured
PATTERN_LENGTH_MAX = 200
WILDCARDS_MAX = 8  # each “%” may multiply the work of matching
INTEGER_MAX = 2**63 - 1  # of a bigint
EXACT_INTEGER_MAX = 2**53  # beyond it a double skips integers
