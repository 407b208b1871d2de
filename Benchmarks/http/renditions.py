"""Renditions beside nginx on files made before, and beside ffmpeg that begins anew."""
import os
import random
import socket
import statistics
import subprocess
import time
import urllib.request

from peers import LOAD_CORE, SERVER_CORE, compare_ranges, on, report, resident

SECONDS = 300
FORMATS = {"opus": ("96", 12_000, ["-c:a", "libopus", "-vbr", "off", "-f", "ogg"]),
           "mp3": ("128", 16_000, ["-c:a", "libmp3lame", "-f", "mp3"])}


def ranges(bench):
    """Of a rendition whose segments are in memory, against nginx on the same bytes in a file."""
    url = f"{bench.talas.url}{bench.track['stream_url']}&format=mp3&bitrate=320"
    file = f"{bench.folder}/files/track.mp3"
    subprocess.run(["curl", "-sS", "-o", file, url], check=True)
    compare_ranges("64 KiB ranges of a cached rendition", bench, url, "track.mp3", str(os.path.getsize(file)))


def sources(bench, count, name):
    """FLACs of five minutes that differ, as tracks."""
    for number in range(count):
        path = f"{bench.folder}/{name}-{number}.flac"
        tone = (f"anoisesrc=d={SECONDS}:c=pink:r=44100:a=0.3:seed={number + sum(name.encode())}[n];"
                f"sine=f={220 + 30 * number}:d={SECONDS}:r=44100[s];[n][s]amix=2,aformat=channel_layouts=stereo[a]")
        subprocess.run(["ffmpeg", "-v", "error", "-filter_complex", tone, "-map", "[a]", "-sample_fmt", "s16", path],
                       check=True)
        yield path, bench.talas.add(path, bench.token, f"{name} {number}")


def cold_seeks(bench):
    """Time to the first byte at places of renditions never encoded; never two seeks into neighbouring segments, of which
    the second would have been made ahead."""
    tracks = list(sources(bench, 3, "seek"))
    for format, (bitrate, bytes_per_second, arguments) in FORMATS.items():
        ours, theirs = [], []
        for path, track in tracks:
            url = f"{track['stream_url']}&format={format}&bitrate={bitrate}"
            places = [seconds + random.random() * 5 for seconds in range(20, SECONDS - 20, 24)]
            random.shuffle(places)
            for place in places:
                ours.append(first_byte(bench.talas, url, int(place * bytes_per_second)))
                idle(bench.talas)
                theirs.append(ffmpeg_first_byte(path, place, bitrate, arguments))
        report(f"first byte of a cold seek, {format} {bitrate}", statistics.median(ours) * 1e3,
               statistics.median(theirs) * 1e3, "ms", "ffmpeg -ss")
        print(f"  of {len(ours)} seeks the slowest                 talas {max(ours) * 1e3:10.1f} ms     ffmpeg "
              f"{max(theirs) * 1e3:10.1f} ms")


def first_byte(talas, url, offset):
    with socket.create_connection(("127.0.0.1", talas.port)) as connection:
        start = time.perf_counter()
        connection.sendall(f"GET {url} HTTP/1.1\r\nHost: localhost\r\nRange: bytes={offset}-\r\n\r\n".encode())
        received = b""
        while len(received.partition(b"\r\n\r\n")[2]) == 0:
            received += connection.recv(65536)
        elapsed = time.perf_counter() - start
    if not received.startswith(b"HTTP/1.1 206"):
        raise SystemExit(f"a seek was answered {received[:200]}")
    return elapsed


def ffmpeg_first_byte(path, place, bitrate, arguments):
    start = time.perf_counter()
    process = subprocess.Popen(on(SERVER_CORE, "ffmpeg", "-v", "quiet", "-ss", f"{place:.3f}", "-i", path, "-b:a",
                                  f"{bitrate}k", "-flush_packets", "1", *arguments, "-"), stdout=subprocess.PIPE)
    process.stdout.read(1)
    elapsed = time.perf_counter() - start
    process.kill()
    process.wait()
    return elapsed


def metric(talas, name):
    with urllib.request.urlopen(f"{talas.url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(f"{name} ")), 0.0)


def encodes(talas):
    return metric(talas, "talas_segment_encode_seconds_count")


def idle(talas):
    """Waits until nothing is encoded any more: what was begun for the last seek must not slow the next one."""
    seen = encodes(talas)
    while True:
        time.sleep(0.25)
        now = encodes(talas)
        if now == seen:
            return
        seen = now


def one_encode(bench):
    """However many listen, each segment is encoded once."""
    counts = []
    for (_, track), audience in zip(sources(bench, 2, "listen"), (1, 64)):
        url = f"{bench.talas.url}{track['stream_url']}&format=opus&bitrate=96"
        idle(bench.talas)
        before = encodes(bench.talas)
        subprocess.run(on(LOAD_CORE, "curl", "-sS", "--parallel", "--parallel-immediate", "--parallel-max", "64",
                          *[argument for _ in range(audience) for argument in ("-o", "/dev/null", url)]),
                       check=True, capture_output=True)
        idle(bench.talas)
        counts.append(encodes(bench.talas) - before)
    alone, crowd = counts
    report("encodes for 64 listeners of a cold track", crowd, alone, "", "one listener")


def listeners(bench):
    """Memory of 1,000 listeners of a rendition that is in memory, who read a little and then no more."""
    url = f"{bench.track['stream_url']}&format=mp3&bitrate=320"
    subprocess.run(["curl", "-sS", "-o", "/dev/null", bench.talas.url + url], check=True)
    before = resident(bench.talas.process.pid)
    sockets = []
    for _ in range(1000):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        connection.connect(("127.0.0.1", bench.talas.port))
        connection.sendall(f"GET {url} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n".encode())
        sockets.append(connection)
    for connection in sockets:
        assert connection.recv(1024).startswith(b"HTTP/1.1 206")
    time.sleep(2)
    after = resident(bench.talas.process.pid)
    print(f"1,000 listeners who are slow               talas {(after - before) * 1.024:10.1f} KiB each, kernel's buffers apart",
          flush=True)
    for connection in sockets:
        connection.close()
