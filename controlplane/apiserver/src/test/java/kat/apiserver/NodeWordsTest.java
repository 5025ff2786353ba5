package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node's agent may not do, and why, as reviews tell it.
///
/// **Source:** `plugin/pkg/auth/authorizer/node/node_authorizer.go`.
class NodeWordsTest {

    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    private static Served served;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        served = Served.start(folder);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    /// Verb, group, resource with its part, namespace and name; empty for yes.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list '' secrets/ '' ''|can only read namespaced object of this type",
                "list '' secrets/ n ''|No Object name found",
                "update '' secrets/ n s|can only read resources of this type",
                "get '' configmaps/x n c|cannot read subresource",
                "get '' configmaps/ n c|no relationship found between node 'a' and this object",
                "list '' persistentvolumeclaims/ n c|can only get individual resources of this type",
                "get '' persistentvolumeclaims/x n c|cannot get subresource",
                "get '' persistentvolumeclaims/status n c|can only get/update/patch this type",
                "update '' persistentvolumeclaims/status n c|no relationship found between node 'a' and"
                        + " this object",
                "delete '' persistentvolumes/ '' v|can only get individual resources of this type",
                "get resource.k8s.io resourceclaims/ n c|no relationship found between node 'a' and this"
                        + " object",
                "update storage.k8s.io volumeattachments/ '' v|can only get individual resources of this"
                        + " type",
                "create '' serviceaccounts/ n x|can only create token subresource of serviceaccount",
                "create '' serviceaccounts/token n ''|can only create tokens for individual service"
                        + " accounts",
                "create '' serviceaccounts/token n x|no relationship found between node 'a' and this"
                        + " object",
                "list coordination.k8s.io leases/ kube-node-lease ''|can only get, create, update, patch,"
                        + " or delete a node lease",
                "get coordination.k8s.io leases/ n a|can only access leases in the \"kube-node-lease\""
                        + " system namespace",
                "get coordination.k8s.io leases/ kube-node-lease b|can only access node lease with the"
                        + " same name as the requesting node",
                "get coordination.k8s.io leases/ kube-node-lease a|",
                "create coordination.k8s.io leases/ kube-node-lease ''|",
                "watch storage.k8s.io csinodes/ '' a|can only get, create, update, patch, or delete a"
                        + " CSINode",
                "get storage.k8s.io csinodes/status '' a|cannot authorize CSINode subresources",
                "get storage.k8s.io csinodes/ '' b|can only access CSINode with the same name as the"
                        + " requesting node",
                "get storage.k8s.io csinodes/ '' a|",
                "get resource.k8s.io resourceslices/status '' s|cannot authorize ResourceSlice"
                        + " subresources",
                "list resource.k8s.io resourceslices/ '' ''|can only list/watch/deletecollection"
                        + " resourceslices with nodeName field selector",
                "get resource.k8s.io resourceslices/ '' s|no relationship found between node 'a' and this"
                        + " object",
                "proxy resource.k8s.io resourceslices/ '' s|only the following verbs are allowed for a"
                        + " ResourceSlice: get, watch, list, create, update, patch, delete,"
                        + " deletecollection",
                "create resource.k8s.io resourceslices/ '' ''|",
                "get '' nodes/ '' b|node 'a' cannot read 'b', only its own Node object",
                "list '' nodes/ '' ''|node 'a' cannot read all nodes, only its own Node object",
                "get '' nodes/ '' a|",
                "update '' nodes/status '' b|",
                "get '' pods/ n p|no relationship found between node 'a' and this object",
                "list '' pods/ '' ''|can only list/watch pods with spec.nodeName field selector",
                "create '' pods/eviction n p|",
                "get certificates.k8s.io podcertificaterequests/status n c|nodes may not access the status"
                        + " subresource of PodCertificateRequests",
                "list certificates.k8s.io podcertificaterequests/ '' ''|can only list/watch"
                        + " podcertificaterequests with nodeName field selector",
                "delete certificates.k8s.io podcertificaterequests/ n c|nodes may not delete"
                        + " podcertificaterequests",
            })
    void areToldWhy(String asked, String why) throws Exception {
        String[] words = asked.replace("''", "").split(" ", -1);
        String[] resource = words[2].split("/", -1);
        String body =
                """
                {"spec": {"user": "system:node:a", "groups": ["system:nodes", "system:authenticated"],
                  "resourceAttributes": {"verb": "%s", "group": "%s", "resource": "%s",
                    "subresource": "%s", "namespace": "%s", "name": "%s"}}}
                """
                        .formatted(
                                words[0], words[1], resource[0], resource[1], words[3], words[4]);

        String answer =
                served.client()
                        .admin("POST", REVIEWS, body, "Content-Type", "application/json")
                        .body();

        JsonObject status = ((JsonObject) Json.parse(answer.getBytes(UTF_8))).object("status");
        assertEquals(why == null, status.bool("allowed"), answer);
        assertEquals(why == null ? "" : why, status.string("reason"));
    }
}
