"""One POST to a real server, whatever that server does with it."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from referrals.gateways.partner.addresses import Rules
from referrals.gateways.partner.sending import ANSWER_BYTES_MAX, Answer, Limits, post
from tests.factories import receivers
from tests.factories.receivers import receiver, reply

HERE = Rules(loopback=True)
SHORT = Limits(connect_s=0.3, total_s=0.6)


def sent(url: str, body: bytes = b"{}", **more: Any) -> Answer:
    return post(url, {"webhook-id": "msg_1"}, body, **{"rules": HERE, "limits": SHORT} | more)


def test_what_is_sent_arrives_as_it_is() -> None:
    with receiver() as partner:
        assert sent(partner.url + "?a=b", b'{"type":"x"}') == Answer(204)
    (got,) = partner.got
    assert (got.path, got.body) == ("/hook?a=b", b'{"type":"x"}')
    assert got.headers["webhook-id"] == "msg_1"
    assert got.headers["host"] == partner.url.split("/")[2]


@pytest.mark.parametrize("status", [200, 201, 299])
def test_every_status_of_success_accepts(status: int) -> None:
    with receiver(receivers.status(status)) as partner:
        assert sent(partner.url).accepted


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
def test_every_other_status_does_not(status: int) -> None:
    with receiver(receivers.status(status)) as partner:
        assert (sent(partner.url).status, sent(partner.url).accepted) == (status, False)


def test_a_redirect_is_not_followed_not_even_to_itself() -> None:
    with receiver() as partner:
        partner.answer = receivers.status(302, Location=partner.url)
        assert sent(partner.url).status == 302
        assert len(partner.got) == 1


@pytest.mark.parametrize("trouble", [receivers.hang, receivers.drip])
def test_who_hangs_or_drips_is_left_when_the_time_is_over(trouble: Any) -> None:
    with receiver(trouble) as partner:
        began = time.monotonic()
        assert sent(partner.url) == Answer(problem="timeout")
        assert time.monotonic() - began < 1.5


def test_who_takes_no_connection_in_time_is_left() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        held = [socket.socket() for _ in range(4)]
        for one in held:  # the queue of those who wait is full now
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        answer = sent(f"http://127.0.0.1:{port}/")
        assert (answer.status, answer.problem) == (0, "timeout")
        assert time.monotonic() - began < 1.5
        for one in held:
            one.close()


@pytest.mark.parametrize("trouble", [receivers.cut_short, receivers.cut_at_once])
def test_an_answer_that_breaks_off_is_none(trouble: Any) -> None:
    with receiver(trouble) as partner:
        answer = sent(partner.url)
    assert (answer.accepted, answer.problem) == (False, "cut-short")


def test_nobody_there_is_said_so() -> None:
    with receiver() as partner:
        url = partner.url
    assert sent(url) == Answer(problem="no-connection")


def test_an_endless_answer_is_read_to_its_limit_only() -> None:
    whole = 100 * 1024 * 1024
    written = []

    def endless(handler: BaseHTTPRequestHandler, got: object) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {whole}\r\n\r\n".encode())
        try:
            while sum(written) < whole:
                written.append(handler.wfile.write(b"x" * 65536))
        except OSError:
            handler.close_connection = True

    with receiver(endless) as partner:
        assert sent(partner.url).accepted
    assert whole > ANSWER_BYTES_MAX
    assert sum(written) < whole / 2


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7), ("0", 0), ("soon", 0), ("-5", 0), ("99999999", 86400), ("9" * 40, 0)]
)
def test_how_long_a_busy_partner_asks_for_is_at_most_a_day(asked: str, seconds: int) -> None:
    with receiver(receivers.status(503, Retry_After=asked)) as partner:
        assert sent(partner.url) == Answer(503, "", seconds)


@pytest.mark.parametrize(
    "noise", [b"", b"\x00\x01\x02", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x" * 70000]
)
def test_what_is_no_answer_of_http_is_no_answer(noise: bytes) -> None:
    def babble(handler: BaseHTTPRequestHandler, got: object) -> None:
        handler.wfile.write(noise)
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    with receiver(babble) as partner:
        answer = sent(partner.url)
    assert (answer.status, answer.problem) == (0, "cut-short")


def test_without_the_setting_this_machine_is_never_connected_to() -> None:
    with receiver() as partner:
        port = partner.url.split(":")[2].split("/")[0]
        rules = Rules(ports=frozenset({int(port)}))
        assert sent(f"https://127.0.0.1:{port}/", rules=rules).problem == "not-public"
        there = sent(f"https://a.example:{port}/", rules=rules, resolve=lambda host, port: ["127.0.0.1"])
        assert there.problem == "not-public"
        assert partner.got == []


def test_a_resolver_that_hangs_holds_nobody() -> None:
    began = time.monotonic()
    answer = sent("https://a.example/", resolve=lambda host, port: time.sleep(1.2) or [])
    assert answer.problem == "no-such-name"
    assert time.monotonic() - began < 1


class Secured:
    """A server with a certificate for one name, made for the test."""

    def __init__(self, folder: Path, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        certificate = (
            builder.not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file = folder / "both.pem"
        pem = serialization.Encoding.PEM
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        self.file.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, *plain))
        self.hosts: list[str] = []
        self.server = HTTPServer(("127.0.0.1", 0), self._door())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def _door(self) -> type[BaseHTTPRequestHandler]:
        hosts = self.hosts

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hosts.append(self.headers["Host"])
                reply(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Door

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.file))


def test_the_certificate_is_for_the_name_although_the_address_is_pinned(tmp_path: Path) -> None:
    secured = Secured(tmp_path, "saebit.example")
    here = {"resolve": lambda host, port: ["127.0.0.1"], "limits": Limits(total_s=5)}
    url = f"https://saebit.example:{secured.port}/hook"
    assert sent(url, trust=secured.trust(), **here) == Answer(204)
    assert secured.hosts == [f"saebit.example:{secured.port}"]
    other = f"https://another.example:{secured.port}/hook"
    assert sent(other, trust=secured.trust(), **here).problem == "tls"
    assert sent(url, **here).problem == "tls", "nobody vouches for this certificate"
    assert len(secured.hosts) == 1
    secured.server.shutdown()
