"""The private services that a deployment needs: those for which the environment names no server of one's own."""

from collections.abc import Mapping, Sequence

from gis_platform.local.accounts import service_account
from gis_platform.local.cluster import Cluster
from gis_platform.local.deployment import Deployment
from gis_platform.local.keys import Keys
from gis_platform.local.mosquitto import Mosquitto
from gis_platform.local.ports import remembered_ports
from gis_platform.local.redis import Redis
from gis_platform.local.service import Service

# Each account is the one that Debian's package makes for the server.
SERVERS = {"DATABASE_URL": "postgres", "REDIS_URL": "redis", "MQTT_URL": "mosquitto"}


def private_services(
    deployment: Deployment, keys: Keys, environment: Mapping[str, str], *, durable: bool
) -> Sequence[Service]:
    wanted = [name for variable, name in SERVERS.items() if not environment.get(variable)]
    ports = remembered_ports(deployment.folder / "ports.json", wanted, start=int(deployment.digest, 16))
    services: list[Service] = []
    for name in wanted:
        account = service_account(name)
        home = deployment.home(name, account)
        if name == "postgres":
            database = f"city_{deployment.name}"
            services.append(
                Cluster(home, deployment.logs, account, keys, ports[name], database=database, durable=durable)
            )
        else:
            server = Redis if name == "redis" else Mosquitto
            services.append(server(home, deployment.logs, account, keys, ports[name]))
    return services
