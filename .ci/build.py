"""What setuptools does besides, so that a release can be installed without a checkout.

In the wheel the folder alembic/ is planned_slot_topoff/alembic, where it hides no library, and beside it
stand its alembic.ini, as in the checkout, and schema.sql: the one script of the whole schema.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = "planned_slot_topoff"
FOLDERS = (".ci", "alembic", "docs", "sql", "tests")
FILES = ("alembic.ini", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md")


def script() -> str:
    """Return the script for psql that does what `alembic upgrade head` does."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


class BuildPy(build_py):
    """Puts alembic.ini and the script beside the package."""

    def run(self) -> None:
        """Build anew: what an earlier build has left may be gone from the project."""
        if self.editable_mode:
            return super().run()
        package = Path(self.build_lib, PACKAGE)
        shutil.rmtree(package, ignore_errors=True)
        super().run()
        shutil.copy(PROJECT / "alembic.ini", package)
        (package / "schema.sql").write_text(script(), encoding="utf-8")
        return None


class Sdist(sdist):
    """Takes the whole project along."""

    def make_distribution(self) -> None:
        """Add what is in no package."""
        found = (path for folder in FOLDERS for path in Path(folder).rglob("*") if path.is_file())
        self.filelist.extend([*map(str, found), *FILES])
        self.filelist.exclude_pattern(r"(^|/)(__pycache__|\.\w*cache)/", is_regex=True)
        super().make_distribution()
