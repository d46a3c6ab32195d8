"""The hosts: a server of this machine alone, one file without a server, a notebook's widget."""

import base64
import gzip
import http.client
import json
import re
import socket
import threading
import time
import tomllib
from collections.abc import Iterator

import pytest

import games
from games.records import as_json
from solver.explorer import server
from solver.explorer.desk import Desk
from solver.explorer.page import part
from solver.explorer.standalone import ROWS, hashed, standalone
from solver.explorer.theatres import FIRST, beginning_with, embedded
from solver.explorer.widget import answered, explore

ATHENS = {"classic-athens": games.load("classic-athens")}


# the server


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Yield the port of a server that runs in this process."""
    uvicorn = pytest.importorskip("uvicorn")
    bound = server.listening(0)
    config = uvicorn.Config(server.app(Desk(ATHENS, ATHENS)), log_level="warning", lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    yield bound.getsockname()[1]
    running.should_exit = True
    thread.join(30)
    bound.close()


def get(port: int, path: str, host: str | None = None, method: str = "GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_page_and_its_parts(port: int) -> None:
    for path, kind, name in (
        ("/", "text/html", "index.html"),
        ("/explorer.js", "text/javascript", "explorer.js"),
        ("/explorer.css", "text/css", "explorer.css"),
    ):
        answer, body = get(port, path)
        assert answer.status == 200
        assert answer.getheader("content-type") == f"{kind}; charset=utf-8"
        assert body.decode() == part(name)
        policy = answer.getheader("content-security-policy")
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.getheader("x-content-type-options") == "nosniff"


def test_questions_are_addresses(port: int) -> None:
    answer, body = get(port, "/api/point?scenario=classic-athens&threat=0.3")
    assert answer.status == 200
    expected = Desk(ATHENS).answer("point", {"threat": "0.3"})
    assert json.loads(body) == json.loads(as_json(expected))


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/api/point?threat=2", 400, "`threat` must lie in [0, 1]; got 2"),
        ("/api/point?scenario=../../etc/passwd", 400, "unknown scenario"),
        ("/api/price", 400, "a question must be one of"),
        ("/api/../explorer.py", 404, ""),
        ("/%2e%2e/pyproject.toml", 404, ""),
        ("/explorer.py", 404, ""),
    ],
)
def test_what_is_wrong_is_said(port: int, path: str, status: int, message: str) -> None:
    answer, body = get(port, path)
    assert answer.status == status
    if message:
        assert message in json.loads(body)["error"]


def test_older_turns_are_told_so(port: int) -> None:
    get(port, "/api/meta?client=x&turn=3")
    answer, body = get(port, "/api/meta?client=x&turn=2")
    assert (answer.status, body) == (204, b"")


@pytest.mark.parametrize("host", ["example.org", "evil.example:80", "127.0.0.1.example.org"])
def test_other_hosts_names_are_refused(port: int, host: str) -> None:
    answer, _ = get(port, "/", host=host)
    assert answer.status == 400


def test_only_reading_is_offered(port: int) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer, _ = get(port, "/api/meta", method=method)
        assert answer.status == 405


def test_it_listens_on_this_machine_alone() -> None:
    with server.listening(None) as one, server.listening(None) as other:
        for bound in (one, other):
            assert bound.getsockname()[0] == "127.0.0.1"
        assert one.getsockname()[1] != other.getsockname()[1]
        taken = other.getsockname()[1]
        with pytest.raises(games.InvalidGameError, match=f"`port` {taken} cannot be had"):
            server.listening(taken)
    with pytest.raises(games.InvalidGameError, match="`port` 700000 cannot be had"):
        server.listening(700_000)


def test_serving_says_when_pages_can_be_opened_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    import uvicorn

    desk, bound = Desk(ATHENS), server.listening(0)
    asked: list[tuple[int, bytes]] = []
    running: list[uvicorn.Server] = []
    main_loop = uvicorn.Server.main_loop

    async def kept(self: uvicorn.Server) -> None:
        running.append(self)
        await main_loop(self)

    monkeypatch.setattr(uvicorn.Server, "main_loop", kept)

    def ready() -> None:
        def look() -> None:
            answer, body = get(bound.getsockname()[1], "/")
            asked.append((answer.status, body))
            while not desk._answers.get("point"):  # the first one is solved meanwhile
                time.sleep(0.01)
            running[0].should_exit = True

        threading.Thread(target=look, daemon=True).start()

    server.serve(desk, bound, ready)
    assert asked == [(200, part("index.html").encode())]
    with pytest.raises(OSError, match=r".*"):
        socket.create_connection(bound.getsockname(), timeout=1).close()


# one file


@pytest.fixture(scope="module")
def page() -> str:
    return standalone(ATHENS, ATHENS)


def answers(page: str) -> dict[str, object]:
    packed = re.search(r'<script type="text/plain" id="answers">(.*?)</script>', page, re.S)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


@pytest.mark.long
def test_one_file_holds_what_the_desk_answers(page: str) -> None:
    found = answers(page)
    desk = Desk(ATHENS, ATHENS)
    assert found["theatres"] == ["classic-athens"]
    for query in ({}, {"preference": "expected-utility"}):
        key = "&".join(
            f"{n}={t}" for n, t in sorted({"scenario": "classic-athens", **query}.items())
        )
        for what in ("meta", "rival", "critical", "csv"):
            expected = json.loads(as_json(desk.answer(what, query)))
            assert found["answers"][f"{what}?{key}"] == expected
        bands = found["answers"][f"bands?{key}"]
        whole = json.loads(as_json(desk.answer("bands", query)))
        assert len(bands["levels"]) == 101
        for kept, level in zip(bands["levels"], whole["levels"], strict=True):
            assert kept["equilibria"]["rows"] == level["equilibria"]["rows"][:ROWS]
            assert kept["seen"] == level["seen"]
        assert "0.47" in found["answers"][f"python?{key}"][47]["text"]
        toml = tomllib.loads(found["answers"][f"toml?{key}"][47]["text"])
        assert toml["threat"]["value"] == 0.47
        assert len(found["answers"][f"regrets?{key}"]) == 101


@pytest.mark.long
def test_one_file_admits_nothing_but_itself(page: str) -> None:
    for kind, name in (("script", "explorer.js"), ("style", "explorer.css")):
        assert f"{kind}-src '{hashed(part(name))}'" in page
    assert "default-src 'none'" in page
    assert part("explorer.js") in page
    # nothing of the server's frame that would be fetched is left, and the script knows its host
    frame = page.replace(part("explorer.js"), "").replace(part("explorer.css"), "")
    assert re.findall(r'(?:src|href)="([^"]*)"', frame) == ["data:,"]
    assert re.findall(r'data-host="([^"]*)"', frame) == ["file"]
    assert "<title>Alliance explorer: " in frame
    outside = re.sub(r"https?://www\.w3\.org/2000/svg", "", page)
    assert not re.search(r"https?://", outside)


@pytest.mark.long
def test_one_file_is_the_same_each_time(page: str) -> None:
    assert standalone(ATHENS, ATHENS) == page


@pytest.mark.long
def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    standalone({"x": games.load("classic-athens").strongest(2)}, (), lambda *a: told.append(a))
    assert told == [(1, 1)]


# theatres


def test_what_is_embedded_and_small_enough_can_be_chosen() -> None:
    known = embedded()
    assert tuple(known)[: len(FIRST)] == FIRST
    assert "nato-2024" not in known
    assert "warsaw-pact-1955" in known
    own = known["classic-athens"].at(0.1)
    theatres = beginning_with("classic-athens", own, known)
    assert next(iter(theatres.items())) == ("classic-athens", own)
    assert set(theatres) == set(known)


# the notebook


def test_messages_are_answered() -> None:
    desk = Desk(ATHENS)
    message = {"number": 1, "what": "point", "query": {"threat": "0.3"}}
    assert answered(desk, message) == {
        "number": 1,
        "answer": desk.answer("point", {"threat": "0.3"}),
    }
    answered(desk, {"number": 2, "what": "meta", "query": {"client": "a", "turn": "2"}})
    old = answered(desk, {"number": 3, "what": "meta", "query": {"client": "a", "turn": "1"}})
    assert old == {"number": 3, "error": "superseded", "superseded": True}


def test_the_widget_draws_the_same_page_and_tells_its_state() -> None:
    pytest.importorskip("anywidget")
    game = games.load("classic-athens").at(0.42)
    widget = game.explore()
    assert widget._esm == part("explorer.js")
    assert widget._css == part("explorer.css")
    assert widget.game == game
    sent: list[dict[str, str]] = []
    done = threading.Event()

    def send(content, buffers=None) -> None:
        sent.append(content)
        done.set()

    widget.send = send
    message = {"number": 7, "what": "meta", "query": {}}
    widget._handle_custom_msg(message, [])
    assert done.wait(60)
    reply = json.loads(sent[0]["text"])
    assert reply["number"] == 7
    assert reply["answer"]["scenario"] == "classic-athens"
    assert reply["answer"]["dials"][0]["default"] == 0.42
    widget.state = {"threat": "0.6", "cohesion": "0.8", "pin": "threat=0.2"}
    assert widget.game == game.at(0.6).with_parameters(cohesion=0.8)


def test_a_game_without_a_scenario_can_be_explored() -> None:
    pytest.importorskip("anywidget")
    game = games.AllianceGame(hegemon="A", capabilities={"B": 0.2, "C": 0.1}, threat=0.5)
    assert explore(game, "mine").game == game
