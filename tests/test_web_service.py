"""The web service of the documentation."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "how-to" / "web-service.md"


@pytest.fixture(scope="module")
def app() -> Any:
    """The application of the page."""
    example = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {}
    exec(example[1], names)  # noqa: S102 - the example of our own page
    return names["app"]


async def post(app: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """The status, the headers and the content of the answer to a request."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "http", "method": "POST", "path": "/summary", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_plan_is_answered_with_its_pdf(app: Any) -> None:
    status, headers, content = asyncio.run(post(app, b"cities: [{name: Rome, country: Italy}]"))

    assert (status, headers["content-type"]) == (200, "application/pdf")
    assert 'filename="summary.pdf"' in headers["content-disposition"]
    assert content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"cities: [{name: Rome, country: Itly}]", "country-unknown"), (b"\xff: [", "yaml-syntax"), (b"", "file-empty")],
)
def test_a_plan_with_errors_is_answered_with_its_problems(app: Any, body: bytes, code: str) -> None:
    status, _, content = asyncio.run(post(app, body))

    assert status == 422
    assert any(f"error[{code}]" in problem for problem in json.loads(content)["problems"])


def test_requests_at_the_same_time_get_the_answers_of_requests_alone(app: Any) -> None:
    bodies = [f"cities: [{{name: City {number}}}]".encode() for number in range(6)]

    async def together() -> list[tuple[int, dict[str, str], bytes]]:
        return list(await asyncio.gather(*(post(app, body) for body in bodies)))

    assert asyncio.run(together()) == [asyncio.run(post(app, body)) for body in bodies]
