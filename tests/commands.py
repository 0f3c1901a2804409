"""The alembic command without the second that Python needs to import what it needs.

Tests run it some hundred times. Each time is a process of its own, forked from this one, which has imported
SQLAlchemy and the rest already: its environment, its output and its exit are its own, as a person's would be.
"""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import alembic.config
import psycopg2.extras  # noqa: F401  what env.py imports, so that it is there already
import sqlalchemy.dialects.postgresql.psycopg2  # noqa: F401


class Command:
    """An alembic command that runs beside the test."""

    def __init__(self, folder: Path, environment: dict[str, str], *arguments: str) -> None:
        """Start `alembic ARGUMENTS` in a folder with this environment."""
        self.arguments = arguments
        self.returncode: int | None = None
        self.files = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        self.pid = os.fork()
        if self.pid == 0:
            status = 70
            try:
                status = in_child(folder, environment, arguments, *(file.fileno() for file in self.files))
            finally:
                os._exit(status)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; what it printed and what it complained of."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            pid, status = os.waitpid(self.pid, 0 if deadline is None else os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                raise TimeoutError(self.arguments)
            else:
                time.sleep(0.01)
        texts = []
        for file in self.files:
            file.seek(0)
            texts.append(file.read().decode())
            file.close()
        return texts[0], texts[1]


def alembic_command(
    folder: Path, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run `alembic ARGUMENTS` in a folder with this environment, to its end."""
    command = Command(folder, environment, *arguments)
    out, error = command.communicate()
    return subprocess.CompletedProcess(["alembic", *arguments], command.returncode, out, error)


def in_child(
    folder: Path, environment: dict[str, str], arguments: tuple[str, ...], out: int, error: int
) -> int:
    """Be the command; its exit status. The parent's connections are shared, so nothing may be finalized."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(error, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    # A command that ran in this process may have imported what another folder's revisions are made of.
    for name in ("frozen", "give_back"):
        sys.modules.pop(name, None)
    try:
        alembic.config.main(argv=list(arguments), prog="alembic")
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status & 0xFF
