"""Servers of a test's own, made with the programs of the server under test: to be crashed or restarted."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The folder that the programs take for the root, where .ci/trixie-server runs them in one of their own.
OTHER_ROOT = os.environ.get("SERVER_ROOT")
ROOT = Path(OTHER_ROOT or "/")

CRASHING = """
listen_addresses = ''
unix_socket_directories = '{socket}'
fsync = off
max_connections = 20
timezone = 'UTC'
deadlock_timeout = '1h'
max_prepared_transactions = 5
"""


class Programs:
    """The programs of the server under test."""

    def __init__(self, folder: str) -> None:
        """Take the server's word for where they are (in pg_config, BINDIR)."""
        self.folder = folder
        self.prefix: list[str | Path] = []
        self.user = {}
        if OTHER_ROOT:
            self.prefix = ["/usr/sbin/chroot", "--userspec=postgres:postgres", ROOT]
        elif os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = {"user": "nobody", "group": "nogroup", "extra_groups": []}

    def are_here(self) -> bool:
        """Tell whether the server runs on this machine."""
        return (ROOT / self.folder.lstrip("/") / "initdb").exists()

    def new_folder(self) -> Path:
        """Make a folder in which the programs may make theirs."""
        where = ROOT / "tmp" if OTHER_ROOT else os.environ.get("SERVER_FOLDER")
        folder = Path(tempfile.mkdtemp(prefix="topoff.", dir=where))
        folder.chmod(0o777)
        return folder

    def called(self, path: Path) -> str:
        """Return a path as the programs know it."""
        return str("/" / path.relative_to(ROOT))

    def run(self, program: str, folder: Path, *arguments: str) -> None:
        """Run one of them on the data folder in a folder."""
        subprocess.run(
            [*self.prefix, f"{self.folder}/{program}", "-D", self.called(folder / "data"), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self.user,
        )

    def initdb(self, folder: Path) -> None:
        """Make a data folder in a folder."""
        self.run("initdb", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self, folder: Path, options: str = "") -> None:
        """Start a server on the data folder in a folder, with options on its command line."""
        self.run(
            "pg_ctl", folder, "-l", self.called(folder / "log"), "-w", "start", "-o", f"-p 5432 {options}"
        )

    def stop(self, folder: Path, how: str = "immediate") -> None:
        """Stop it."""
        self.run("pg_ctl", folder, "-m", how, "-w", "stop")


@contextmanager
def own_server(programs: Programs, settings: str = CRASHING) -> Iterator[str]:
    """Start a server and stop it in the end; its socket's folder, the port being the usual one."""
    folder = programs.new_folder()
    try:
        programs.initdb(folder)
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(settings.format(socket=programs.called(folder)))
        programs.start(folder)
        try:
            yield str(folder)
        finally:
            programs.stop(folder)
    finally:
        shutil.rmtree(folder)
