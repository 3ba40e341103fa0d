"""Jobs: files are replaced whole or not at all, and two builds make the same bytes."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from carepress.batch import replace_file
from support import GARDEN, ROOT, publish


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.pdf"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.pdf"
    replace_file(path, b"one")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_a_clean_error(tmp_path: Path) -> None:
    (tmp_path / "generic").write_text("in the way")
    done = publish("build", "--book", GARDEN, "--lang", "en", "--edition", "epub", "--out", tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr


def test_same_bytes_on_two_paths_with_two_hash_seeds(tmp_path: Path) -> None:
    sums = []
    for seed in ("1", "2"):
        root = tmp_path / f"project-{seed}"
        for name in ("carepress", "templates", "locales", "publish.py"):
            source = ROOT / name
            shutil.copytree(source, root / name) if source.is_dir() else shutil.copy(source, root / name)
        shutil.copytree(GARDEN, root / "books" / "garden")
        done = publish(
            "build", "--book", root / "books" / "garden", "--out", root / "out", root=root, PYTHONHASHSEED=seed
        )
        assert done.returncode == 0, done.stderr
        files = sorted(path for path in (root / "out").rglob("*") if path.suffix in (".pdf", ".epub"))
        sums.append([(path.name, sha256(path.read_bytes()).hexdigest()) for path in files])
    assert len(sums[0]) == 4
    assert sums[0] == sums[1]
