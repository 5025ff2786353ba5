#!/usr/bin/env python3
"""Turns the types of Kubernetes' Go structs into the resource that lib/api reads.

    python3 scripts/gotypes.py ROOT SCHEMAS lib/api/src/main/resources/kat/api/schema/go-types.txt

ROOT holds the sources of the Go modules as scripts/messages.py wants them, SCHEMAS is the file of
schemas. A refusal of a value names the Go type of the field and the structs on the way to it;
most follow from the schema, the others are told here. Output, one line per definition:

    io.k8s.api.core.v1.Container imagePullPolicy=v1.PullPolicy
    io.k8s.api.core.v1.Volume csi<VolumeSource configMap<VolumeSource

FIELD=TYPE is the type where another than the schema's would be told, FIELD<STRUCT the embedded
structs, outermost first and with points between, in which a field stands.
"""
import json
import pathlib
import re
import sys

from messages import PACKAGES, definition

VERSION = "v0.36.3"
STRUCT = re.compile(r"^type (\w+) struct")
IMPORT = re.compile(r'^(?:import )?\s*(?:(\w+) )?"([\w./-]+)"$')
MEMBER = re.compile(r"^\t(?:(\w+)\s+)?(\S+)\s+`(.*)`")
# Types that read themselves tell no type, whatever holds them.
OWN = re.compile(
    r"\w+\.(IntOrString|Quantity|RawExtension|Time|MicroTime|Duration|FieldsV1"
    r"|JSON|JSONSchemaPropsOr\w+)")
BASIC = {"string", "bool", "int32", "int64", "int", "float64", "uint8"}


def named(word, package, imports):
    """How reflection writes a type: `[]v1.FinalizerName`."""
    word = word.lstrip("*")
    if word.startswith("[]"):
        return "[]" + named(word[2:], package, imports)
    if match := re.match(r"map\[([\w.]+)\](.*)", word):
        return f"map[{named(match[1], package, imports)}]{named(match[2], package, imports)}"
    if word == "byte":
        return "uint8"
    if word in BASIC:
        return word
    if "." in word:
        alias, name = word.split(".")
        return imports.get(alias, alias) + "." + name
    return package + "." + word


def structs(folder):
    """Struct name -> list of (JSON name, type, embedded struct or None)."""
    found = {}
    for file in sorted(folder.glob("*.go")):
        if file.name.startswith("zz_") or file.name.endswith("_test.go"):
            continue
        imports, current = {}, None
        for line in file.read_text().splitlines():
            if match := IMPORT.match(line):
                last = match[2].split("/")[-1]
                imports[match[1] or last] = last
            if match := STRUCT.match(line):
                current = found.setdefault(match[1], [])
            elif line.startswith("}"):
                current = None
            member = MEMBER.match(line) if current is not None else None
            if not member:
                continue
            tag = re.search(r'json:"([^"]*)"', member[3])
            if tag:
                name = tag[1].split(",")[0]
                kind = named(member[2], folder.name, imports)
                current.append((name, kind, "inline" in tag[1] and not name))
    return found


def derived(schema):
    """The type that the schema alone tells; must say what GoNames.ofType says."""
    if "ref" in schema and not OWN.fullmatch("v1." + schema["ref"].split(".")[-1]):
        return "v1." + schema["ref"].split(".")[-1]
    if schema.get("int-or-string"):
        return None
    kind, form = schema.get("type"), schema.get("format")
    if kind == "string":
        return "[]uint8" if form == "byte" else "string"
    if kind == "integer":
        return "int32" if form == "int32" else "int64"
    if kind == "array":
        inner = derived(schema["items"])
        return inner and "[]" + inner
    if kind == "object" and "values" in schema:
        inner = derived(schema["values"])
        return inner and "map[string]" + inner
    return {"number": "float64", "boolean": "bool"}.get(kind)


def flat(name, all_structs, way=()):
    """The JSON members of a struct: (name, type, embedded structs on the way)."""
    for member, kind, inline in all_structs.get(name, []):
        if inline:
            inner = kind.split(".")[-1]
            yield from flat(inner, all_structs, way + (inner,))
        else:
            yield member, kind, way


def main():
    root, schemas, target = (pathlib.Path(argument) for argument in sys.argv[1:4])
    known = json.loads(schemas.read_text())
    lists = {name for name in known if name.endswith("List")}
    parts = json.dumps({name: known[name] for name in known if name not in lists})
    meta = structs(root / f"apimachinery@{VERSION}" / "pkg/apis/meta/v1")
    lines = ["# Made by scripts/gotypes.py from k8s.io/api and its like, version 0.36.3."]
    for path in PACKAGES:
        module, rest = path.split("/", 1)
        folder = root / f"{module}@{VERSION}" / rest
        package = definition("k8s.io/" + path).replace("/", ".")
        own = structs(folder)
        all_structs = meta | own
        for name in sorted(own):
            fields = known.get(f"{package}.{name}", {}).get("fields", {})
            is_part = f'"ref": "{package}.{name}"' in parts
            told = []
            for member, kind, way in flat(name, all_structs):
                if member not in fields or way == ("TypeMeta",) and not is_part:
                    continue
                plain = derived(fields[member])
                if plain != kind and not OWN.fullmatch(kind):
                    told.append(f"{member}={kind}")
                if way:
                    told.append(f"{member}<{'.'.join(way)}")
            if told:
                lines.append(" ".join([f"{package}.{name}"] + told))
    target.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} lines, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
