"""A server of a test's own, made with the programs of the server under test: for a test that crashes it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
fsync = off
max_connections = 20
timezone = 'UTC'
deadlock_timeout = '1h'
max_prepared_transactions = 5
"""


@contextmanager
def own_server(programs: Path, settings: str = SETTINGS) -> Iterator[str]:
    """Start a server and stop it in the end; its socket's folder, the port being the usual one."""
    with tempfile.TemporaryDirectory(prefix="topoff.") as folder:
        home = Path(folder)
        data, socket = home / "data", home / "socket"
        # PostgreSQL refuses to run as root.
        as_user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        for path, mode in ((data, 0o700), (socket, 0o755)):
            path.mkdir()
            if as_user:
                shutil.chown(path, "nobody", "nogroup")
            path.chmod(mode)
        home.chmod(0o755)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL, **as_user
            )

        run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(settings.format(socket=socket))
        run("pg_ctl", "-D", str(data), "-l", str(data / "log"), "-w", "start", "-o", "-p 5432")
        try:
            yield str(socket)
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
