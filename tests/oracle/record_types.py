#!/usr/bin/env python3
"""Records what Terraform makes of the values in types.txt when a variable has the type before the arrow.

Usage: record_types.py

Each line is asked in a console run of its own, because one wrong variable makes a whole module invalid.
"""

import base64
import concurrent.futures
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent


def ask(line):
    constraint, value = line.split(" <- ")
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "main.tf").write_text(
            f'variable "v" {{\n  type = {constraint}\n  default = {value}\n}}\n'
        )
        run = subprocess.run(
            ["terraform", "console"],
            input="base64encode(jsonencode({value = var.v}))\n",
            capture_output=True,
            text=True,
            cwd=directory,
            env={**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "NO_COLOR": "1"},
        )
    record = {"type": constraint, "given": value}
    if run.returncode != 0 or not run.stdout.strip():
        return {**record, "error": True}
    return {**record, **json.loads(base64.b64decode(run.stdout.strip().strip('"')))}


def main():
    lines = [line for line in (HERE / "types.txt").read_text().splitlines() if line]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        records = [json.dumps(record) for record in pool.map(ask, lines)]
    (HERE / "types.json").write_text("[\n" + ",\n".join(records) + "\n]\n")


if __name__ == "__main__":
    main()
