#!/bin/sh
# SPDX-License-Identifier: ISC
# The schema of --json is one of JSON Schema 2020-12, and the validator of
# python3-jsonschema finds in it the lines of the differential list; a line
# with a member renamed it refuses. So what tests/report/schema.c, which judges
# inside of the tests, makes of the schema is what others make of it.

here=$(cd "$(dirname "$0")/../.." && pwd)
for python in python3 /usr/bin/python3 none; do
	[ $python != none ] || {
		echo "schema.sh: no python3 with jsonschema (Debian:" \
		    "python3-jsonschema)" >&2
		exit 1
	}
	$python -c 'from jsonschema import Draft202012Validator' 2>/dev/null &&
	    break
done
exec $python - "$here/data/dfuscope.schema.json" \
    "$here/tests/differential/expected" <<'END'
import glob, json, sys
from jsonschema import Draft202012Validator

with open(sys.argv[1]) as f:
    schema = json.load(f)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
# By type, as all branches of oneOf take long; every hundredth line goes whole.
branches = {}
for ref in schema["oneOf"]:
    part = schema["$defs"][ref["$ref"].split("/")[-1]]
    name = part["properties"]["type"]["const"]
    branches.setdefault(name, []).append(
        Draft202012Validator({"$ref": ref["$ref"], "$defs": schema["$defs"]}))
seen = {}
bad = 0
for path in sorted(glob.glob(sys.argv[2] + "/*.json")):
    with open(path, "rb") as f:
        texts = {line[2:] for line in f if line.startswith(b'  {"v":')}
    for text in sorted(texts):
        line = json.loads(text.decode())
        n = seen[line["type"]] = seen.get(line["type"], 0) + 1
        parts = branches.get(line["type"], [])
        good = sum(part.is_valid(line) for part in parts) == 1
        if n % 100 == 1:
            good = good and validator.is_valid(line)
            member = list(line)[-1]
            line[member + "x"] = line.pop(member)
            good = good and not validator.is_valid(line)
        if not good:
            bad += 1
            print("schema.sh: %s: %s" % (path.split("/")[-1], text.decode()[:300]))
# What doctor says is the machine's: the lab holds it against the schema.
missing = set(branches) - set(seen) - {"doctor"}
if missing:
    print("schema.sh: no line of type", ", ".join(sorted(missing)))
sys.exit(1 if bad or missing else 0)
END
