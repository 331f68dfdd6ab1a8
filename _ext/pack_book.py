"""Packs the built book into one archive that opens without a server: ``make zip``.

Run as ``python _ext/pack_book.py FOLDER ARCHIVE``. Same book, same bytes: names are sorted and carry no dates.
"""

import sys
import zipfile
from pathlib import Path

NAME = "how-a-neural-network-learns"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what an archive can say at least


def pack(folder, archive):
    """Write every file of a folder into an archive, below one folder of the book's name.

    Raises
    ------
    ValueError
        If the folder holds no book.
    """
    folder, archive = Path(folder), Path(archive)
    if not (folder / "index.html").is_file():
        raise ValueError(f"folder: got {folder}, expected a built book with an index.html")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != ".buildinfo":
                entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(folder).as_posix()}", EARLIEST)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                packed.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    pack(*sys.argv[1:3])
    print(f"The book is packed in {Path(sys.argv[2]).resolve()} ({Path(sys.argv[2]).stat().st_size / 1e6:.1f} MB)")
