"""What of 18-088 is met, each with tests. What is met in part is not declared."""

REQUIREMENTS = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CONFORMANCE = tuple(
    f"{REQUIREMENTS}/{name}"
    for name in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data",
    )
)
