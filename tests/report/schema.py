#!/usr/bin/env python3
"""Checks every line of JSON reports against tests/report/schema.json (JSON Schema 2020-12).
usage: schema.py FILE...   Prints the faults and, last, how many lines were checked; status 1 on a fault."""
import json
import pathlib
import sys

import jsonschema

schema = json.loads((pathlib.Path(__file__).parent / "schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
lines = faults = 0
for path in sys.argv[1:]:
    for line in pathlib.Path(path).read_text().splitlines():
        result = json.loads(line)
        lines += 1
        for error in validator.iter_errors(result):
            where = "/".join(str(step) for step in error.absolute_path)
            print(f"FAIL {result.get('name')}: {where or 'the line'}: {error.message}")
            faults += 1
print(f"schema: {lines} results, {faults} faults")
sys.exit(1 if faults or not lines else 0)
