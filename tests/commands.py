"""The alembic command without the second that Python needs to import what it needs.

Tests run it some hundred times. Each time is a process of its own, forked from this one, which has imported
SQLAlchemy and the rest already: its environment, its output and its exit are its own, as a person's would be.
"""

import gc
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import alembic.config
import psycopg2.extras  # noqa: F401  what env.py imports, so that it is there already
import sqlalchemy.dialects.postgresql.psycopg2  # noqa: F401


def alembic_command(
    folder: Path, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run `alembic ARGUMENTS` in a folder with this environment, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        pid = os.fork()
        if pid == 0:
            status = 70
            try:
                status = in_child(folder, environment, arguments, out.fileno(), error.fileno())
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = []
        for file in (out, error):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(["alembic", *arguments], status, *texts)


def in_child(
    folder: Path, environment: dict[str, str], arguments: tuple[str, ...], out: int, error: int
) -> int:
    """Be the command; its exit status. The parent's connections are shared, so nothing may be finalized."""
    gc.disable()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(error, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
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
