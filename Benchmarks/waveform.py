#!/usr/bin/env python3
"""`talas waveform` beside `audiowaveform` and a bare `ffmpeg` decode of the same file, in turns: wall clock and CPU,
best and median of the rounds.

Goal: at most 1.0 x the wall clock of audiowaveform for FLAC, 0.5 x for MP3 and Ogg Vorbis, and 1.0 x that of ffmpeg.
`TALAS` is the program (scripts/bench sets it), `AUDIOWAVEFORM` the BBC's, for which Debian has no package: without it
that row is left out.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 300
ROUNDS = 9
GOAL = 1.0
AUDIOWAVEFORM_GOALS = {"flac": 1.0, "mp3": 0.5, "ogg": 0.5}
MUSIC = (
    f"aevalsrc='0.3*sin(220*2*PI*t)*abs(sin(t))+0.2*sin(1760*2*PI*t)*abs(sin(3*t))+0.2*random(0)-0.1"
    f"|0.3*sin(330*2*PI*t)*abs(sin(2*t))+0.2*random(1)-0.1':s=44100:d={SECONDS}"
)
FORMATS = {"flac": ["-c:a", "flac"], "mp3": ["-b:a", "192k"], "ogg": ["-c:a", "libvorbis", "-q:a", "5"]}


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
    return min(walls), statistics.median(walls), min(processors)


def main():
    talas = os.environ.get("TALAS")
    if not talas:
        sys.exit("waveform: set TALAS to the talas program, or use scripts/bench")
    audiowaveform = os.environ.get("AUDIOWAVEFORM")
    if not audiowaveform:
        print("waveform: audiowaveform is left out: set AUDIOWAVEFORM to one that was built")
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.wav"
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", MUSIC, source], check=True)
        print(f"{SECONDS} s of stereo, {ROUNDS} rounds; seconds: best wall, median wall, best CPU")
        for extension, options in FORMATS.items():
            track, out = str(Path(folder) / f"track.{extension}"), str(Path(folder) / "out.dat")
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", source, *options, track], check=True)
            ours = [talas, "waveform", track, "-o", out]
            peers = {"ffmpeg": (["ffmpeg", "-nostdin", "-v", "error", "-i", track, "-f", "null", "-"], GOAL)}
            if audiowaveform:
                # At the resolution that ours has without being asked.
                command = [audiowaveform, "-q", "-i", track, "-o", out, "-z", "256", "-b", "8"]
                peers["audiowaveform"] = (command, AUDIOWAVEFORM_GOALS[extension])
            missed += compared(extension, ours, peers)
    if missed:
        sys.exit(f"waveform: above the goal: {', '.join(missed)}")


def compared(extension, ours, peers):
    """Runs ours and its peers in turns, and gives those beside which it falls short."""
    runs = {name: [] for name in ["talas", *peers]}
    for _ in range(ROUNDS):
        runs["talas"].append(measured(ours))
        for name, (command, _) in peers.items():
            runs[name].append(measured(command))
    own, missed = figures(runs["talas"]), []
    for name, (_, goal) in peers.items():
        peer = figures(runs[name])
        ratio = own[0] / peer[0]
        print(
            f"{extension:5} talas {own[0]:.3f} {own[1]:.3f} {own[2]:.3f}   {name} {peer[0]:.3f} {peer[1]:.3f} "
            f"{peer[2]:.3f}   wall ratio {ratio:.2f} (median {own[1] / peer[1]:.2f}), CPU {own[2] / peer[2]:.2f}"
        )
        if ratio > goal:
            missed.append(f"{extension} beside {name}")
    return missed


main()
