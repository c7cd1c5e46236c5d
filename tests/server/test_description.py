"""The interface description: JSON at /schema, with every message that staff's routes take."""

from __future__ import annotations

from tests.server.running import Running


def test_the_description_tells_what_each_route_takes(server: Running) -> None:
    answer = server.http().get("/schema/openapi.json")

    assert answer.status_code == 200
    paths = answer.json()["paths"]
    push = paths["/sync/push"]["post"]
    schema = push["requestBody"]["content"]["application/json"]["schema"]
    assert schema["title"] == "PushRequest"
    assert set(schema["properties"]) == {"epoch", "groups"}
    assert "/journal" not in paths
    assert server.http().get("/schema").json() == answer.json()


def test_the_servers_health_is_told_to_anybody(server: Running) -> None:
    answer = server.http().get("/health").json()
    assert answer["status"] == "ok"
    assert answer["epoch"] == server.core.epoch
