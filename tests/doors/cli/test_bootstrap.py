"""./bina on a bare machine: what it installs, what it skips, and what it says when a step fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOLS = "sh dirname id cmp cut cksum date mktemp mkdir rm cp cat sed tail uname printf sleep env kill".split()
UV = """#!/bin/sh
echo "uv $*" >>"{log}"
[ "$1" = --version ] && exit 0
if [ "$1" = venv ]; then
    for last; do :; done
    mkdir -p "$last/bin" && cp "{wrapper}" "$last/bin/python"
    exit
fi
[ -n "{broken}" ] && echo "no route to the index" >&2 && exit 1
exit 0
"""
SAYS = "import sys\nprint('ran', *sys.argv[1:])\n"


@dataclass
class Machine:
    """A checkout with made-up locks and code, and the few programs a bare machine has."""

    root: Path
    path: Path
    log: Path

    def put(self, name: str, text: str) -> None:
        """A program of this machine."""
        program = self.path / name
        program.unlink(missing_ok=True)
        program.write_text(text)
        program.chmod(0o755)

    def uv(self, *, broken: bool = False) -> None:
        """A uv that notes what it is asked."""
        self.put("uv", self.uv_text("yes" if broken else ""))

    def uv_text(self, broken: str = "") -> str:
        """The program of such a uv; the environment it makes runs our own Python."""
        self.put("wrapper", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        return UV.format(log=self.log, wrapper=self.path / "wrapper", broken=broken)

    def bina(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Runs ./bina with this machine's programs alone."""
        return subprocess.run(
            [str(self.root / "bina"), *argv],
            env={"PATH": str(self.path), "HOME": str(self.root), "TMPDIR": str(self.root)},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def installed(self) -> list[str]:
        """The locks that uv was asked to install, in order; the note is emptied."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [Path(line.split()[-1]).stem for line in lines if line.startswith("uv pip install")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    root, path = tmp_path / "check out", tmp_path / "bin"
    (root / "requirements").mkdir(parents=True)
    (root / "src" / "bina").mkdir(parents=True)
    path.mkdir()
    shutil.copy(ROOT / "bina", root / "bina")
    (root / "src" / "bina" / "__main__.py").write_text(SAYS)
    for lock in ("main", "analysis", "test", "uv"):
        (root / "requirements" / f"{lock}.lock").write_text(f"{lock}==1\n")
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (path / tool).symlink_to(found)
    (path / "python3").symlink_to(sys.executable)
    return Machine(root, path, tmp_path / "asked")


def test_alone_it_lists_the_commands_before_any_set_up(machine: Machine) -> None:
    shutil.rmtree(machine.root / "src")
    (machine.root / "src").symlink_to(ROOT / "src")
    done = machine.bina()
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout
    assert "verify [--against SEAL]" in done.stdout
    assert not (machine.root / ".venv").exists()


def test_demo_installs_no_test_tools_and_the_second_start_nothing(machine: Machine) -> None:
    machine.uv()
    done = machine.bina("demo", "--port", "9000")
    assert done.stdout == "ran demo --port 9000\n", done.stderr
    assert machine.installed() == ["main"]
    assert "packages: main" in done.stderr
    assert done.stderr.rstrip().endswith("s")
    again = machine.bina("demo")
    assert (again.stdout, again.stderr) == ("ran demo\n", "")
    assert machine.installed() == []


@pytest.mark.parametrize(
    ("argv", "locks"),
    [
        (["test"], ["main", "analysis", "test"]),
        (["check"], ["main", "analysis", "test"]),
        (["import", "saopaulo", "requests.parquet"], ["main", "analysis"]),
        (["import", "saopaulo", "requests.csv"], ["main"]),
    ],
)
def test_each_command_gets_what_it_needs(machine: Machine, argv: list[str], locks: list[str]) -> None:
    machine.uv()
    assert machine.bina(*argv).returncode == 0
    assert machine.installed() == locks


def test_a_changed_lock_is_installed_anew_and_the_others_are_kept(machine: Machine) -> None:
    machine.uv()
    machine.bina("test")
    machine.installed()
    (machine.root / "requirements" / "test.lock").write_text("test==2\n")
    machine.bina("test")
    assert machine.installed() == ["test"]


def test_a_failing_step_says_which_and_what_to_type(machine: Machine) -> None:
    machine.uv(broken=True)
    done = machine.bina("demo")
    assert done.returncode == 1
    assert "«packages: main» failed" in done.stderr
    assert "no route to the index" in done.stderr
    assert "./bina demo" in done.stderr
    machine.uv()
    assert machine.bina("demo").returncode == 0


def test_a_set_up_that_was_killed_does_not_shut_out_the_next(machine: Machine) -> None:
    machine.uv()
    (machine.root / ".venv.lock").mkdir()
    (machine.root / ".venv.lock" / "pid").write_text("99999999\n")
    assert machine.bina("demo").returncode == 0
    assert not (machine.root / ".venv.lock").exists()


def test_without_a_python_that_fits_it_says_what_to_install(machine: Machine) -> None:
    machine.put("python3", "#!/bin/sh\nexit 1\n")
    machine.put("apt-get", "#!/bin/sh\nexit 0\n")
    done = machine.bina("demo")
    assert done.returncode == 1
    assert "find Python" in done.stderr
    assert "3.11" in done.stderr


NO_VENV = '#!/bin/sh\ncase "$*" in *ensurepip* | *-m\\ pip*) exit 1 ;; esac\nexec "{python}" "$@"\n'


def test_a_user_without_venv_and_pip_gets_the_line_to_type(machine: Machine) -> None:
    machine.put("python3", NO_VENV.format(python=sys.executable))
    machine.put("id", "#!/bin/sh\necho 1000\n")
    done = machine.bina("demo")
    assert done.returncode == 1
    assert "sudo apt-get install -y python3-venv" in done.stderr


def test_root_without_venv_installs_its_package(machine: Machine) -> None:
    machine.put("python3", NO_VENV.format(python=sys.executable))
    machine.put("id", "#!/bin/sh\necho 0\n")
    machine.put("apt-get", f'#!/bin/sh\necho "$*" >>"{machine.log}"\n')
    done = machine.bina("demo")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"install -y python{version}-venv" in machine.log.read_text()
    assert "install python3-venv" in done.stderr


def test_a_user_without_venv_takes_uv_through_pip(machine: Machine) -> None:
    fake = NO_VENV.replace(" | *-m\\ pip*) exit 1", ") exit 1")
    pip = (
        f'case "$*" in *"-m pip --version"*) exit 0 ;; *"--target"*) mkdir -p "{machine.root}/.bina/tools/bin" && '
        f'cp "{machine.path}/kept-uv" "{machine.root}/.bina/tools/bin/uv"; exit ;; esac\n'
    )
    machine.put("python3", fake.replace("exec ", pip + "exec ", 1).format(python=sys.executable))
    machine.put("id", "#!/bin/sh\necho 1000\n")
    machine.put("kept-uv", machine.uv_text())
    done = machine.bina("demo")
    assert done.returncode == 0, done.stderr
    assert machine.installed() == ["main"]
