#!/usr/bin/env python3
"""Records what Terraform plans for the modules in modules.txt: outputs, instances, and what each keeps as input.

Usage: record_modules.py

A case starts with `=== name`; lines `env NAME=VALUE`, `argument -var-file=…` and `argument -var=…` may follow; `--- path` starts a
file. The record of a case holds its outputs and, by address, the `input` of every terraform_data that would be
created, with {"unknown": true} for what is known only after apply; or, where Terraform refuses the
configuration, the headlines of its errors. Nothing is created.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent


def cases(text):
    for case in text.split("\n=== ")[1:]:
        head, *files = case.split("\n--- ")
        name, *settings = head.split("\n")
        yield (
            name,
            dict(line[4:].split("=", 1) for line in settings if line.startswith("env ")),
            [line[9:] for line in settings if line.startswith("argument ")],
            [file.split("\n", 1) for file in files],
        )


def known(after, unknown):
    """A planned value with its unknown parts in their places."""
    if unknown is True:
        return {"unknown": True}
    if isinstance(unknown, list):
        after = after or []
        pairs = [(after[i] if i < len(after) else None, part) for i, part in enumerate(unknown)]
        return [known(*pair) for pair in pairs] + after[len(unknown) :]
    if isinstance(unknown, dict):
        after = after or {}
        return {key: known(after.get(key), unknown.get(key, False)) for key in sorted({*after, *unknown})}
    return after


def ask(case):
    name, environment, arguments, files = case
    with tempfile.TemporaryDirectory() as directory:
        for path, text in files:
            target = pathlib.Path(directory, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text + "\n")

        def run(command, *options):
            return subprocess.run(
                ["terraform", command, "-no-color", *options],
                capture_output=True,
                text=True,
                cwd=directory,
                env={**os.environ, **environment, "TF_CLI_CONFIG_FILE": os.devnull, "NO_COLOR": "1"},
            )

        for command in (
            ["init", "-backend=false"],
            ["plan", "-input=false", "-out=plan", *arguments],
        ):
            result = run(*command)
            if result.returncode != 0:
                lines = [line.strip("│╷╵ ") for line in result.stderr.splitlines()]
                headlines = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
                # Members of a cycle are listed in any order.
                errors = sorted({line.split(":")[0] for line in headlines})
                return {"case": name, "errors": errors}
        plan = json.loads(run("show", "-json", "plan").stdout)
    return {
        "case": name,
        "outputs": {
            output: known(change.get("after"), change["after_unknown"])
            for output, change in sorted(plan.get("output_changes", {}).items())
        },
        "instances": {
            change["address"]: known(
                change["change"]["after"].get("input"), change["change"]["after_unknown"].get("input", False)
            )
            for change in plan.get("resource_changes", [])
        },
    }


def main():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        records = list(pool.map(ask, cases("\n" + (HERE / "modules.txt").read_text())))
    lines = [json.dumps(record) for record in records]
    (HERE / "modules.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
