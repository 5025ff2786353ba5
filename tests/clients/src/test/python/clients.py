"""What Python's client does with a cluster. Prints one line a behaviour: `ok NAME` or `FAIL NAME: why`."""
import sys
import threading
import time
import traceback
import uuid

from kubernetes import client, config, dynamic, watch
from kubernetes.client.rest import ApiException
from kubernetes.informer import ADDED, DELETED, MODIFIED, SharedInformer
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock
from kubernetes.stream import portforward, stream

KUBECONFIG, TOKEN_KUBECONFIG, ECHO_KUBECONFIG = sys.argv[1:4]
PATIENCE = 30


class Place:
    def __init__(self):
        self.api = config.new_client_from_config(KUBECONFIG)
        self.core = client.CoreV1Api(self.api)
        self.apps = client.AppsV1Api(self.api)
        self.namespace = "python-" + uuid.uuid4().hex[:8]
        self.core.create_namespace({"metadata": {"name": self.namespace}})

    def config_map(self, name, **data):
        body = {"metadata": {"name": name, "labels": {"of": "python"}}, "data": data}
        return self.core.create_namespaced_config_map(self.namespace, body)


def refused(call, code):
    try:
        call()
    except ApiException as e:
        assert e.status == code, f"{e.status} instead of {code}: {e.body}"
        return e
    raise AssertionError(f"was not refused with {code}")


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "not in time: " + what
        time.sleep(0.05)


def creates_reads_replaces_and_deletes(p):
    made = p.config_map("plain", a="1")
    made.data["b"] = "2"
    p.core.replace_namespaced_config_map("plain", p.namespace, made)
    assert p.core.read_namespaced_config_map("plain", p.namespace).data == {"a": "1", "b": "2"}
    status = p.core.delete_namespaced_config_map("plain", p.namespace)
    assert status.status == "Success"
    refused(lambda: p.core.read_namespaced_config_map("plain", p.namespace), 404)


def lists_in_pages(p):
    for i in range(5):
        p.config_map(f"page-{i}")
    names, token = [], None
    while True:
        page = p.core.list_namespaced_config_map(
            p.namespace, label_selector="of=python", limit=2, _continue=token)
        names += [each.metadata.name for each in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert names == [f"page-{i}" for i in range(5)], names


def watches_changes(p):
    start = p.core.list_namespaced_config_map(p.namespace).metadata.resource_version
    made = p.config_map("seen", a="1")
    made.data["a"] = "2"
    p.core.replace_namespaced_config_map("seen", p.namespace, made)
    p.core.delete_namespaced_config_map("seen", p.namespace)
    seen = []
    for event in watch.Watch().stream(
            p.core.list_namespaced_config_map, p.namespace, label_selector="of=python",
            resource_version=start, timeout_seconds=PATIENCE):
        seen.append(event["type"])
        if len(seen) == 3:
            break
    assert seen == ["ADDED", "MODIFIED", "DELETED"], seen


def keeps_a_copy_by_an_informer(p):
    p.config_map("before")
    seen = []
    # A watch of a second, so that it lists anew now and then and can be stopped.
    informer = SharedInformer(
        p.core.list_namespaced_config_map, namespace=p.namespace, label_selector="of=python", resync_period=1)
    for event in (ADDED, MODIFIED, DELETED):
        informer.add_event_handler(event, lambda each, event=event: seen.append((event, each.metadata.name)))
    key = p.namespace + "/during"
    informer.start()
    try:
        until("the first list", lambda: (ADDED, "before") in seen)
        p.config_map("during", a="1")
        until("a new object", lambda: (ADDED, "during") in seen)
        p.core.patch_namespaced_config_map("during", p.namespace, {"data": {"a": "2"}})
        until("a change", lambda: informer.cache.get_by_key(key).data == {"a": "2"})
        until("an event of it", lambda: (MODIFIED, "during") in seen)
        p.core.delete_namespaced_config_map("during", p.namespace)
        until("a deletion", lambda: (DELETED, "during") in seen and informer.cache.get_by_key(key) is None)
        assert informer.cache.get_by_key(p.namespace + "/before") is not None
    finally:
        informer.stop()


def patches_in_every_form(p):
    p.config_map("patched", a="1")
    patch = p.core.patch_namespaced_config_map
    patch("patched", p.namespace, [{"op": "add", "path": "/data/json", "value": "p"}])
    patch("patched", p.namespace, {"data": {"merge": "m", "a": None}},
          _content_type="application/merge-patch+json")
    patch("patched", p.namespace, {"data": {"strategic": "s"}})
    last = patch(
        "patched", p.namespace,
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "patched"}, "data": {"apply": "done"}},
        field_manager="python", _content_type="application/apply-patch+yaml")
    assert last.data == {"json": "p", "merge": "m", "strategic": "s", "apply": "done"}, last.data
    assert "Apply" in [each.operation for each in last.metadata.managed_fields]


