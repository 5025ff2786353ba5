#!/usr/bin/env python3
"""Turns the field numbers of Kubernetes' protobuf messages into the resource that lib/api reads.

    python3 scripts/messages.py ROOT lib/api/src/main/resources/kat/api/protobuf/messages.txt

ROOT holds the sources of the Go modules k8s.io/api, apimachinery, apiextensions-apiserver and
kube-aggregator, version 0.36, in folders that begin with these names. Facts are read from their
`generated.proto` (numbers and types) and `types*.go` (JSON names, what is a pointer, what is left
out when empty); no text is. Output, one line per package or message:

    @ io.k8s.api.core.v1
    Container 1:name:s! 2:image:s 3:command:s[] 8:resources:ResourceRequirements ...

A field is NUMBER:NAME:TYPE and a suffix: [] repeated, {} map with string keys, ? pointer (kept when
zero), ! written in JSON even when zero. An empty name: the members stand in the holder's JSON.
Types: s string, b bytes, i int32, l int64, t bool, d double; Q Quantity, I IntOrString, T Time,
U MicroTime, R RawExtension, F FieldsV1, J any JSON, W list of strings in a message of
its own, A B S schema or array, bool, strings; anything else is a message of the same package, or
of another by its full name.
"""
import pathlib
import re
import sys

PACKAGES = """api/admissionregistration/v1 api/apidiscovery/v2 api/apidiscovery/v2beta1 api/apps/v1
api/authentication/v1 api/authorization/v1 api/autoscaling/v1 api/autoscaling/v2 api/batch/v1
api/certificates/v1 api/coordination/v1 api/core/v1 api/discovery/v1 api/events/v1
api/flowcontrol/v1 api/networking/v1 api/node/v1 api/policy/v1 api/rbac/v1 api/resource/v1
api/scheduling/v1 api/storage/v1 apimachinery/pkg/apis/meta/v1
apiextensions-apiserver/pkg/apis/apiextensions/v1
kube-aggregator/pkg/apis/apiregistration/v1""".split()
SCALARS = {"string": "s", "bytes": "b", "int32": "i", "int64": "l", "bool": "t", "double": "d"}
SPECIAL = {"Quantity": "Q", "IntOrString": "I", "Time": "T", "MicroTime": "U",
           "RawExtension": "R", "FieldsV1": "F", "JSON": "J", "ExtraValue": "W", "Verbs": "W",
           "JSONSchemaPropsOrArray": "A", "JSONSchemaPropsOrBool": "B",
           "JSONSchemaPropsOrStringArray": "S"}
FIELD = re.compile(r"(optional|required|repeated|map<string,) *([\w.]+)>? (\w+) = (\d+)")
MEMBER = re.compile(r"^\t(?:(\w+)\s+)?(\S+)\s+`(.*)`")


def structs(folder):
    """Struct name -> {field number: (json name, is pointer, options of the json tag)}."""
    found = {}
    for file in sorted(folder.glob("*.go")):
        current = None
        for line in file.read_text().splitlines():
            begin = re.match(r"^type (\w+) struct", line)
            if begin:
                current = found.setdefault(begin.group(1), {})
            elif line.startswith("}"):
                current = None
            member = MEMBER.match(line) if current is not None else None
            tags = dict(re.findall(r'(\w+):"([^"]*)"', member.group(3))) if member else {}
            number = re.match(r"\w+,(\d+)", tags.get("protobuf", ""))
            if number and "json" in tags:
                name, *options = tags["json"].split(",")
                pointer = member.group(2).startswith("*")
                current[int(number.group(1))] = (name, pointer, options)
    return found


def definition(name):
    """The name under which OpenAPI knows a message."""
    return re.sub(r"^k8s\.io", "io.k8s", name.lstrip(".")).replace("_", "-")


def type_of(word):
    last = word.split(".")[-1]
    return SCALARS.get(word) or SPECIAL.get(last) or (last if "." not in word else definition(word))


def messages(folder):
    go = structs(folder)
    package, current = "", None
    for line in (folder / "generated.proto").read_text().splitlines():
        line = line.split("//")[0].strip()
        if line.startswith("package "):
            package = definition(line[8:].rstrip(";"))
            yield "@ " + package
        elif line.startswith("message "):
            current = [line.split()[1]]
        elif line.startswith("}") and current:
            if current[0] not in SPECIAL:
                yield " ".join(current)
            current = None
        elif current and (field := FIELD.match(line)):
            label, word, proto, number = field.groups()
            name, pointer, options = go.get(current[0], {}).get(int(number), (proto, False, []))
            kind = type_of(word)
            # Go leaves out an empty struct only where the tag says omitzero.
            omitted = "omitzero" in options or ("omitempty" in options and kind in "sbiltdW")
            suffix = {"repeated": "[]", "map<string,": "{}"}.get(label, "?" if pointer else "")
            current.append(f"{number}:{name}:{kind}{suffix or ('' if omitted else '!')}")


def main():
    root, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    lines = ["# Made by scripts/messages.py from k8s.io/api and its like, version 0.36."]
    for path in PACKAGES:
        module, rest = path.split("/", 1)
        folders = [folder for folder in root.glob(module + "@v0.36*/" + rest) if folder.is_dir()]
        if len(folders) != 1:
            sys.exit(f"want one folder {module}@v0.36*/{rest} below {root}, found {len(folders)}")
        lines += messages(folders[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} lines, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
