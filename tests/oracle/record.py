#!/usr/bin/env python3
"""Records what Terraform's own console answers to the expressions in functions.txt.

Usage: record.py [expressions.txt [answers.json]]

One expression a line; empty lines and lines that start with # are skipped. The answer of each is its value as
JSON or, where Terraform reports an error, {"error": true}. All are asked in one console run: a piped console
prints only its last result, and the first error ends it, so each expression sits in a try() of its own; base64
keeps the answer free of escapes.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def ask(expressions):
    """The answers of one console run, or None if Terraform refuses the whole input."""
    calls = ", ".join(f'try(jsonencode({{value = {e}}}), "error")' for e in expressions)
    with tempfile.TemporaryDirectory() as empty:
        run = subprocess.run(
            ["terraform", "console"],
            input=f"base64encode(jsonencode([{calls}]))\n",
            capture_output=True,
            text=True,
            cwd=empty,
            env={**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "NO_COLOR": "1"},
        )
    if run.returncode != 0 or not run.stdout.strip():
        return None
    return json.loads(base64.b64decode(run.stdout.strip().strip('"')))


def record(expressions):
    answers = ask(expressions)
    if answers is None:
        # Some error that try() does not catch, such as an unknown function: halve to find it.
        if len(expressions) == 1:
            return [{"expression": expressions[0], "error": True}]
        middle = len(expressions) // 2
        return record(expressions[:middle]) + record(expressions[middle:])
    return [
        {"expression": expression, "error": True}
        if answer == "error"
        else {"expression": expression, "value": json.loads(answer)["value"]}
        for expression, answer in zip(expressions, answers)
    ]


def main():
    source = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "functions.txt"
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "functions.json"
    lines = [line.strip() for line in source.read_text().splitlines()]
    answers = record([line for line in lines if line and not line.startswith("#")])
    target.write_text("[\n" + ",\n".join(json.dumps(answer) for answer in answers) + "\n]\n")


if __name__ == "__main__":
    main()
