#!/usr/bin/env python3
"""`talas transcode` beside `ffmpeg` on the same file, in turns: wall clock and CPU, best of the rounds.

Goals for MP3 and Opus: at most 0.6 x the wall clock on two processors, at most 1.15 x the CPU. FLAC is shown beside them.
`TALAS` is the program (scripts/bench sets it).
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 318
ROUNDS = 5
WALL_GOAL = 0.6
CPU_GOAL = 1.15
# Sweeps, chords that come and go, bursts of noise: quiet and loud in turns.
MUSIC = (
    f"aevalsrc='0.2*sin(2*PI*(60*mod(t,20)+45*mod(t,20)*mod(t,20)))"
    f"+0.12*(sin(220*2*PI*t)+sin(277.2*2*PI*t)+sin(329.6*2*PI*t))*abs(sin(0.7*t))+0.5*(random(0)-0.5)*exp(-9*mod(t,0.5))"
    f"|0.15*sin(2*PI*(5000-120*mod(t,20))*t)*abs(sin(0.3*t))"
    f"+0.12*(sin(110*2*PI*t)+sin(164.8*2*PI*t))*abs(sin(0.9*t))+0.4*(random(1)-0.5)*exp(-14*mod(t,0.375))'"
    f":s=44100:d={SECONDS}"
)
FORMATS = {
    "mp3": (["--bitrate", "192"], ["-c:a", "libmp3lame", "-b:a", "192k"]),
    "opus": (["--bitrate", "128"], ["-c:a", "libopus", "-b:a", "128k"]),
    "flac": ([], ["-c:a", "flac"]),
}


def measured(command):
    """Seconds of wall clock and of CPU of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def figures(runs):
    walls, processors = zip(*runs)
    return min(walls), min(processors)


def main():
    talas = os.environ.get("TALAS")
    if not talas:
        sys.exit("transcode: set TALAS to the talas program, or use scripts/bench")
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        source = str(Path(folder) / "source.flac")
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", MUSIC, source], check=True)
        print(f"{SECONDS} s of FLAC, {os.cpu_count()} processors, {ROUNDS} rounds; seconds: best wall, best CPU")
        for extension, (own_options, peer_options) in FORMATS.items():
            output = str(Path(folder) / f"out.{extension}")
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(measured([talas, "transcode", source, "-o", output, *own_options]))
                peer = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source, *peer_options, output]
                theirs.append(measured(peer))
            own, peer = figures(ours), figures(theirs)
            wall, processor = own[0] / peer[0], own[1] / peer[1]
            print(
                f"{extension:5} talas {own[0]:.2f} {own[1]:.2f}   ffmpeg {peer[0]:.2f} {peer[1]:.2f}   "
                f"wall ratio {wall:.2f}, CPU {processor:.2f}"
            )
            if extension != "flac" and (wall > WALL_GOAL or processor > CPU_GOAL):
                missed.append(extension)
    if missed:
        sys.exit(f"transcode: above {WALL_GOAL} x wall or {CPU_GOAL} x CPU for {', '.join(missed)}")


main()
