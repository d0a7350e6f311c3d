#!/usr/bin/env python3
"""Records what Terraform's own console answers to expressions, and asks it again.

Usage: record.py            records everything anew
       record.py --check    asks again and tells where the answers differ from the records; only the version that
                            they are of is asked

functions.txt, expressions.txt: one expression a line; empty lines and lines that start with # are skipped.
generate.py makes more. Of calls in functions.txt, marks.json tells whether the result is sensitive when an argument
is, and whether its elements are. unknown.json holds what is planned for outputs with the expressions in unknown.txt
beside unknown.tf, with {"unknown": true} for what is known only after apply. The console runs in a copy of the folder tree/. signatures.json holds the names of
Terraform's functions.

The answer to an expression is its value as Terraform's own JSON, with every digit of a number, or {"error": true}
where Terraform reports an error. All are asked in one console run: a piped console prints only its last result, and
the first error ends it, so each expression sits in a try() of its own; base64 keeps the answer free of escapes.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import generate
from record_modules import known

HERE = pathlib.Path(__file__).parent
START = '{"value":'
UNKNOWN = (HERE / "unknown.tf").read_text()
MARKED_CALLS = 4
VERSION = "1.11"


def terraform(arguments, directory, **options):
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "NO_COLOR": "1", "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *arguments], capture_output=True, text=True, cwd=directory, env=environment, **options
    )


def ask(expressions):
    """The answers of one console run, or None if Terraform refuses the whole input."""
    calls = ", ".join(f'try(jsonencode({{value = {e}}}), "error")' for e in expressions)
    with tempfile.TemporaryDirectory() as directory:
        tree = shutil.copytree(HERE / "tree", pathlib.Path(directory, "tree"))
        run = terraform(["console"], tree, input=f"base64encode(jsonencode([{calls}]))\n")
    answer = run.stdout.strip()
    if run.returncode != 0 or not answer.startswith('"'):
        return None
    return json.loads(base64.b64decode(answer.strip('"')))


def answers(expressions):
    """Each expression with its value as JSON text; None for an error."""
    found = ask(expressions) if expressions else []
    if found is None:
        # Some error that try() does not catch, such as an unknown function: halve to find it.
        if len(expressions) == 1:
            return {expressions[0]: None}
        middle = len(expressions) // 2
        return answers(expressions[:middle]) | answers(expressions[middle:])
    values = (None if answer == "error" else answer[len(START) : -1] for answer in found)
    return dict(zip(expressions, values))


def in_parts(expressions, size=250):
    found = {}
    for start in range(0, len(expressions), size):
        found |= answers(expressions[start : start + size])
    return found


def lines(name):
    text = (HERE / name).read_text().splitlines()
    return list(dict.fromkeys(line.strip() for line in text if line.strip() and not line.startswith("#")))


def planned(expressions):
    """Each expression of unknown.txt with its planned value as JSON text; None for an error."""
    outputs = [f'output "o{i}" {{\n  value = {e}\n}}\n' for i, e in enumerate(expressions)]
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "main.tf").write_text(UNKNOWN + "".join(outputs))
        terraform(["init", "-backend=false"], directory, check=True)
        run = terraform(["plan", "-input=false", "-out=plan"], directory)
        if run.returncode != 0:
            if len(expressions) == 1:
                return {expressions[0]: None}
            middle = len(expressions) // 2
            return planned(expressions[:middle]) | planned(expressions[middle:])
        plan = json.loads(terraform(["show", "-json", "plan"], directory, check=True).stdout)
    changes = (plan["output_changes"][f"o{i}"] for i in range(len(expressions)))
    values = (json.dumps(known(change.get("after"), change["after_unknown"])) for change in changes)
    return dict(zip(expressions, values))


def parts(text):
    """The parts between the commas of a text, if its brackets close."""
    found, depth, quoted, start, previous = [], 0, False, 0, ""
    for place, letter in enumerate(text):
        if letter == '"' and previous != "\\":
            quoted = not quoted
        elif not quoted and letter in "([{":
            depth += 1
        elif not quoted and letter in ")]}":
            depth -= 1
            if depth < 0:
                return None
        elif not quoted and letter == "," and depth == 0:
            found.append(text[start:place].strip())
            start = place + 1
        previous = "" if previous == "\\" else letter
    return [*found, text[start:].strip()] if text.strip() else []


def marked_calls(expressions):
    """Questions about the result of each call with one argument, or one element of an argument, made sensitive."""
    for expression in expressions:
        name, bracket, rest = expression.partition("(")
        arguments = parts(rest[:-1]) if bracket and rest.endswith(")") else None
        if not arguments or "..." in expression or not name.replace("_", "").isalnum():
            continue
        if name in ("issensitive", "nonsensitive", "sensitive", "templatestring", "templatefile"):
            continue
        for place, argument in enumerate(arguments):
            variants = [f"sensitive({argument})"]
            inner = parts(argument[1:-1]) if argument[:1] == "[" and argument[-1:] == "]" else None
            if inner and " for " not in argument and not argument.startswith("[for "):
                variants.append("[" + ", ".join([f"sensitive({inner[0]})", *inner[1:]]) + "]")
            for variant in variants:
                yield f"{name}({', '.join([*arguments[:place], variant, *arguments[place + 1:]])})"


def marks(functions):
    """Of some calls of each function, whether the result is sensitive, and which of its parts."""
    asked, calls = {}, {}
    for expression, value in functions.items():
        name = expression.partition("(")[0]
        if value is not None and len(expression) < 120 and asked.setdefault(name, 0) < MARKED_CALLS:
            asked[name] += 1
            for call in marked_calls([expression]):
                within = f"[for v in nonsensitive({call}) : issensitive(v)]"
                calls[call] = f"[issensitive({call}), try(nonsensitive({within}), null)]"
    answered = in_parts(list(calls.values()))
    return {call: answered[question] for call, question in calls.items() if answered[question] is not None}


def signatures():
    """The names of Terraform's functions, without their full form."""
    run = terraform(["metadata", "functions", "-json"], HERE, check=True)
    names = json.loads(run.stdout)["function_signatures"]
    return sorted(name for name in names if "::" not in name)


