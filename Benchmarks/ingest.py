#!/usr/bin/env python3
"""All that ingest finds out, by one decode (`talas probe --decode`), beside the programs that find it one by one: `ffmpeg` with its
ebur128 filter and true peaks, `fpcalc`, and a decode for a waveform. CPU of one after the other, best of the rounds, in turns.

Goal: at most 0.7 x their CPU. `TALAS` is the program (scripts/bench sets it).
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 318
ROUNDS = 7
GOAL = 0.7
MUSIC = (
    f"aevalsrc='0.3*sin(220*2*PI*t)*abs(sin(t))+0.2*sin(1760*2*PI*t)*abs(sin(3*t))+0.2*random(0)-0.1"
    f"|0.3*sin(330*2*PI*t)*abs(sin(2*t))+0.2*random(1)-0.1':s=44100:d={SECONDS}"
)
FORMATS = {"flac": ["-c:a", "flac"], "mp3": ["-b:a", "192k"], "opus": ["-c:a", "libopus", "-b:a", "128k"]}
QUIET = ["ffmpeg", "-nostdin", "-v", "error"]


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peers(track):
    one_thread = ["-threads", "1", "-i", track, "-map", "0:a"]
    return {
        "ebur128": [*QUIET, *one_thread, "-af", "ebur128=peak=true", "-f", "null", "-"],
        "fpcalc": ["fpcalc", "-raw", "-length", "120", track],
        "waveform": [*QUIET, *one_thread, "-c:a", "pcm_s16le", "-f", "null", "-"],
    }


def main():
    talas = os.environ.get("TALAS")
    if not talas:
        sys.exit("ingest: set TALAS to the talas program, or use scripts/bench")
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.wav"
        subprocess.run([*QUIET, "-f", "lavfi", "-i", MUSIC, source], check=True)
        print(f"{SECONDS} s of stereo, {ROUNDS} rounds; seconds of CPU: best (median)")
        for extension, options in FORMATS.items():
            track = str(Path(folder) / f"track.{extension}")
            subprocess.run([*QUIET, "-i", source, *options, track], check=True)
            commands = {"talas": [talas, "probe", "--decode", track], **peers(track)}
            runs = {name: [] for name in commands}
            for _ in range(ROUNDS):
                for name, command in commands.items():
                    runs[name].append(processor_seconds(command))
            best = {name: min(times) for name, times in runs.items()}
            ratio = best["talas"] / sum(best[name] for name in best if name != "talas")
            figures = "  ".join(f"{name} {best[name]:.2f} ({statistics.median(runs[name]):.2f})" for name in runs)
            print(f"{extension:5} {figures}   ratio {ratio:.2f}")
            if ratio > GOAL:
                missed.append(extension)
    if missed:
        sys.exit(f"ingest: above {GOAL} x for {', '.join(missed)}")


main()
