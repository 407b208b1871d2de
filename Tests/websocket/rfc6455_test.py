#!/usr/bin/env python3
"""Holds the WebSockets of a server to RFC 6455, with another client than ours: wsproto reads what the server sends, and is strict about it.

rfc6455_test.py --server PATH               starts that `talas` with temporary folders on free ports
rfc6455_test.py --sockets URL --token TEXT  uses sockets that are served already, such as ws://127.0.0.1:9001/

Prints `ok - …` for every case that holds, and exits 1 where one does not.
"""

import argparse
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, Pong, RejectConnection, Request, TextMessage

START_SECONDS = 60
PATIENCE_SECONDS = 20
MAXIMUM = 65_536
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode, payload=b"", final=True, reserved=0, masked=True, length_bytes=None):
    """A client's frame, as right or wrong as asked for."""
    count = len(payload)
    if length_bytes is None:
        length_bytes = 0 if count < 126 else 2 if count < 65_536 else 8
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    short = {0: count, 2: 126, 8: 127}[length_bytes]
    head += bytes([(0x80 if masked else 0) | short]) + (count.to_bytes(length_bytes, "big") if length_bytes else b"")
    if not masked:
        return head + payload
    mask = b"\x12\x34\x56\x78"
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def ask(nonce, size=0):
    """A message that has an answer: a ping of the chat, as long as it is asked to be."""
    text = json.dumps({"type": "ping", "nonce": nonce})
    return (text[:-1] + " " * max(0, size - len(text)) + "}").encode()


