"""A `talas serve` of one's own below a temporary folder, a PostgreSQL for it, and a client: for scripts that try them out."""

import glob
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
SECRET = "a secret of scripts, thirty-two bytes or more"
# One of each codec.
FORMS = ["mp3&bitrate=128", "opus&bitrate=96", "aac&bitrate=96", "flac", "wav"]


def program():
    """`TALAS`, or what was built last."""
    built = [ROOT / ".build/release/talas", ROOT / ".build/debug/talas"]
    found = os.environ.get("TALAS") or max((p for p in built if p.exists()), key=lambda p: p.stat().st_mtime, default=None)
    if found is None:
        sys.exit("no program: run `swift build --product talas`, or name one in TALAS")
    return str(found)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def temporary_folder(name):
    """A folder that PostgreSQL's user may pass through. SIGTERM, too, ends what was started in it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix=f"talas-{name}-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        yield folder


def noise(seconds, seed, rate=8_000):
    """A mono WAV of 8 bits; another seed makes another file."""
    samples = random.Random(seed).randbytes(int(seconds * rate))
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, rate, 1, 8,
                       b"data", len(samples))
    return head + samples


class Interrupted(Exception):
    """The connection was refused or broke; `received` came before."""

    def __init__(self, cause, received=b""):
        super().__init__(str(cause) or type(cause).__name__)
        self.received = received


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def data(self):
        return json.loads(self.body).get("data")

    def __str__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """Requests to one server, each on a connection of its own."""

    def __init__(self, url, token=None, timeout_seconds=60):
        place = urlsplit(url)
        self.url, self.host, self.port = url, place.hostname, place.port
        self.token, self.timeout_seconds = token, timeout_seconds

    def ask(self, method, path, body=None, headers=None):
        """The whole answer; raises Interrupted with what came of one that broke off."""
        headers = dict(headers or {}, Connection="close")
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
        received = bytearray()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            while piece := answer.read1(1 << 16):
                received += piece
            declared = answer.getheader("Content-Length")
            if method != "HEAD" and declared and len(received) < int(declared):
                raise Interrupted("the answer ended early", bytes(received) if answer.status < 300 else b"")
            return Answer(answer.status, answer.headers, bytes(received))
        except (OSError, http.client.HTTPException) as fault:
            raise Interrupted(fault, bytes(received)) from fault
        finally:
            connection.close()

    def api(self, method, path, value=None):
        body = None if value is None else json.dumps(value)
        return self.ask(method, f"/api/v1{path}", body, {"Content-Type": "application/json"} if body else None)

    def sign_up(self, name):
        """Registers an account and goes on as it."""
        account = {"username": name, "email": f"{name}@example.org", "password": f"correct horse {name}"}
        made = self.api("POST", "/auth/register", account)
        if made.status != 201:
            sys.exit(f"registering answered {made}")
        self.token = self.api("POST", "/auth/login", account).data["access_token"]
        return self

    def upload(self, file, title):
        """The answer to the upload of a file."""
        boundary = "talas-script-boundary"
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\n{title}\r\n'
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{title}.wav"\r\n'
                f"Content-Type: application/octet-stream\r\n\r\n").encode() + file + f"\r\n--{boundary}--\r\n".encode()
        return self.ask("POST", "/api/v1/tracks", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def settled(self, track, seconds=120):
        """A track once it is read in."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self.api("GET", f"/tracks/{track}")
            if answer.status == 200 and answer.data["status"] != "processing":
                return answer.data
            time.sleep(0.1)
        raise AssertionError(f"track {track} is not read in after {seconds} s: {answer}")

    def add(self, file, title):
        """A track of a file, read in."""
        answer = self.upload(file, title)
        if answer.status != 201:
            sys.exit(f"the upload of {title} answered {answer}")
        return self.settled(answer.data["id"])

    def patiently(self, method, path, headers=None, seconds=120):
        """As `ask`, but comes again where it is told to."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.ask(method, path, headers=headers)
            if answer.status != 503 or time.monotonic() > deadline:
                return answer
            time.sleep(min(1, float(answer.headers["Retry-After"])))

    def whole(self, track, form):
        """All bytes of a rendition."""
        answer = self.patiently("GET", f"/api/v1/tracks/{track}/stream?format={form}")
        if answer.status != 200:
            raise AssertionError(f"track {track} as {form}: {answer}")
        return answer.body


class Postgres:
    """A cluster of its own with one empty database, as safe against crashes as PostgreSQL is by itself."""

    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            sys.exit("no PostgreSQL: run scripts/setup")
        self.tools, self.data, self.port = found[-1], f"{folder}/postgres", free_port()
        os.makedirs(self.data)
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        self._run("createdb", "-h", self.data, "-p", str(self.port), "-U", "postgres", "talas")
        self.url = f"postgresql://postgres@/talas?host={self.data}&port={self.port}"

    def _run(self, tool, *arguments):
        command = [f"{self.tools}/{tool}", *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        options = f"-p {self.port} -k {self.data} -c listen_addresses='' -c max_connections=200"
        self._run("pg_ctl", "-D", self.data, "-w", "-o", options, "-l", f"{self.data}/log", "start")

    def crash(self):
        """Ends it as a crash does: what was committed is in the log, nothing else is tidied up."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def stop(self):
        try:
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "stop")
        except subprocess.CalledProcessError:
            pass  # It had not been running.

    def execute(self, statement):
        self._run("psql", "-h", self.data, "-p", str(self.port), "-U", "postgres", "-d", "talas", "-c", statement)


