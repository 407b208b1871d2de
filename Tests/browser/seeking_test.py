#!/usr/bin/env python3
"""Seeks like mad through renditions that nobody asked for before, in a real browser's <audio>.

seeking_test.py --server PATH [--seed N]

The source is a tone that rises by 20 Hz a second from 200 Hz, so that what is heard tells where it comes from. Prints
`ok - …` for every form that holds, and exits 1 at the first that does not.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))
from player_test import CHROMIUM, server  # noqa: E402
from server import Client  # noqa: E402

SECONDS, START_HERTZ, HERTZ_A_SECOND = 120, 200, 20
SEEKS, SETTLED = 39, 3
# Chromium loses its place in fragmented MP4, whoever serves it, when a seek comes while it reads a fragment's head.
SEEKS_ONE_BY_ONE = {"aac": 6, "hls": 6, "hls opus": 6}
# What is heard is measured over a few hundredths of a second, somewhat after the place that was asked for.
TOLERANCE_SECONDS = 0.6
# By the URL of a track that has it, and what is appended to that.
FORMS = {
    "mp3": ("stream_url", "&format=mp3&bitrate=192"), "opus": ("stream_url", "&format=opus&bitrate=64"),
    "aac": ("stream_url", "&format=aac&bitrate=64"), "flac": ("stream_url", "&format=flac"),
    "wav": ("stream_url", "&format=wav"), "hls": ("hls_url", ""), "hls opus": ("hls_url", "&format=opus")}

# Seeks to all places without waiting for any but some, and tells what sounds at those.
SEEK = """async ({url, places, settled, start, slope}) => {
    const audio = new Audio(url);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
    const event = (name) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${name} after 20 s, at ${audio.currentTime}`)), 20000);
        audio.addEventListener(name, () => { clearTimeout(timer); resolve(); }, {once: true});
        audio.addEventListener("error", () => { clearTimeout(timer); reject(new Error(audio.error.message)); }, {once: true});
    });
    await event("loadedmetadata");
    await context.resume();
    audio.play();
    const loudest = () => {
        const bins = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(bins);
        const bin = bins.indexOf(Math.max(...bins));
        return {hertz: bin * context.sampleRate / analyser.fftSize, level: bins[bin]};
    };
    const heard = [];
    for (const [number, place] of places.entries()) {
        audio.currentTime = place;
        if ((number + 1) % settled) { await new Promise((resolve) => setTimeout(resolve, 30 * (number % 4))); continue; }
        await event("seeked");
        const deadline = performance.now() + 20000;
        let sound;
        do {
            await new Promise((resolve) => setTimeout(resolve, 20));
            sound = loudest();
            sound.place = start + slope * audio.currentTime;
        } while (performance.now() < deadline && !(audio.currentTime > place + 0.25 && sound.level > -60));
        heard.push({place, at: audio.currentTime, hertz: sound.hertz, expected: sound.place});
    }
    audio.pause();
    return {duration: audio.duration, heard};
}"""


def source(folder):
    tone = Path(folder) / "rising.flac"
    phase = f"2*PI*({START_HERTZ}*t+{HERTZ_A_SECOND / 2}*t*t)"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", f"aevalsrc='0.5*sin({phase})':s=16000:d={SECONDS}",
                    str(tone)], check=True)
    return tone.read_bytes()


def seek(page, url, places, settled):
    told = page.evaluate(SEEK, {"url": url, "places": places, "settled": len(places) // settled, "start": START_HERTZ,
                                "slope": HERTZ_A_SECOND})
    assert abs(told["duration"] - SECONDS) < 0.1, f"the browser takes it for {told['duration']} s long"
    assert len(told["heard"]) == settled, told
    for sound in told["heard"]:
        distance = abs(sound["hertz"] - sound["expected"]) / HERTZ_A_SECOND
        assert distance < TOLERANCE_SECONDS, f"at {sound['at']:.2f} s sounds what belongs {distance:.2f} s from there: {sound}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, server(options.server) as url, sync_playwright() as playwright:
        client = Client(url).sign_up(f"ada_{uuid.uuid4().hex[:8]}")
        track = client.add(source(folder), "Rising")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"])
        try:
            page = browser.new_page()
            page.goto(url)
            for name, (url_of, form) in FORMS.items():
                settled = SEEKS_ONE_BY_ONE.get(name, SETTLED)
                places = [round(dice.uniform(0, SECONDS - 5), 3) for _ in range(SEEKS_ONE_BY_ONE.get(name, SEEKS))]
                seek(page, track[url_of] + form, places, settled)
                print(f"ok - {len(places)} seeks in a cold {name} end where they should", flush=True)
        except (AssertionError, Error) as fault:
            print(f"not ok - {name}: {fault}", flush=True)
            return 1
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
