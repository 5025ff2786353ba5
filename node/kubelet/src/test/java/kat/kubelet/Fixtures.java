package kat.kubelet;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import kat.api.KubeObject;
import kat.api.json.Json;

/// Pods for tests.
final class Fixtures {

    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private Fixtures() {}

    /// Parses an object in which single quotes stand for double ones.
    static KubeObject object(String text) {
        return KubeObject.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /// A pod bound to `node-0` whose spec holds these members besides.
    static KubeObject pod(String name, String spec) {
        return object(
                        """
                        {'apiVersion':'v1','kind':'Pod',
                         'metadata':{'namespace':'default','generation':1,
                           'creationTimestamp':'2026-01-02T03:04:00Z'},
                         'spec':{'nodeName':'node-0',
                        """
                                + spec
                                + "},'status':{'phase':'Pending','qosClass':'BestEffort'}}")
                .withMetadata(m -> m.with("name", name).with("uid", "uid-" + name));
    }

    /// A pod with one container `web`.
    static KubeObject web(String name) {
        return pod(
                name,
                "'restartPolicy':'Always','terminationGracePeriodSeconds':30,"
                        + "'containers':[{'name':'web','image':'nginx:1',"
                        + "'imagePullPolicy':'IfNotPresent'}]");
    }

    static KubeObject deleting(KubeObject pod) {
        return pod.withMetadata(
                m ->
                        m.with("deletionTimestamp", NOW.plusSeconds(30).toString())
                                .with("deletionGracePeriodSeconds", 30));
    }

    static KubeObject ownedByJob(KubeObject pod) {
        return pod.withMetadata(
                m ->
                        m.with(
                                "ownerReferences",
                                Json.parse(
                                        ("[{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\","
                                                        + "\"name\":\"j\",\"uid\":\"u\","
                                                        + "\"controller\":true}]")
                                                .getBytes(StandardCharsets.UTF_8))));
    }
}
