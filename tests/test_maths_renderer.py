"""The renderer of formulas is waited for, however slowly it starts."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_maths

LATE = """
import os, socket, sys, time
place = sys.argv[1]
server = socket.socket(socket.AF_UNIX)
server.bind(place)            # the file is there, but nobody listens yet
time.sleep(0.3)
server.listen()
server.accept()
sys.stdin.read()
"""


class Renderer:
    program = LATE

    @classmethod
    def build_command(cls, socket):
        return [sys.executable, "-c", cls.program, str(socket)]

    @staticmethod
    def timeout_error(timeout):
        return TimeoutError(f"not there after {timeout} s")


def test_a_renderer_that_listens_late_is_connected_to(tmp_path):
    process, connection = book_maths.start_renderer(Renderer, tmp_path, 30)
    connection.close()
    process.communicate()
    assert process.returncode == 0


def test_a_renderer_that_dies_is_an_error_at_once(tmp_path):
    class Dead(Renderer):
        program = "raise SystemExit(3)"

    with pytest.raises(TimeoutError, match="30"):
        book_maths.start_renderer(Dead, tmp_path, 30)
