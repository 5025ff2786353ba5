#!/usr/bin/env python3
"""Walks through what storage drivers do on a cluster: walk.py MANIFESTS DATA KUBELET KAT [OPTION ...].

Each step says what it saw and fails where that is not what Kubernetes shows. MANIFESTS is a folder that is applied in the
order of its names, DATA the driver's, KUBELET the kubelet's folder, KAT the program that starts the cluster again.
"""
import glob
import json
import os
import re
import signal
import subprocess
import sys
import time

MANIFESTS, DATA, KUBELET = sys.argv[1:4]
KAT = sys.argv[4:5]
OPTIONS = sys.argv[5:]
LIMIT = 180
DRIVER = "disk.csi.kat.dev"
SMALL, LARGE = "320Mi", "448Mi"


def kubectl(*arguments, stdin=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=stdin, text=True, capture_output=True)
    if check and done.returncode:
        sys.exit(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def apply(*objects):
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


def get(*arguments):
    """The object or list, None where there is none."""
    found = kubectl("get", *arguments, "-o", "json", "--ignore-not-found")
    return json.loads(found) if found else None


def items(*arguments):
    return (get(*arguments) or {}).get("items", [])


def until(what, condition, limit=LIMIT):
    """Waits for a condition, and says what it was and how long it took."""
    began = time.monotonic()
    while True:
        value = condition()
        if value:
            print(f"ok   {what} ({time.monotonic() - began:.1f} s)", flush=True)
            return value
        if time.monotonic() - began > limit:
            print(kubectl("get", "pods,pvc,pv,volumeattachments,volumesnapshots,csistoragecapacities", "-A", check=False))
            print(kubectl("get", "events", "-A", "--sort-by=.lastTimestamp", check=False)[-6000:])
            sys.exit(f"not within {limit} s: {what}")
        time.sleep(0.5)


def claim(name, storage="disk", size=SMALL, **more):
    spec = {"storageClassName": storage, "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec | more}


def pod(name, volume, device=False):
    at = {"volumeDevices": [{"name": "v", "devicePath": "/dev/v"}]} if device else \
        {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    container = {"name": "c", "image": "storage-pod:1", "imagePullPolicy": "Never",
                 "command": ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"]} | at
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"containers": [container], "volumes": [{"name": "v"} | volume], "terminationGracePeriodSeconds": 5}}


def of(claim_name):
    return {"persistentVolumeClaim": {"claimName": claim_name}}


def runs(name):
    status = (get("pod", name) or {}).get("status", {})
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))


def within(name, command, check=True):
    return kubectl("exec", name, "--", "sh", "-c", command, check=check)


def reads(name, expected, file="/v/f"):
    return lambda: within(name, f"cat {file}", check=False) == expected


def remove_pod(name):
    kubectl("delete", "pod", name, "--wait=false")
    until(f"pod {name} is gone", lambda: not get("pod", name))


def bound(name):
    return (get("pvc", name) or {}).get("status", {}).get("phase") == "Bound"


def mounts():
    kinds = "/kubernetes.io~csi/", "/kubernetes.io/csi/"
    return [line for line in open("/proc/self/mountinfo") if f"{KUBELET}/" in line and any(k in line for k in kinds)]


def deploy():
    for file in sorted(glob.glob(MANIFESTS + "/snapshot.*")):
        kubectl("apply", "-f", file)
    kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    for file in sorted(glob.glob(MANIFESTS + "/[0-9]*")):
        kubectl("apply", "-f", file)
    until("the driver's pod is ready", lambda: runs("disk-driver-0"))
    until("the node has the driver", lambda: any(
        driver["name"] == DRIVER for node in items("csinodes") for driver in node["spec"].get("drivers") or []))
    until("the provisioner tells how much room there is for late claims", lambda: {
        each["storageClassName"] for each in items("csistoragecapacities", "-A")} == {"disk-late"})
    until("the snapshot controller is there",
          lambda: get("deployment", "snapshot-controller", "-n", "kube-system")["status"].get("readyReplicas") == 2)


def files():
    apply(claim("files"))
    until("a claim is bound at once", lambda: bound("files"))
    apply(pod("files", of("files")))
    until("a pod has the volume", lambda: runs("files"))
    within("files", "echo one > /v/f; sync")
    remove_pod("files")
    until("the volume is detached", lambda: not items("volumeattachments"))
    apply(pod("files", of("files")))
    until("another pod has the same data", lambda: runs("files") and reads("files", "one")())


def late():
    apply(claim("late", "disk-late"))
    until("a claim waits for its first pod", lambda: "WaitForFirstConsumer" in kubectl(
        "get", "events", "--field-selector", "involvedObject.name=late"))
    assert not bound("late")
    apply(pod("late", of("late")))
    until("it is bound with its pod", lambda: runs("late") and bound("late"))
    apply(claim("huge", "disk-late", "20Gi"), pod("huge", of("huge")))
    until("a pod waits where there is no room", lambda: "did not have enough free storage" in json.dumps(
        (get("pod", "huge") or {}).get("status", {})))
    kubectl("delete", "pod/huge", "pvc/huge")