class Peer:
    """One connection: wsproto makes the handshake and reads; bytes are sent as they are."""

    def __init__(self, url, token, headers=()):
        place = urlsplit(url)
        self.socket = socket.create_connection((place.hostname, place.port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wsproto = WSConnection(ConnectionType.CLIENT)
        self.waiting = []
        target = (place.path or "/") + (f"?token={token}" if token else "")
        self.raw(self.wsproto.send(Request(host=f"{place.hostname}:{place.port}", target=target,
                                           extra_headers=list(headers))))
        self.answer = self.next()

    def raw(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # The server may have said its last word already: what it said counts.

    def next(self):
        """What comes next; nil at the end of the connection. Pings of the server are passed over."""
        while True:
            while self.waiting:
                event = self.waiting.pop(0)
                if not isinstance(event, Ping):
                    return event
            try:
                data = self.socket.recv(65_536)
            except ConnectionError:
                data = b""
            if not data:
                return None
            self.wsproto.receive_data(data)
            self.waiting += self.wsproto.events()

    def text(self):
        """The next whole message."""
        text = ""
        while True:
            event = self.next()
            assert isinstance(event, TextMessage), f"{event} came instead of a message"
            text += event.data
            if event.message_finished:
                return text

    def ends(self, code):
        """The server ends it, with this code."""
        event = self.next()
        while isinstance(event, (TextMessage, Pong)):
            event = self.next()
        assert isinstance(event, CloseConnection), f"{event} came instead of the end"
        assert event.code == code, f"closed with {event.code} {event.reason}, not with {code}"
        self.raw(frame(CLOSE, struct.pack(">H", 1000)))
        while self.next() is not None:
            pass

    def lives(self):
        self.raw(frame(TEXT, ask("alive")))
        assert self.text()


class Cases:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def open(self):
        peer = Peer(self.url, self.token)
        assert isinstance(peer.answer, AcceptConnection), f"{peer.answer}"
        return peer

    def sends(self, *frames, code):
        peer = self.open()
        for one in frames:
            peer.raw(one)
        peer.ends(code)

    # What is right.

    def messages_of_all_lengths_are_taken(self):
        peer = self.open()
        for size in (40, 125, 126, 127, 65_535, MAXIMUM):
            peer.raw(frame(TEXT, ask("x", size)))
            assert peer.text(), size

    def bytes_may_come_one_by_one(self):
        peer = self.open()
        for byte in frame(TEXT, ask("x"), final=False)[:-1]:
            peer.raw(bytes([byte]))
        peer.raw(frame(TEXT, ask("x"), final=False)[-1:] + frame(PING, b"p") + frame(CONTINUATION))
        assert isinstance(peer.next(), Pong)
        assert peer.text()

    def many_messages_may_come_at_once(self):
        peer = self.open()
        peer.raw(b"".join(frame(TEXT, ask(str(number))) for number in range(15)))
        for _ in range(15):
            assert peer.text()

    def fragments_may_have_pings_between(self):
        peer = self.open()
        text = ask("été 🎧")
        pieces = [text[place:place + 7] for place in range(0, len(text), 7)]
        for place, piece in enumerate(pieces):
            last = place == len(pieces) - 1
            peer.raw(frame(CONTINUATION if place else TEXT, piece, final=last))
            if not last:
                peer.raw(frame(PING, str(place).encode()))
                pong = peer.next()
                assert isinstance(pong, Pong) and pong.payload == str(place).encode(), f"{pong}"
        assert peer.text()

    def pings_are_answered_with_their_payload(self):
        peer = self.open()
        for payload in (b"", b"\x00\xff", b"x" * 125):
            peer.raw(frame(PING, payload))
            pong = peer.next()
            assert isinstance(pong, Pong) and pong.payload == payload, f"{pong}"
        peer.raw(frame(PONG, b"nobody asked"))
        peer.lives()

    def closing_is_answered_with_the_same_code(self):
        for code in (1000, 1001, 1003, 1011, 3000, 4999):
            self.sends(frame(CLOSE, struct.pack(">H", code) + "à bientôt".encode()), frame(TEXT, b"too late"), code=code)
        self.sends(frame(CLOSE), code=1005)  # As wsproto calls a frame without one.

    # What is wrong.

    def frames_have_to_be_masked(self):
        self.sends(frame(TEXT, ask("x"), masked=False), code=1002)
        self.sends(frame(CLOSE, struct.pack(">H", 1000), masked=False), code=1002)

    def reserved_bits_are_refused(self):
        for reserved in range(1, 8):
            self.sends(frame(TEXT, ask("x"), reserved=reserved), code=1002)
        self.sends(frame(PING, reserved=4), code=1002)

    def reserved_opcodes_are_refused(self):
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            self.sends(frame(opcode, b"x"), code=1002)

    def binary_is_refused(self):
        self.sends(frame(BINARY, b"\x00\x01"), code=1003)

    def control_frames_are_short_and_whole(self):
        for opcode in (CLOSE, PING, PONG):
            self.sends(frame(opcode, b"x" * 126), code=1002)
            self.sends(frame(opcode, final=False), code=1002)

    def fragments_have_their_order(self):
        self.sends(frame(CONTINUATION, b"x"), code=1002)
        self.sends(frame(TEXT, b"x", final=False), frame(TEXT, b"y"), code=1002)
        self.sends(frame(TEXT, b"{}"), frame(CONTINUATION, b"x", final=False), code=1002)

    def lengths_are_as_short_as_they_can_be(self):
        self.sends(frame(TEXT, b"x" * 100, length_bytes=2), code=1002)
        self.sends(frame(TEXT, b"x" * 1000, length_bytes=8), code=1002)
        self.sends(b"\x81\xff" + b"\xff" * 8 + b"mask", code=1002)

    def text_is_utf8(self):
        for payload in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"ok \xf0\x9f\x8e"):
            self.sends(frame(TEXT, payload), code=1007)
        self.sends(frame(TEXT, b"\xf0\x9f", final=False), frame(CONTINUATION, b"x"), code=1007)
        self.sends(frame(TEXT, b"\xff", final=False), code=1007)

    def too_much_is_refused(self):
        self.sends(b"\x81\xff" + (MAXIMUM + 1).to_bytes(8, "big") + b"mask", code=1009)
        self.sends(b"\x81\xff" + (1 << 62).to_bytes(8, "big") + b"mask", code=1009)
        piece = b"x" * 16_384
        self.sends(frame(TEXT, piece, final=False), *[frame(CONTINUATION, piece, final=False)] * 4, code=1009)

    def fragments_come_to_an_end(self):
        self.sends(frame(TEXT, final=False), frame(CONTINUATION, final=False) * 10_000, code=1008)

    def close_frames_are_right(self):
        self.sends(frame(CLOSE, b"\x03"), code=1002)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535):
            self.sends(frame(CLOSE, struct.pack(">H", code)), code=1002)
        self.sends(frame(CLOSE, struct.pack(">H", 1000) + b"\xff"), code=1007)

    # Connections.

    def strangers_are_refused_before_the_upgrade(self):
        for token, headers, status in ((None, (), 401), ("forged", (), 401),
                                       (self.token, [(b"Origin", b"https://evil.example.org")], 403)):
            answer = Peer(self.url, token, headers).answer
            assert isinstance(answer, RejectConnection) and answer.status_code == status, f"{answer}"

    def other_requests_are_told_what_is_spoken_here(self):
        place = urlsplit(self.url)
        for method, version, status in (("GET", 8, 426), ("POST", 13, 405), ("GET", None, 426)):
            with socket.create_connection((place.hostname, place.port), PATIENCE_SECONDS) as connection:
                upgrade = "" if version is None else (
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    f"Sec-WebSocket-Version: {version}\r\n")
                connection.sendall(f"{method} {place.path or '/'}?token={self.token} HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n".encode())
                answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
            assert answer.startswith(f"HTTP/1.1 {status} "), answer
            assert status != 426 or "sec-websocket-version: 13" in answer.lower(), answer

    def half_of_a_connection_is_none(self):
        peer = self.open()
        peer.lives()
        peer.socket.shutdown(socket.SHUT_WR)
        while peer.next() is not None:
            pass

    def a_slow_handshake_is_broken_off(self):
        place = urlsplit(self.url)
        if place.path == "/ws":
            return  # The HTTP listener has its own patience.
        with socket.create_connection((place.hostname, place.port), PATIENCE_SECONDS) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUpg")
            assert connection.recv(65_536) == b""


def run(url, token):
    failed = 0
    names = [name for name in vars(Cases) if not name.startswith("_") and name not in ("open", "sends")]
    for name in names:
        label = f"{name.replace('_', ' ')} ({urlsplit(url).path or '/'})"
        try:
            getattr(Cases(url, token), name)()
            print(f"ok - {label}", flush=True)
        except Exception as fault:  # Whatever it was: the other cases are to be tried all the same.
            failed += 1
            print(f"not ok - {label}: {type(fault).__name__}: {fault}", flush=True)
    return failed


@contextmanager
def server(program):
    """Starts `talas serve` and gives the addresses of its API and its sockets."""
    with tempfile.TemporaryDirectory(prefix="talas-websocket-") as folder:
        # Started as root, the server runs its database as another user, who has to pass through.
        os.chmod(folder, 0o711)
        environment = {
            **os.environ, "ENVIRONMENT": "development", "HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": f"{folder}/data",
            "UPLOAD_PATH": f"{folder}/uploads", "INTERNAL_DOCS_PATH": f"{folder}/docs", "WS_BIND_ADDR": "127.0.0.1:0",
            "LOG_LEVEL": "warning",
        }
        environment.pop("DATABASE_URL", None)
        process = subprocess.Popen([program, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
        overdue = threading.Timer(START_SECONDS, process.kill)
        overdue.start()
        try:
            line = next((line for line in process.stdout if "http://" in line), None)
            overdue.cancel()
            if line is None:
                sys.exit("not ok - the server did not start")
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield re.search(r"http://[^\s,]+", line)[0], re.search(r"ws://[^\s,]+", line)[0]
        finally:
            overdue.cancel()
            process.send_signal(signal.SIGTERM)
            process.wait()


def sign_up(url):
    account = {"username": "ada", "email": "ada@example.org", "password": "correct horse battery"}
    for path in ("register", "login"):
        request = urllib.request.Request(f"{url}/api/v1/auth/{path}", json.dumps(account).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            found = json.load(answer)["data"]
    return found["access_token"]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--server")
    options.add_argument("--sockets")
    options.add_argument("--token")
    options = options.parse_args()
    if options.server:
        with server(options.server) as (url, sockets):
            token = sign_up(url)
            failed = run(sockets, token) + run(url.replace("http://", "ws://") + "/ws", token)
    else:
        failed = run(options.sockets, options.token)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
