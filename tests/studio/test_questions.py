"""A question that cannot be used is answered with what is wrong and what to do, never a failure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.errors import SettingError
from pellucid.studio import app
from pellucid.studio.app import MOST_BYTES
from pellucid.studio.asked import Asked
from pellucid.studio.reading import Query, made, read
from pellucid.studio.routes import Way
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from pellucid.studio.writing import to_json
from tests.studio.exchange import Browser, exchange

MODEL = "/api/models/m1"
TENSOR = f"{MODEL}/tensors/hidden_1/kernel"
UNIT = f"{MODEL}/units/hidden_1"

BAD_ADDRESSES = [
    ("/api/nothing", 404, "nothing here"),
    ("/api/models/m99", 404, "no such model"),
    ("/api/models/m1.2", 400, "no member 2"),
    ("/api/models/..%2f..%2fetc%2fpasswd", 404, "nothing here"),
    ("/..%2f..%2fetc%2fpasswd", 404, "nothing here"),
    (f"{MODEL}?x=1", 400, "no parameter 'x'"),
    (f"{MODEL}/examples?part=all", 400, "part is 'all'"),
    (f"{MODEL}/examples?part=test&part=train", 400, "comes twice"),
    (f"{MODEL}/examples?from=-1", 400, "from is '-1'"),
    (f"{MODEL}/examples?n=201", 400, "n is '201'"),
    (f"{MODEL}/examples?n=%C2%B2", 400, "n is"),
    (f"{MODEL}/examples?truth=12", 400, "no class called '12'"),
    (f"{MODEL}/examples?target=x&only=wrong", 400, "no target called 'x'"),
    (f"{MODEL}/picture?example=test:0", 400, "'column' is missing"),
    (f"{MODEL}/picture?example=test:0&column=label", 400, "neither an image nor a sound"),
    (f"{MODEL}/picture?example=test:9999&column=image", 400, "example is '9999'"),
    (f"{MODEL}/picture?example=tried:9999&column=image", 404, "not kept any more"),
    (f"{MODEL}/picture?example=/etc/passwd&column=image", 400, "is no example"),
    (f"{MODEL}/tensors/hidden_9/kernel", 400, "no layer with parameters called 'hidden_9'"),
    (f"{MODEL}/tensors/hidden_1/kernels", 400, "no array of 'hidden_1' called 'kernels'"),
    (f"{TENSOR}?rows=5:2", 400, "rows is '2'"),
    (f"{TENSOR}?rows=0:65", 400, "rows is '65'"),
    (f"{TENSOR}?rows=3", 400, "rows is '3'"),
    (f"{TENSOR}?channels=0:1", 400, "no channels"),
    (f"{TENSOR}?overview=0", 400, "overview is '0'"),
    (f"{TENSOR}?overview=99999999999999999999", 400, "overview is"),
    (f"{TENSOR}?what=secrets", 400, "what is 'secrets'"),
    (f"{TENSOR}?what=gradient", 400, "'example' is missing"),
    (f"{MODEL}/trace/hidden_1/nothing?example=test:0", 400, "no array of 'hidden_1'"),
    (f"{UNIT}/32", 400, "unit is '32'"),
    (f"{UNIT}/1,2", 400, "units of 1 indices"),
    (f"{UNIT}/x", 400, "unit is 'x'"),
    (f"{MODEL}/test?part=tried", 400, "part is 'tried'"),
]  # fmt: skip

WEIGHT = {"layer": "output", "name": "kernel", "index": [0, 0]}
BAD_BODIES = [
    ("trace", b"", "not JSON"),
    ("trace", b"{", "not JSON"),
    ("trace", b"\xff\xfe", "not JSON"),
    ("trace", b"[" * 100_000, "not JSON"),
    ("trace", b'{"example": NaN}', "not JSON"),
    ("trace", b'{"example": 1e999}', "not JSON"),
    ("trace", b"[]", "The request is a list"),
    ("trace", {}, "needs the field 'example'"),
    ("trace", {"example": 3}, "example is 3"),
    ("trace", {"example": "test:0", "exampel": 1}, "no field 'exampel'"),
    ("trace", {"example": "test:-1"}, "example is '-1'"),
    ("weight", {**WEIGHT, "index": [0, 99]}, "no entry [0, 99]"),
    ("weight", {**WEIGHT, "index": [-1, 0]}, "no entry [-1, 0]"),
    ("weight", {**WEIGHT, "index": [10**30, 0]}, "no entry"),
    ("weight", {**WEIGHT, "index": [True, 0]}, "index[0] is true"),
    ("weight", {**WEIGHT, "index": 0}, "index is 0"),
    ("weight", {**WEIGHT, "on": "everything"}, 'on is "everything"'),
    ("weight", {**WEIGHT, "on": "example"}, "names no example"),
    ("weight", {**WEIGHT, "lowest": 2, "highest": 1}, "cannot reach from 2 to 1"),
    ("weight", {**WEIGHT, "learning_rate": "fast"}, 'learning_rate is "fast"'),
    ("predict", {"values": {"picture": 1}}, "no input column called 'picture'"),
    ("predict", {"values": {"image": "/etc/passwd"}}, "no picture"),
    ("predict", {"values": {"image": [[1.0]]}}, "has the shape [1, 1]"),
    ("predict", {"values": {}}, "has the shape []"),
    ("why", {"example": "test:0", "label": "12"}, "no class of 'label' called '12'"),
    ("nearest", {"example": "test:0", "n": 0}, "n is 0"),
    ("changes", {"example": "test:0"}, "None of the row's columns can be changed"),
]  # fmt: skip


def refused(status: int, body: bytes, words: str) -> None:
    told = json.loads(body)
    assert set(told) == {"error"}
    assert set(told["error"]) == {"message", "where", "expected", "remedy"}
    assert words in told["error"]["message"], told
    assert "Traceback" not in body.decode()
    assert 400 <= status < 500


@pytest.mark.parametrize(("path", "status", "words"), BAD_ADDRESSES)
def test_a_bad_address_is_refused(browser: Browser, path: str, status: int, words: str) -> None:
    reply = browser.get(path)
    assert reply.status == status, reply.body
    refused(reply.status, reply.body, words)


@pytest.mark.parametrize(("what", "body", "words"), BAD_BODIES)
def test_a_bad_body_is_refused(browser: Browser, what: str, body: Any, words: str) -> None:
    reply = browser.post(f"{MODEL}/{what}", body)
    refused(reply.status, reply.body, words)


def test_a_number_column_takes_no_words(browser: Browser) -> None:
    reply = browser.post("/api/models/m2/predict", {"values": {"petal width (cm)": "wide"}})
    assert reply.status == 422
    assert "petal width (cm)" in reply.body.decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(browser: Browser, method: str) -> None:
    headers = browser.headers(writes=True)
    reply = exchange(browser.serving.port, method, MODEL, headers, b"{}")
    assert reply.status == 405
    refused(reply.status, reply.body, f"{method} is not answered here")


def test_a_body_that_is_too_large_is_not_read(browser: Browser) -> None:
    reply = browser.post(f"{MODEL}/trace", b" " * (MOST_BYTES + 1))
    assert reply.status == 413
    refused(reply.status, reply.body, "too large")


@dataclass(frozen=True)
class Inner:
    number: float


@dataclass(frozen=True)
class Message:
    text: str
    whole: int
    choice: Literal["a", "b"]
    several: list[Inner]
    by_name: dict[str, float]
    maybe: str | None = None


GOOD = {"text": "x", "whole": 3, "choice": "a", "several": [{"number": 1}], "by_name": {"y": 2}}


def test_a_message_is_read_as_it_is_meant() -> None:
    message = made(Message, GOOD)
    assert message == Message("x", 3, "a", [Inner(1.0)], {"y": 2.0}, None)
    assert isinstance(message.several[0].number, float)
    assert read(Message, to_json(message)) == message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": None}, "text is null"),
        ({"whole": 1.5}, "whole is 1.5"),
        ({"whole": True}, "whole is true"),
        ({"choice": "c"}, 'choice is "c"'),
        ({"choice": ["a"]}, "choice is a list"),
        ({"several": [{"number": "1"}]}, 'number is "1"'),
        ({"several": [{}]}, "needs the field 'number'"),
        ({"several": [1]}, "The request is 1"),
        ({"several": {}}, "several is an object"),
        ({"by_name": {"y": []}}, "by_name.y is a list"),
    ],
)
def test_a_field_of_another_type_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError) as refusal:
        made(Message, GOOD | change)
    assert words in str(refusal.value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_comes_is_read_or_refused(value: Any) -> None:
    for told in (value, GOOD | {"several": value}, GOOD | {"maybe": value}):
        try:
            made(Message, told)
        except SettingError:
            continue


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_refused(body: bytes) -> None:
    try:
        read(Message, body)
    except SettingError:
        return


@given(ANYTHING)
def test_whatever_is_written_is_json_that_a_browser_reads(value: Any) -> None:
    def no_constants(name: str) -> Any:
        raise AssertionError(f"{name} is no JSON")

    json.loads(to_json(value).decode(), parse_constant=no_constants)


@given(st.text(max_size=20), st.integers(0, 100))
def test_a_span_lies_within_its_axis_or_is_refused(text: str, length: int) -> None:
    try:
        span = Query([("rows", text)]).span("rows", length)
    except SettingError:
        return
    assert 0 <= span.start <= span.stop <= length


def test_a_mistake_of_ours_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_: Studio, __: Asked) -> None:
        raise ZeroDivisionError("a secret of the inside")

    ways = (*app.WAYS, Way("GET", "/api/broken", break_down))
    monkeypatch.setattr(app, "WAYS", ways)
    with Serving(Studio(Shelf(), "data")) as serving:
        reply = Browser(serving).get("/api/broken")
    assert reply.status == 500
    assert reply.json["error"]["where"] == "GET /api/broken"
    assert "secret" not in reply.body.decode()
    assert "a secret of the inside" in caplog.text  # which the terminal shows