def grow():
    before = int(within("files", "df -k /v | tail -n 1 | awk '{print $2}'"))
    kubectl("patch", "pvc", "files", "-p", json.dumps({"spec": {"resources": {"requests": {"storage": LARGE}}}}))
    until("a volume in use has grown", lambda: get("pvc", "files")["status"]["capacity"]["storage"] == LARGE)
    after = int(within("files", "df -k /v | tail -n 1 | awk '{print $2}'"))
    assert after - before > 100 << 10, f"{before} KiB, then {after} KiB"


def device():
    apply(claim("device", volumeMode="Block"), pod("device", of("device"), device=True))
    until("a pod has a device", lambda: runs("device"))
    within("device", "echo two | dd of=/dev/v bs=512 conv=sync,fsync 2>/dev/null")
    assert within("device", "head -c 3 /dev/v") == "two"
    kubectl("patch", "pvc", "device", "-p", json.dumps({"spec": {"resources": {"requests": {"storage": LARGE}}}}))
    until("a device in use has grown", lambda: get("pvc", "device")["status"]["capacity"]["storage"] == LARGE)
    assert within("device", "blockdev --getsize64 /dev/v") == str(448 << 20)


def of_pods():
    apply(pod("inline", {"csi": {"driver": DRIVER}}))
    until("a pod has a volume that is described in it", lambda: runs("inline"))
    within("inline", "echo three > /v/f")
    assert len(glob.glob(DATA + "/inline-*/f")) == 1
    remove_pod("inline")
    until("nothing is left of it", lambda: not glob.glob(DATA + "/inline-*"))
    template = {"spec": claim("")["spec"]}
    apply(pod("ephemeral", {"ephemeral": {"volumeClaimTemplate": template}}))
    until("a pod has a volume of its own", lambda: runs("ephemeral"))
    remove_pod("ephemeral")
    until("its claim is gone", lambda: not get("pvc", "ephemeral-v"))


def copies():
    apply({"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot", "metadata": {"name": "first"},
           "spec": {"volumeSnapshotClassName": "disk", "source": {"persistentVolumeClaimName": "files"}}})
    until("a snapshot is ready", lambda: (get("volumesnapshot", "first") or {}).get("status", {}).get("readyToUse"))
    within("files", "echo four > /v/f; sync")
    source = {"name": "first", "kind": "VolumeSnapshot", "apiGroup": "snapshot.storage.k8s.io"}
    apply(claim("restored", size=LARGE, dataSource=source), pod("restored", of("restored")))
    until("a volume is made from the snapshot", lambda: runs("restored") and reads("restored", "one")())
    apply(claim("cloned", size=LARGE, dataSource={"name": "files", "kind": "PersistentVolumeClaim"}),
          pod("cloned", of("cloned")))
    until("a volume is made from another", lambda: runs("cloned") and reads("cloned", "four")())


def restarts():
    """Of each pod: how often it was started, and when."""
    return {each["metadata"]["name"]: [(c["restartCount"], c["state"]) for c in each["status"]["containerStatuses"]]
            for each in items("pods") if each["metadata"]["name"] != "disk-driver-0"}


def faults():
    before = restarts()
    uid = get("pod", "disk-driver-0")["metadata"]["uid"]
    kubectl("delete", "pod", "disk-driver-0", "--wait=false")
    until("the driver's pod is another", lambda: runs("disk-driver-0") and
          get("pod", "disk-driver-0")["metadata"]["uid"] != uid)
    assert restarts() == before and reads("files", "four")()
    status = subprocess.run([*KAT, "status", *OPTIONS], text=True, capture_output=True, check=True).stdout
    os.kill(int(re.search(r"pid: (\d+)", status).group(1)), signal.SIGKILL)
    subprocess.run([*KAT, "up", *OPTIONS], check=True, stdout=subprocess.DEVNULL)
    until("volumes stand after the server was killed", reads("files", "four"))
    assert restarts() == before, "containers were started again"
    remove_pod("late")
    apply(pod("late", of("late")))
    until("a volume is mounted after that", lambda: runs("late"))
    subprocess.run([*KAT, "down", *OPTIONS], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*KAT, "up", *OPTIONS], check=True, stdout=subprocess.DEVNULL)
    for name, held in {"files": "four", "restored": "one", "cloned": "four"}.items():
        until(f"{name} has its data after the cluster was stopped", reads(name, held))
    until("so has the device", lambda: within("device", "head -c 3 /dev/v", check=False) == "two")


def end():
    kubectl("delete", "pod", "files", "late", "device", "restored", "cloned", "--wait=false")
    kubectl("delete", "pvc", "--all", "--wait=false")
    kubectl("delete", "volumesnapshot", "--all", "--wait=false")
    for kind in "pvc", "pv", "volumeattachments", "volumesnapshots", "volumesnapshotcontents":
        until(f"no {kind} are left", lambda kind=kind: not items(kind, "-A"))
    until("no mounts are left", lambda: not mounts())
    assert not glob.glob(DATA + "/*.img"), os.listdir(DATA)
    assert DATA not in subprocess.run(["losetup", "-a"], text=True, capture_output=True, check=True).stdout


for step in deploy, files, late, grow, device, of_pods, copies, faults, end:
    print(f"--   {step.__name__}", flush=True)
    step()
print("storage drivers: all of it works")
