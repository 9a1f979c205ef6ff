"""The first command as a stranger types it: a demo on a fresh home, its page, Ctrl-C, a second start, verify."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST, SECOND, STOP = 300, 10, 60  # seconds allowed
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):\d+\S*")


class Demo:
    """One run of `./bina demo`; what it prints is passed on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.began = time.monotonic()
        self.address = ""
        self.process = subprocess.Popen(
            ["./bina", "demo"],
            cwd=ROOT,
            env={**os.environ, "BINA_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            print(f"    {line}", end="", flush=True)
            found = ADDRESS.search(line)
            if found and not self.address:
                self.address = found[0].rstrip(".,)")

    def answers(self, seconds: float) -> float:
        """Waits for the entrance page; gives the seconds from the command to the page."""
        while time.monotonic() - self.began < seconds:
            if self.process.poll() is not None:
                raise AssertionError(f"it ended by itself with code {self.process.returncode}")
            if self.address:
                try:
                    with urllib.request.urlopen(self.address, timeout=10) as response:
                        page = response.read().decode()
                    assert response.status == 200, f"the page answered {response.status}"
                    assert "بینا" in page, "the page is not the entrance"
                    return time.monotonic() - self.began
                except OSError:
                    pass
            time.sleep(0.1)
        raise AssertionError(f"no page after {seconds:.0f} s (address: {self.address or 'none printed'})")

    def stop(self) -> None:
        """Ctrl-C, as the terminal sends it; everything must end."""
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(STOP)
        assert code in (0, 130), f"Ctrl-C ended it with code {code}"
        left = [line for line in _processes() if str(self.home) in line]
        assert not left, "still running: " + "; ".join(left)


def _processes() -> list[str]:
    listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=False).stdout
    return [line.strip() for line in listed.splitlines()]


def main() -> int:
    """Runs the steps in order; the first that fails ends it. 0 when all passed."""
    passed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as root the demo runs as another user, who must be able to enter
        demos: list[Demo] = []

        def start(allowed: float) -> str:
            demos.append(Demo(Path(folder) / "home"))
            return f"page after {demos[-1].answers(allowed):.1f} s"

        def stop() -> str:
            demos[-1].stop()
            return ""

        def verify() -> str:
            home = {**os.environ, "BINA_HOME": str(demos[-1].home)}
            done = subprocess.run(["./bina", "verify"], cwd=ROOT, env=home, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"verify says:\n{done.stdout}{done.stderr}"
            return ""

        steps: list[tuple[str, Callable[[], str]]] = [
            ("a first start brings the entrance page", lambda: start(FIRST)),
            ("Ctrl-C stops all of it", stop),
            (f"a second start takes less than {SECOND} s", lambda: start(SECOND)),
            ("Ctrl-C stops all of it again", stop),
            ("what is in it is true", verify),
        ]
        for name, act in steps:
            try:
                print(f"  {name}: passed {act()}".rstrip(), flush=True)
                passed += 1
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                print(f"  {name}: FAILED, {error}", flush=True)
                break
        for demo in demos:
            if demo.process.poll() is None:
                os.killpg(demo.process.pid, signal.SIGTERM)
                demo.process.wait(STOP)
    print(f"{passed} passed, {len(steps) - passed} failed")
    return int(passed < len(steps))


if __name__ == "__main__":
    sys.exit(main())