def records():
    """Every record by the name of its file."""
    functions = in_parts(lines("functions.txt"))
    yield "functions.json", functions
    yield "marks.json", marks(functions)
    yield "expressions.json", in_parts(lines("expressions.txt"))
    yield "generated.json", in_parts(generate.expressions())
    yield "unknown.json", planned(lines("unknown.txt"))


def text_of(answers):
    def line(expression, value):
        found = '"error": true' if value is None else f'"value": {value}'
        return f'{{"expression": {json.dumps(expression)}, {found}}}'

    return "[\n" + ",\n".join(line(*answer) for answer in answers.items()) + "\n]\n"


def main():
    check = sys.argv[1:] == ["--check"]
    version = json.loads(terraform(["version", "-json"], HERE, check=True).stdout)["terraform_version"]
    if not version.startswith(VERSION + "."):
        sys.exit(0 if check else f"the records are of Terraform {VERSION}, this is {version}")
    files = {name: text_of(found) for name, found in records()}
    files["signatures.json"] = json.dumps(signatures(), indent=1) + "\n"
    differing = 0
    for name, text in files.items():
        target = HERE / name
        if not check:
            target.write_text(text)
            continue
        was = target.read_text().splitlines()
        for line in text.splitlines():
            if line not in was and line.rstrip(",") not in was and line + "," not in was:
                print(f"{name}: Terraform answers now: {line}")
                differing += 1
    if check:
        print(f"{differing} answers differ from the records")
        sys.exit(min(differing, 1))


if __name__ == "__main__":
    main()