def scales_and_reads_the_status(p):
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}},
                         "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}}
    p.apps.create_namespaced_deployment(p.namespace, {"metadata": {"name": "web"}, "spec": spec})
    p.apps.patch_namespaced_deployment_scale("web", p.namespace, {"spec": {"replicas": 3}})
    until("three ready replicas",
          lambda: p.apps.read_namespaced_deployment_status("web", p.namespace).status.ready_replicas == 3)
    p.apps.delete_namespaced_deployment("web", p.namespace, propagation_policy="Foreground")
    until("no pods", lambda: not p.core.list_namespaced_pod(p.namespace).items)


def uses_custom_resources(p):
    group = p.namespace + ".example.com"
    schema = {"type": "object", "properties": {"spec": {
        "type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}}}}
    definition = {
        "metadata": {"name": "widgets." + group},
        "spec": {"group": group, "scope": "Namespaced",
                 "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                 "versions": [{"name": "v1", "served": True, "storage": True,
                               "subresources": {"status": {}}, "schema": {"openAPIV3Schema": schema}}]}}
    definitions = client.ApiextensionsV1Api(p.api)
    definitions.create_custom_resource_definition(definition)
    until("established", lambda: "Established" in [
        each.type for each in definitions.read_custom_resource_definition("widgets." + group).status.conditions or []
        if each.status == "True"])
    widgets = client.CustomObjectsApi(p.api)
    widget = {"apiVersion": group + "/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 2}}
    until("served", lambda: try_to(lambda: widgets.create_namespaced_custom_object(
        group, "v1", p.namespace, "widgets", widget)))
    wrong = {**widget, "metadata": {"name": "x"}, "spec": {"size": 0}}
    refused(lambda: widgets.create_namespaced_custom_object(group, "v1", p.namespace, "widgets", wrong), 422)
    found = dynamic.DynamicClient(p.api).resources.get(api_version=group + "/v1", kind="Widget")
    assert found.get(name="w", namespace=p.namespace).spec.size == 2
    definitions.delete_custom_resource_definition("widgets." + group)


def try_to(call):
    try:
        return call() or True
    except ApiException as e:
        if e.status == 404:
            return False
        raise


def stores_nothing_in_a_dry_run(p):
    p.core.create_namespaced_config_map(p.namespace, {"metadata": {"name": "dry"}}, dry_run="All")
    refused(lambda: p.core.read_namespaced_config_map("dry", p.namespace), 404)


def generates_names_and_deletes_collections(p):
    body = {"metadata": {"generateName": "made-", "labels": {"of": "python"}}}
    name = p.core.create_namespaced_config_map(p.namespace, body).metadata.name
    assert name.startswith("made-") and len(name) == 10, name
    p.core.delete_collection_namespaced_config_map(p.namespace, label_selector="of=python")
    assert not p.core.list_namespaced_config_map(p.namespace, label_selector="of=python").items


def records_events(p):
    about = client.V1ObjectReference(kind="ConfigMap", namespace=p.namespace, name="about")
    event = client.CoreV1Event(
        metadata=client.V1ObjectMeta(generate_name="about."), involved_object=about,
        reason="Seen", message="somebody looked", type="Normal")
    p.core.create_namespaced_event(p.namespace, event)
    found = p.core.list_namespaced_event(p.namespace, field_selector="involvedObject.name=about")
    assert len(found.items) == 1


def sees_each_error(p):
    p.config_map("once")
    refused(lambda: p.config_map("once"), 409)
    stale = p.core.read_namespaced_config_map("once", p.namespace)
    stale.metadata.resource_version = "1"
    refused(lambda: p.core.replace_namespaced_config_map("once", p.namespace, stale), 409)
    pod = {"metadata": {"name": "bad"}, "spec": {"containers": [{"name": "Bad", "image": "i"}]}}
    e = refused(lambda: p.core.create_namespaced_pod(p.namespace, pod), 422)
    assert "spec.containers[0].name" in e.body
    stranger = config.new_client_from_config(KUBECONFIG)
    stranger.set_default_header("Impersonate-User", "stranger")
    refused(lambda: client.CoreV1Api(stranger).list_namespaced_secret(p.namespace), 403)


def is_known_by_a_token(p):
    by_token = config.new_client_from_config(TOKEN_KUBECONFIG)
    assert client.VersionApi(by_token).get_code().minor == "36"
    me = client.AuthenticationV1Api(by_token).create_self_subject_review({})
    assert me.status.user_info.username == "kubernetes-admin"


def elects_a_leader(p):
    leading = threading.Event()
    config.load_kube_config(KUBECONFIG)
    settings = electionconfig.Config(
        ConfigMapLock("leader", p.namespace, "me"), lease_duration=15, renew_deadline=10, retry_period=1,
        onstarted_leading=leading.set, onstopped_leading=lambda: None)
    thread = threading.Thread(target=leaderelection.LeaderElection(settings).run, daemon=True)
    thread.start()
    assert leading.wait(PATIENCE), "nobody leads"
    lock = p.core.read_namespaced_config_map("leader", p.namespace)
    assert '"me"' in lock.metadata.annotations["control-plane.alpha.kubernetes.io/leader"]


def runs_commands_and_reads_logs(p):
    core = client.CoreV1Api(config.new_client_from_config(ECHO_KUBECONFIG))
    connect = core.connect_get_namespaced_pod_exec
    said = stream(connect, "web", "default", command=["hello"], stdout=True, stderr=True, stdin=False, tty=False)
    assert said == "hello\n", repr(said)
    running = stream(connect, "web", "default", command=["fail"], stdout=True, stderr=True, stdin=False,
                     tty=False, _preload_content=False)
    running.run_forever(timeout=PATIENCE)
    assert running.returncode == 3, running.returncode
    assert "main says hello" in core.read_namespaced_pod_log("web", "default")


def attaches_to_a_container(p):
    core = client.CoreV1Api(config.new_client_from_config(ECHO_KUBECONFIG))
    attached = stream(core.connect_get_namespaced_pod_attach, "web", "default", container="main", stdin=True,
                      stdout=True, stderr=True, tty=False, _preload_content=False)
    attached.write_stdin("typed\n")
    assert attached.readline_stdout(timeout=PATIENCE) == "typed"
    attached.close()


def forwards_ports(p):
    core = client.CoreV1Api(config.new_client_from_config(ECHO_KUBECONFIG))
    forwarded = portforward(core.connect_get_namespaced_pod_portforward, "web", "default", ports="7,8")
    echo = forwarded.socket(7)
    echo.settimeout(PATIENCE)
    echo.sendall(b"hello")
    got = b""
    while len(got) < 5:
        part = echo.recv(5)
        assert part, "ended after " + repr(got)
        got += part
    assert got == b"hello", got
    assert forwarded.error(7) is None, forwarded.error(7)
    until("an error", lambda: forwarded.error(8) is not None)
    assert forwarded.error(8).startswith("error forwarding port 8 to pod web"), forwarded.error(8)


BEHAVIOURS = [
    creates_reads_replaces_and_deletes, lists_in_pages, watches_changes,
    keeps_a_copy_by_an_informer, patches_in_every_form,
    scales_and_reads_the_status, uses_custom_resources, stores_nothing_in_a_dry_run,
    generates_names_and_deletes_collections, records_events, sees_each_error, is_known_by_a_token,
    elects_a_leader, runs_commands_and_reads_logs, attaches_to_a_container, forwards_ports]

for behaviour in BEHAVIOURS:
    try:
        behaviour(Place())
        print("ok " + behaviour.__name__, flush=True)
    except Exception as e:  # one fault must not hide the others
        why = traceback.format_exc().strip().replace("\n", " | ")
        print(f"FAIL {behaviour.__name__}: {e} {why}".replace("\n", " "), flush=True)
