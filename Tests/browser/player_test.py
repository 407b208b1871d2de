#!/usr/bin/env python3
"""Uses the page as a person would, in a real browser against a real server.

player_test.py --server PATH      starts that `talas` with temporary folders on a free port
player_test.py --url URL          uses a server that runs already
               --pictures DIR     also keeps a picture of each step

Prints `ok - …` for every step that holds, and exits 1 at the first that does not.
"""

import argparse
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import TimeoutError as Overdue
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
START_SECONDS = 60
STEP_MILLISECONDS = 15_000
POSITION = "heard.at(-1).currentTime"


@contextmanager
def server(program):
    """Starts `talas serve` and gives its URL."""
    with tempfile.TemporaryDirectory(prefix="talas-browser-") as folder:
        # Started as root, the server runs its database as another user, who has to pass through.
        os.chmod(folder, 0o711)
        environment = {
            **os.environ, "ENVIRONMENT": "development", "HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": f"{folder}/data",
            "UPLOAD_PATH": f"{folder}/uploads", "INTERNAL_DOCS_PATH": f"{folder}/docs", "WS_BIND_ADDR": "127.0.0.1:0",
        }
        environment.pop("DATABASE_URL", None)
        errors = open(f"{folder}/errors.log", "w+", encoding="utf-8")
        process = subprocess.Popen([program, "serve"], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        overdue = threading.Timer(START_SECONDS, process.kill)
        overdue.start()
        try:
            url = next((found[0] for line in process.stdout if (found := re.search(r"https?://\S+", line))), None)
            overdue.cancel()
            if url is None:
                errors.seek(0)
                sys.exit(f"not ok - the server did not start:\n{errors.read()[-3000:]}")
            # Whatever else it prints must not fill the pipe.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield url.rstrip("/.")
        finally:
            overdue.cancel()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


class Visit:
    """One browser page, and what is done on it."""

    def __init__(self, page, pictures):
        self.page, self.pictures, self.step_count = page, pictures, 0
        self.faults = []
        page.set_default_timeout(STEP_MILLISECONDS)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", lambda message: self.note(message))
        # The element is not in the document: the page's player makes it with `new Audio()`.
        page.add_init_script(
            "const Original = Audio; window.heard = [];"
            "window.Audio = function (...a) { const made = new Original(...a); window.heard.push(made); return made; };"
        )

    def note(self, message):
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def done(self, text):
        if self.faults:
            raise AssertionError("; ".join(self.faults))
        self.step_count += 1
        if self.pictures:
            self.page.screenshot(path=str(self.pictures / f"{self.step_count:02}.png"))
        print(f"ok - {text}", flush=True)

    def until(self, condition):
        """Asks until it holds (the page's policy forbids the browser's own way, which evaluates strings)."""
        deadline = time.monotonic() + STEP_MILLISECONDS / 1000
        while not self.page.evaluate(condition):
            if time.monotonic() > deadline:
                raise AssertionError(f"never came true: {condition} (it is at {self.page.evaluate(POSITION)})")
            self.page.wait_for_timeout(50)


def play_through(visit, url):
    page = visit.page
    name = f"ada_{secrets.token_hex(4)}"
    password = secrets.token_urlsafe(12)

    page.goto(url)
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    expect(page.locator(".notice.error")).to_be_visible()
    visit.done("a wrong login is refused in words")

    page.click("text=Create an account")
    page.fill("[name=username]", name)
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    expect(page.locator(".account .name")).to_have_text(name)
    visit.done("registering signs in")

    chooser = page.locator("input[type=file]")
    chooser.set_input_files(str(ROOT / "fixtures/malformed/text.wav"))
    expect(page.locator(".upload.failed .state")).to_be_visible()
    page.click(".upload.failed .icon-button")
    visit.done("a text named .wav is refused in words")

    with tempfile.TemporaryDirectory() as folder:
        tone = Path(folder) / "Long Tone.flac"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=f=220:r=8000:d=60,volume='0.2+0.6*t/60':eval=frame", str(tone)],
            check=True)
        chooser.set_input_files(str(tone))
        row = page.locator(".track").first
        expect(row.locator(".title")).to_have_text("Long Tone")
        expect(row.locator(".wave")).to_be_visible(timeout=60_000)
        expect(row.locator(".time")).to_have_text("1:00")
        visit.done("a FLAC goes up and its waveform comes")

        chooser.set_input_files(str(tone))
        expect(page.locator(".upload.failed")).to_be_visible()
        page.click(".upload.failed .icon-button")
        visit.done("the same file again is refused")

    ranges = []
    page.on("response", lambda answer: ranges.append(answer.status) if "/uploads/tracks/" in answer.url else None)
    row.locator(".play").click()
    visit.until("heard.at(-1).currentTime > 0.3")
    visit.done("it is heard")

    box = page.locator(".waveform").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    visit.until("heard.at(-1).currentTime > 44 && heard.at(-1).currentTime < 55 && !heard.at(-1).seeking")
    assert 206 in ranges, f"no partial content among {ranges}"
    visit.done("a click on the waveform seeks there, by byte ranges")

    page.locator(".waveform").press("Home")
    visit.until("heard.at(-1).currentTime < 5")
    page.locator(".waveform").press("ArrowRight")
    visit.until("heard.at(-1).currentTime >= 5")
    page.locator("h1").click()
    page.keyboard.press("Space")
    visit.until("heard.at(-1).paused")
    visit.done("keys seek and pause")

    row.locator("[aria-label^='Edit']").click()
    page.fill("dialog [name=title]", "<b>Tone & “more”</b>")
    page.fill("dialog [name=tags]", "Test Tone, long")
    page.click("dialog button[type=submit]")
    expect(row.locator(".title")).to_have_text("<b>Tone & “more”</b>")
    expect(row.locator("button.chip").first).to_have_text("test-tone")
    visit.done("title and tags are edited, and shown as text")

    row.locator("button.chip").first.click()
    expect(page.locator(".track")).to_have_count(1)
    assert "tag=test-tone" in page.url, page.url
    visit.done("a tag filters the list")

    page.reload()
    expect(page.locator(".account .name")).to_have_text(name)
    expect(page.locator(".track")).to_have_count(1)
    visit.done("a reload keeps the session and the filter")

    page.locator("[aria-label^='Delete']").click()
    page.click("dialog button[type=submit]")
    expect(page.locator(".track")).to_have_count(0)
    visit.done("deleting asks first, then deletes")

    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "the page is wider than a telephone"
    page.click("text=Log out")
    expect(page.locator("[name=password]")).to_be_visible()
    assert page.evaluate("localStorage.getItem('talas.refresh_token')") is None
    visit.done("logging out forgets the session")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--server")
    place.add_argument("--url")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def given():
        yield options.url

    with server(options.server) if options.server else given() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"])
        visit = Visit(browser.new_page(viewport={"width": 1100, "height": 720}), options.pictures)
        try:
            play_through(visit, url)
        except (AssertionError, Overdue) as fault:
            visit.page.screenshot(path=str(ROOT / ".build/browser-failure.png"))
            print(f"not ok - after step {visit.step_count}: {fault}\n(picture: .build/browser-failure.png)", flush=True)
            return 1
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