class Server:
    """`talas serve` on one port, which can be killed and started again."""

    def __init__(self, folder, database, name="data", uploads=None, **settings):
        self.port, self.errors = free_port(), f"{folder}/{name}.log"
        self.data, self.uploads = f"{folder}/{name}", uploads or f"{folder}/uploads"
        self.environment = dict(
            os.environ, DATABASE_URL=database, RUN_AS="postgres", HOST="127.0.0.1", PORT=str(self.port), DATA_DIR=self.data,
            UPLOAD_PATH=self.uploads, INTERNAL_DOCS_PATH=f"{folder}/docs", LOG_LEVEL="warning", JWT_SECRET=SECRET,
            USER_QUOTA_BYTES="0", **{key: str(value) for key, value in settings.items()})
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def migrate(self):
        subprocess.run([program(), "migrate", "up"], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        return self

    def start(self):
        """Returns when it is ready, after so many seconds."""
        began = time.monotonic()
        with open(self.errors, "a", encoding="utf-8") as errors:
            self.process = subprocess.Popen([program(), "serve"], env=self.environment, stdout=subprocess.PIPE,
                                            stderr=errors, text=True)
        overdue = threading.Timer(READY_SECONDS, self.process.kill)
        overdue.start()
        is_ready = any(re.search(r"http://\S+", line) for line in self.process.stdout)
        overdue.cancel()
        if not is_ready:
            sys.exit(f"the server did not start:\n{Path(self.errors).read_text()[-3000:]}")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return time.monotonic() - began

    def client(self, token=None):
        return Client(self.url, token)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def workers(self):
        """Its media workers that live."""
        found = []
        for folder in glob.glob("/proc/[0-9]*"):
            try:
                fields = Path(f"{folder}/stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid and fields[0] not in "ZX" \
                        and b"media-worker" in Path(f"{folder}/cmdline").read_bytes():
                    found.append(int(folder.rpartition("/")[2]))
            except OSError:
                continue  # It has ended.
        return found

    def status(self, name):
        """A number of proc(5)'s status file: VmRSS and VmHWM in KiB, Threads."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+)", text, re.M).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def temporary_files(self):
        """What is being written: uploads and segments."""
        folders = [f"{self.uploads}/tmp", f"{self.data}/cache/segments/tmp"]
        return [f"{folder}/{name}" for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)]

    def segment_files(self):
        return [path for path in glob.glob(f"{self.data}/cache/segments/*/*/*") if os.path.isfile(path)]

    def metric(self, name):
        text = self.client().ask("GET", "/metrics").body.decode()
        return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if re.match(rf"{name}[ {{]", line))
