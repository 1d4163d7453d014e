"""The processes that the window offers, in the order in which they are listed."""

from ogc_api.processes.builtin.buffer_and_count import BUFFER_AND_COUNT
from ogc_api.processes.builtin.coverage import COVERAGE
from ogc_api.processes.builtin.echo import ECHO
from ogc_api.processes.builtin.export import EXPORT
from ogc_api.processes.builtin.h3_aggregation import H3_AGGREGATION
from ogc_api.processes.builtin.layer_comparison import LAYER_COMPARISON
from ogc_api.processes.registry import register

register(COVERAGE, BUFFER_AND_COUNT, H3_AGGREGATION, LAYER_COMPARISON, EXPORT, ECHO)
