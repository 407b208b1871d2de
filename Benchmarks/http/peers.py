"""What the benchmarks over HTTP run beside each other, and how they measure: servers on one core, load on the other."""
import glob
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TALAS = os.environ.get("TALAS", os.path.join(HERE, "../../.build/release/talas"))
POSTGRES = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
SERVER_CORE, LOAD_CORE = "0", "1"
TRACK_BYTES = 50_000_000


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def on(core, *command):
    return ["taskset", "-c", core, *command] if os.cpu_count() > 1 else list(command)


def as_postgres(*command):
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else list(command)


def resident(pid, key="VmRSS"):
    """Memory in MiB of one process."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(key + ":"))


class Postgres:
    def __init__(self, folder, settings=""):
        self.data, self.port = f"{folder}/pg", free_port()
        os.makedirs(self.data)
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
        subprocess.run(as_postgres(f"{POSTGRES}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                                   "--locale=C.UTF-8"), check=True, capture_output=True)
        options = f"-p {self.port} -k {self.data} -c listen_addresses='' -c shared_buffers=512MB {settings}"
        subprocess.run(on(SERVER_CORE, *as_postgres(f"{POSTGRES}/pg_ctl", "-D", self.data, "-w", "-o", options, "-l",
                                                    f"{self.data}/log", "start")), check=True, capture_output=True)
        self.tool("createdb", "talas")
        self.tool("createdb", "bench")
        self.tool("pgbench", "-q", "-i", "-s", "10", "bench")

    def tool(self, name, *arguments):
        command = [f"{POSTGRES}/{name}", "-h", self.data, "-p", str(self.port), "-U", "postgres", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def url(self, database):
        return f"postgresql://postgres@/{database}?host={self.data}&port={self.port}"

    def selects(self, seconds):
        out = subprocess.run(
            on(LOAD_CORE, f"{POSTGRES}/pgbench", "-h", self.data, "-p", str(self.port), "-U", "postgres", "-S", "-M",
               "prepared", "-c", "16", "-T", str(seconds), "bench"), check=True, capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([0-9.]+)", out).group(1))

    def stop(self):
        subprocess.run(as_postgres(f"{POSTGRES}/pg_ctl", "-D", self.data, "-m", "fast", "stop"), capture_output=True)


class Nginx:
    """Serves the folder `files`."""

    def __init__(self, folder, nopush):
        self.port, root = free_port(), f"{folder}/nginx-{nopush}"
        os.makedirs(f"{root}/body")
        user = "user root;" if os.getuid() == 0 else ""
        with open(f"{root}/nginx.conf", "w") as conf:
            conf.write(f"""{user} daemon off; worker_processes 1; pid {root}/pid; error_log {root}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush {nopush}; tcp_nodelay on; keepalive_requests 10000000;
client_max_body_size 0; client_body_temp_path {root}/body; open_file_cache max=100;
server {{ listen 127.0.0.1:{self.port}; root {folder}/files; location / {{ dav_methods PUT; }} }} }}
""")
        self.process = subprocess.Popen(on(SERVER_CORE, "nginx", "-p", root, "-c", f"{root}/nginx.conf"),
                                        stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(f"{self.url}/track.wav")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Talas:
    def __init__(self, folder, database):
        environment = dict(os.environ, DATABASE_URL=database, RUN_AS="postgres", HOST="127.0.0.1", PORT="0", DATA_DIR=f"{folder}/data",
                           UPLOAD_PATH=f"{folder}/uploads", LOG_LEVEL="warning", USER_QUOTA_BYTES="0",
                           MIN_FREE_DISK="0")
        subprocess.run([TALAS, "migrate", "up"], env=environment, check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(on(SERVER_CORE, TALAS, "serve"), env=environment, stdout=subprocess.PIPE,
                                        text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group(0).rstrip("/.")
        self.port = int(self.url.rsplit(":", 1)[1])

    def call(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(f"{self.url}/api/v1{path}", json.dumps(body).encode() if body else None,
                                         headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["data"]

    def upload(self, file, token, title):
        out = subprocess.run(on(LOAD_CORE, "curl", "-sS", "-w", "\n%{time_total}", "-H", f"Authorization: Bearer {token}",
                                "-H", "Expect:", "-F", f"title={title}", "-F", f"file=@{file}",
                                f"{self.url}/api/v1/tracks"), check=True, capture_output=True, text=True).stdout
        body, seconds = out.rsplit("\n", 1)
        answer = json.loads(body)
        if not answer["success"]:
            raise SystemExit(f"upload refused: {answer}")
        return answer["data"], float(seconds)

    def add(self, file, token, title):
        """A track of this file, read in."""
        track, _ = self.upload(file, token, title)
        while track["status"] == "processing":
            time.sleep(0.2)
            track = self.call("GET", f"/tracks/{track['id']}", token=token)
        return track

    def stop(self):
        self.process.terminate()
        self.process.wait()


def wait_for(url):
    for _ in range(200):
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{url} does not answer")


def wrk(url, script, seconds, connections, *arguments):
    out = subprocess.run(on(LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{HERE}/{script}", url,
                            "--", *arguments), check=True, capture_output=True, text=True).stdout
    rate, p99, wrong = re.search(r"RESULT ([0-9.]+) (\d+) (\d+)", out).groups()
    if int(wrong):
        print(f"  WRONG ANSWERS: {wrong} from {url}")
    return float(rate), int(p99)


def noise(path, size):
    """A WAV of noise: nothing about it compresses, and every byte is audio."""
    frames = (size - 44) // 4
    with open(path, "wb") as file:
        file.write(b"RIFF" + (36 + frames * 4).to_bytes(4, "little") + b"WAVEfmt " + bytes.fromhex(
            "10000000 0100 0200 80bb0000 00ee0200 0400 1000") + b"data" + (frames * 4).to_bytes(4, "little"))
        left = frames * 4
        while left:
            block = os.urandom(min(left, 1 << 20))
            file.write(block)
            left -= len(block)


def report(name, ours, theirs, unit, peer):
    print(f"{name:42} talas {ours:10.1f} {unit:6} {peer} {theirs:10.1f} {unit:6} ratio {ours / theirs:5.2f}", flush=True)


def compare_ranges(name, bench, url, file, size):
    """In turns with both settings of nginx, of which the better counts."""
    ours, theirs = [], []
    for _ in range(3):
        ours.append(wrk(url, "ranges.lua", bench.seconds, 16, size))
        theirs.append(max(wrk(f"{nginx.url}/{file}", "ranges.lua", bench.seconds, 16, size) for nginx in bench.nginx))
    report(name, statistics.median(r for r, _ in ours), statistics.median(r for r, _ in theirs), "/s", "nginx")
    print(f"  p99                                      talas {statistics.median(p for _, p in ours):10.0f} us     nginx "
          f"{statistics.median(p for _, p in theirs):10.0f} us")
