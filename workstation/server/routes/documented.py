"""What the interface description says of a route whose body we read ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema

_OBJECT = "object"


def documented(operation: str, body: type[msgspec.Struct] | None = None) -> dict[str, Any]:
    """Return the arguments that describe a route: its name, and the message it takes."""
    if body is None:
        return {"operation_id": operation}
    return {"operation_id": operation, "operation_class": _operation(body)}


def _operation(body: type[msgspec.Struct]) -> type[Operation]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(body)}
    schema = Schema(
        title=body.__name__,
        description=(body.__doc__ or "").strip(),
        properties={name: Schema(description=_words(field.type)) for name, field in fields.items()},
        required=[name for name, field in fields.items() if field.required],
    )
    content = {"application/json": OpenAPIMediaType(schema=schema)}

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.request_body = RequestBody(content=content, required=True)

    return Described


def _words(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)
