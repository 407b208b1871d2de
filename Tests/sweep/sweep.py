#!/usr/bin/env python3
"""Asks a server what its OpenAPI document allows, and what it does not, as made up by schemathesis.

sweep.py --server PATH   starts that `talas` with temporary folders on a free port
         --examples N    requests made up for each operation, besides those of every edge of the schemas (default 5)
         --seconds N     stops making up requests after this time (default 45)
         --seed N        the same seed makes up the same requests (default 7)

No answer may be of the kind 5xx, of a status or a type that the document does not name, or of another form than it says. Exits 1
where one is.
"""

import argparse
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# What ends the session that everything is asked with, and streams without an end.
LEFT_OUT = r"/auth/(logout|logout-all|sessions|tokens)|/users/(me$|password|email)|/sessions/revoke$|/api/v1/events$"


@contextmanager
def server(program):
    """Starts `talas serve` and gives its URL and the environment of its commands."""
    with tempfile.TemporaryDirectory(prefix="talas-sweep-") as folder:
        # Started as root, the server runs its database as another user, who has to pass through.
        os.chmod(folder, 0o711)
        environment = {
            **os.environ, "ENVIRONMENT": "development", "HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": f"{folder}/data",
            "UPLOAD_PATH": f"{folder}/uploads", "INTERNAL_DOCS_PATH": f"{folder}/docs", "WS_BIND_ADDR": "127.0.0.1:0",
            "LOG_LEVEL": "error",
        }
        environment.pop("DATABASE_URL", None)
        with open(f"{folder}/errors.log", "w+", encoding="utf-8") as errors:
            process = subprocess.Popen(
                [program, "serve"], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
            overdue = threading.Timer(START_SECONDS, process.kill)
            overdue.start()
            try:
                url = next((found[0] for line in process.stdout if (found := re.search(r"https?://\S+", line))), None)
                overdue.cancel()
                if url is None:
                    errors.seek(0)
                    sys.exit(f"sweep: the server did not start:\n{errors.read()[-3000:]}")
                # Whatever else it prints must not fill the pipe.
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield url.rstrip("/."), environment
            finally:
                overdue.cancel()
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                errors.seek(0)
                for line in errors.read().splitlines()[-20:]:
                    print(f"server: {line}")


def administrator(program, url, environment):
    """Makes the account that gets furthest, and gives its access token."""
    email, password = "sweep@example.org", secrets.token_hex(12)
    command = [program, "user", "create", "--email", email, "--username", "sweep", "--role", "super_admin",
               "--password-stdin"]
    subprocess.run(command, env=environment, input=password, text=True, check=True, stdout=subprocess.DEVNULL)
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(
        f"{url}/api/v1/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]["access_token"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--examples", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=45)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    schemathesis = Path(sys.executable).parent / "schemathesis"
    with server(options.server) as (url, environment), tempfile.TemporaryDirectory() as folder:
        token = administrator(options.server, url, environment)
        command = [
            schemathesis, "--no-color", "run", f"{url}/openapi.json", "--checks", CHECKS,
            "--phases", "examples,coverage,fuzzing", "--max-examples", str(options.examples), "--seed", str(options.seed),
            "--generation-database", "none", "--no-shrink", "--continue-on-failure", "--max-time", str(options.seconds),
            "--workers", "1", "--request-timeout", "20", "--warnings", "off", "--exclude-path-regex", LEFT_OUT,
            "-H", f"Authorization: Bearer {token}",
        ]
        hooks = {"SCHEMATHESIS_HOOKS": "sweep_hooks", "PYTHONPATH": str(Path(__file__).resolve().parent)}
        status = subprocess.run(command, cwd=folder, env={**os.environ, **hooks}, check=False).returncode
    sys.exit(1 if status else 0)


if __name__ == "__main__":
    main()
