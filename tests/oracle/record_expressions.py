#!/usr/bin/env python3
"""Records what Terraform's own console answers to the expressions in expressions.txt: operators, conversions,
conditionals, for expressions, splats, templates.

Usage: record_expressions.py

The file's format and the answers are those of record.py.
"""

import sys

import record

if __name__ == "__main__":
    sys.argv[1:] = [str(record.HERE / "expressions.txt"), str(record.HERE / "expressions.json")]
    record.main()
