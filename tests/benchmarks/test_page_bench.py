"""The page benchmark's own parts; its numbers are no test."""

import gzip
import urllib.error
import urllib.request

import default_way
import page_bench
import pytest


def test_text_goes_over_the_line_compressed_and_fonts_as_they_are(tmp_path):
    text, font = tmp_path / "a.css", tmp_path / "a.woff2"
    text.write_bytes(b"a { }" * 100)
    font.write_bytes(b"abc")
    server, address = page_bench.serve(tmp_path)
    with urllib.request.urlopen(f"{address}/a.css") as answer:
        body = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) < 100
    assert gzip.decompress(body) == text.read_bytes()
    with urllib.request.urlopen(f"{address}/a.woff2") as answer:
        assert answer.read() == b"abc"
        assert answer.headers["Content-Encoding"] is None
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/nothing.css")
    assert refused.value.code == 404
    refused.value.close()
    server.shutdown()
    server.server_close()


def test_a_package_that_is_not_what_npm_publishes_is_refused(tmp_path):
    (tmp_path / "mathjax-3.2.2.tgz").write_bytes(b"something else")
    with pytest.raises(default_way.MissingError, match=r"is not mathjax 3\.2\.2"):
        default_way.archive("mathjax", tmp_path)


def test_a_registry_that_does_not_answer_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(default_way, "REGISTRY", "http://127.0.0.1:1")
    with pytest.raises(default_way.MissingError, match=r"requirejs 2\.3\.4 is not in .*127\.0\.0\.1:1/requirejs"):
        default_way.archive("requirejs", tmp_path)


def test_the_report_sets_the_pages_side_by_side(capsys):
    one = {"bytes": 300e3, "requests": 30, "maths": 1000, "slider": 2000, "shift": 0, "refused": 0}
    two = {**one, "bytes": 1500e3, "slider": 16000}
    page_bench.report({"ours": one, "default": two})
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["kB", "over", "the", "line", "300", "1500", "0.20"]
    assert lines[4].split()[-3:] == ["2.00", "16.00", "0.12"]
    page_bench.report({"ours": one})
    assert "default" not in capsys.readouterr().out
