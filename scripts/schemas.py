#!/usr/bin/env python3
"""Turns facts about Kubernetes' types into the resource that lib/api reads.

    python3 scripts/schemas.py FACTS.json lib/api/src/main/resources/kat/api/schema/schemas.txt

FACTS.json holds one object: definition name -> {kinds, required, fields, ...}, as read from the
OpenAPI documents of a running Kubernetes 1.36 (names, types, formats, references, defaults,
enumerations, list and map types, merge keys; no text). scripts/schema-additions.json holds the
same of definitions that only the paths of discovery refer to. scripts/schema-shapes.txt, kept by
hand, says what those documents do not: how Go writes a field. Output: one line per definition,
`name TAB json`, sorted by name, so that a reader can index it without parsing it.
"""
import json
import pathlib
import sys


def shapes(path):
    """Reads lines `MARK Definition field field ...`; `#` starts a comment."""
    marks = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) < 3 or words[0] not in ("pointer", "value", "omitted", "null", "told"):
            sys.exit(f"{path}:{number}: want `pointer|value|omitted|null|told Definition field ...`")
        for field in words[2:]:
            marks.setdefault((words[1], field), words[0])
    return marks


def main():
    facts, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    definitions = json.loads(facts.read_text())
    definitions |= json.loads(pathlib.Path(__file__).with_name("schema-additions.json").read_text())
    marks = shapes(pathlib.Path(__file__).with_name("schema-shapes.txt"))
    unused = set(marks)
    for name, definition in definitions.items():
        short = ".".join(name.split(".")[-3:])
        for field, schema in definition.get("fields", {}).items():
            for key in ((short, field), (name.split(".")[-1], field)):
                if key in marks:
                    schema.setdefault("go", marks[key])
                    unused.discard(key)
    if unused:
        sys.exit("schema-shapes.txt names fields that do not exist: " + str(sorted(unused)))
    lines = [f"{name}\t{json.dumps(definitions[name], sort_keys=True, separators=(',', ':'))}\n" for name in sorted(definitions)]
    target.write_text("".join(lines))
    print(f"{len(lines)} definitions")


if __name__ == "__main__":
    main()
