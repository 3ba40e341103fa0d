"""The print desk's project: the garden book, and a hospital that can sign it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from support_hospital import write_shed
from support_wait import LONG

from carepress.desk.app import Settings
from carepress.workspace.project import Project
from support import GARDEN, ROOT, publish

REVIEWERS = ("clinical reviewer", "parent reviewer", "translation reviewer")
# On a busy machine, a browser waits until its file is made.
PATIENT = Settings(workers=1, limit=LONG, patience=LONG)


def garden_project(root: Path) -> Project:
    for name in ("templates", "locales"):
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(GARDEN, root / "content" / "garden")
    write_shed(root)
    return Project(root)


def sign_shed(project: Project) -> None:
    day = date.today().isoformat()
    for lang, roles in (("en", REVIEWERS[:2]), ("es", REVIEWERS)):
        for role in roles:
            args = ("--hospital", "shed", "--lang", lang, "--role", role, "--name", "Ana Ruiz", "--date", day)
            done = publish("approve", "--book", "garden", *args, root=project.root)
            assert done.returncode == 0, done.stderr
