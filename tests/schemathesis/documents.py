"""Fetches the OpenAPI v3 documents of a cluster, cuts them into one piece a resource, and runs schemathesis on each.

What streams is left out. Bodies are described as deep as DEEPEST only, and free below it: generating pod templates by their whole
schema takes minutes a request.
"""
import json
import pathlib
import re
import ssl
import subprocess
import sys
import urllib.request

DEEPEST = 3
kubeconfig, work, program, seconds, wanted = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:]
known = json.loads(pathlib.Path(kubeconfig).read_text())
server = known["clusters"][0]["cluster"]["server"]
token = known["users"][0]["user"]["token"]
STREAMS = re.compile(r"/watch/|/(exec|attach|portforward|proxy|log)(/|$)")


def fetch(path):
    request = urllib.request.Request(server + path, headers={"Authorization": "Bearer " + token})
    with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as answer:
        return json.load(answer)


def shallow(part, schemas, depth=0):
    """The same with references replaced by what they mean, and nothing below the deepest."""
    if isinstance(part, list):
        return [shallow(each, schemas, depth) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return shallow(schemas[part["$ref"].rsplit("/", 1)[1]], schemas, depth + 1) if depth < DEEPEST else {}
    if len(part.get("allOf", [])) == 1:
        return shallow(part["allOf"][0], schemas, depth)
    return {key: shallow(value, schemas, depth) for key, value in part.items() if key not in ("default", "description")}


def without_streams(item):
    for part in [item, *(each for each in item.values() if isinstance(each, dict))]:
        if "parameters" in part:
            part["parameters"] = [each for each in part["parameters"] if each.get("name") not in ("watch", "timeoutSeconds")]
    return item


def pieces(document, root):
    """Resource and document, one for each resource."""
    schemas = document.get("components", {}).pop("schemas", {})
    found = {}
    for path, item in document["paths"].items():
        if STREAMS.search(path):
            continue
        parts = path.removeprefix("/" + root).strip("/").split("/")
        name = parts[2] if parts[0] == "namespaces" and len(parts) > 2 else parts[0] or "root"
        for operation in item.values():
            if isinstance(operation, dict):
                operation["responses"] = {"default": {"description": "any"}}
        found.setdefault(name, {})[path] = shallow(without_streams(item), schemas)
    return [(name, {**document, "paths": paths}) for name, paths in found.items()]


failed = []
for path, place in fetch("/openapi/v3")["paths"].items():
    if not re.fullmatch(r"api/v1|apis/[^/]+/[^/]+", path) or (wanted and path.removeprefix("apis/") not in wanted):
        continue
    for name, document in pieces(fetch(place["serverRelativeURL"]), path):
        file = work / (path.replace("/", "-") + "-" + name + ".json")
        file.write_text(json.dumps(document))
        print("== %s %s" % (path, name), flush=True)
        done = subprocess.run([
            program, "run", str(file), "--url", server, "--header", "Authorization: Bearer " + token, "--tls-verify", "false",
            "--checks", "is_no_fault_of_the_server", "--phases", "examples,coverage,fuzzing", "--max-time", seconds,
            "--max-examples", "10", "--request-timeout", "20", "--seed", "1", "--suppress-health-check", "all", "--warnings", "off"])
        if done.returncode:
            failed.append(path + " " + name)
print("failed: " + ", ".join(failed) if failed else "no faults")
sys.exit(bool(failed))
