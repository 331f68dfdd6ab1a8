"""What GitHub runs: every action pinned by hash, no more rights than needed; and the weekly look at links."""

import io
import re
import sys
import urllib.error
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))

from check_links import addresses, complaint  # noqa: E402

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# What a job may be given beyond reading the repository, and nobody else.
MORE = {("publish.yml", "deploy"): {"pages": "write", "id-token": "write"},
        ("publish.yml", "notebooks"): {"contents": "write"}}


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_full_hash(path):
    used = re.findall(r"uses: *(\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    for action, comment in used:
        if action.startswith("./"):
            assert (ROOT / action).is_file(), action
        else:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
            assert re.search(r"# v\d+\.\d+\.\d+$", comment), f"{action}: which version is that?"


def test_one_version_of_each_action_is_used():
    used = {tuple(action.split("@")) for path in WORKFLOWS
            for action in re.findall(r"uses: *([^.\s]\S*)", path.read_text(encoding="utf-8"))}
    assert len({name for name, _ in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_may_more_than_it_needs(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert job.get("permissions", {}) == MORE.get((path.name, name), {}), name
        assert "uses" in job or "timeout-minutes" in job, name
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            assert "${{ github.event" not in step.get("run", ""), "what strangers write must not reach a shell"


def test_nothing_is_published_untested():
    jobs = read(ROOT / ".github/workflows/publish.yml")["jobs"]
    assert set(jobs["deploy"]["needs"]) == {"test", "build"}
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert any(step.get("run") == "bash .ci/run" for step in read(ROOT / jobs["test"]["uses"])["jobs"]["test"]["steps"])


def test_newer_versions_of_all_that_is_pinned_are_watched():
    watched = {update["package-ecosystem"]: update for update in read(ROOT / ".github/dependabot.yml")["updates"]}
    assert set(watched) == {"github-actions", "pip"}
    for folder in watched["pip"]["directories"]:
        assert (ROOT / folder.strip("/") / "requirements.txt").is_file()
    assert all(update["schedule"]["interval"] == "weekly" for update in watched.values())


def test_links_are_looked_at_weekly_and_hold_nothing_up():
    workflow = read(ROOT / ".github/workflows/links.yml")
    triggers = workflow[True]  # YAML 1.1 reads the key `on` as yes
    assert set(triggers) == {"schedule", "workflow_dispatch"}
    assert triggers["schedule"][0]["cron"].split()[-1] == "1"


def test_addresses_are_read_without_the_sentence_around_them():
    text = ("See [it](https://example.org/a) (or https://example.org/b_(c)). `http://localhost:8000`\n"
            "<https://example.org/a#part>, twice.\n  doi = {10.1000/xyz},\n")
    assert addresses(text) == ["https://doi.org/10.1000/xyz", "https://example.org/a", "https://example.org/b_(c)"]


@pytest.mark.parametrize(("answer", "expected"), [
    (200, ""), (403, ""), (404, "answers 404"), (500, "answers 500"), (None, "does not answer: no such host"),
])
def test_what_counts_as_an_answer(answer, expected):
    def fetch(request, timeout):
        if answer is None:
            raise urllib.error.URLError("no such host")
        if answer != 200:
            raise urllib.error.HTTPError(request.full_url, answer, "", {}, io.BytesIO())
        return io.BytesIO()

    assert complaint("https://example.org/", fetch) == expected
