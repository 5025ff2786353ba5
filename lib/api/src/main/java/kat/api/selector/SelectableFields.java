package kat.api.selector;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// The fields that selectors may name, kind by kind, and how they are read.
///
/// **Source:** `AddFieldLabelConversions…` and `…ToSelectableFields` of each kind.
final class SelectableFields {

    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";

    /// Fields beside name and namespace, by kind; the kinds whose refusals name all that is
    /// offered are not listed.
    private static final Map<String, List<String>> BY_KIND =
            Map.ofEntries(
                    Map.entry(
                            "v1 Pod",
                            List.of(
                                    "spec.nodeName",
                                    "spec.restartPolicy",
                                    "spec.schedulerName",
                                    "spec.serviceAccountName",
                                    "spec.hostNetwork",
                                    "status.phase",
                                    "status.podIP",
                                    "status.podIPs",
                                    "status.nominatedNodeName")),
                    Map.entry(
                            "v1 Event",
                            List.of(
                                    "involvedObject.kind",
                                    "involvedObject.namespace",
                                    "involvedObject.name",
                                    "involvedObject.uid",
                                    "involvedObject.apiVersion",
                                    "involvedObject.resourceVersion",
                                    "involvedObject.fieldPath",
                                    "reason",
                                    "reportingComponent",
                                    "source",
                                    "type")),
                    Map.entry(
                            "events.k8s.io/v1 Event",
                            List.of(
                                    "regarding.kind",
                                    "regarding.namespace",
                                    "regarding.name",
                                    "regarding.uid",
                                    "regarding.apiVersion",
                                    "regarding.resourceVersion",
                                    "regarding.fieldPath",
                                    "reason",
                                    "reportingController",
                                    "type")),
                    Map.entry("v1 Node", List.of("spec.unschedulable")),
                    Map.entry("v1 Namespace", List.of("status.phase")),
                    Map.entry("v1 Secret", List.of("type")),
                    Map.entry("v1 Service", List.of("spec.clusterIP", "spec.type")),
                    Map.entry("v1 ReplicationController", List.of("status.replicas")),
                    Map.entry("batch/v1 Job", List.of("status.successful")),
                    Map.entry(
                            "certificates.k8s.io/v1 CertificateSigningRequest",
                            List.of("spec.signerName")),
                    Map.entry(
                            "resource.k8s.io/v1 ResourceSlice",
                            List.of("spec.nodeName", "spec.driver")));

    /// Kinds without namespaces that, other than most, do not offer theirs.
    private static final Set<String> WITHOUT_NAMESPACE =
            Set.of(
                    "v1 Namespace",
                    "v1 Node",
                    "certificates.k8s.io/v1 CertificateSigningRequest",
                    "resource.k8s.io/v1 ResourceSlice");

    private SelectableFields() {}

    /// The field that a name stands for: itself, but for the name that the node of a pod had
    /// once.
    ///
    /// @throws SelectorException when the kind does not offer the field
    static String nameOf(Kind kind, List<String> custom, String field) {
        if (field.equals("spec.host") && kind.toString().equals("v1 Pod")) {
            return "spec.nodeName";
        }
        check(kind, custom, field);
        return field;
    }

    private static void check(Kind kind, List<String> custom, String field) {
        boolean place = field.equals(NAMESPACE) && !WITHOUT_NAMESPACE.contains(kind.toString());
        if (field.equals(NAME) || place || custom.contains(field)) {
            return;
        }
        @Nullable List<String> offered = BY_KIND.get(kind.toString());
        if (offered != null && offered.contains(field)) {
            return;
        }
        throw new SelectorException(refusal(kind, offered != null, field));
    }

    private static String refusal(Kind kind, boolean hasOwn, String field) {
        if (kind.kind().equals("Job") && hasOwn) {
            return "field label \"" + field + "\" not supported for Job";
        }
        if (kind.kind().equals("ResourceSlice") && hasOwn) {
            return "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: " + field;
        }
        return hasOwn || kind.schema().isEmpty()
                ? "field label not supported: " + field
                : Json.of(field)
                        + " is not a known field selector: only \"metadata.name\","
                        + " \"metadata.namespace\"";
    }

    static String read(Kind kind, JsonObject tree, String field) {
        switch (field) {
            case NAME -> {
                return tree.object("metadata").string("name");
            }
            case NAMESPACE -> {
                return tree.object("metadata").string("namespace");
            }
            case "status.successful" -> {
                return Long.toString(tree.object("status").integer("succeeded", 0));
            }
            case "spec.hostNetwork", "spec.unschedulable" -> {
                String name = field.substring("spec.".length());
                return Boolean.toString(tree.object("spec").bool(name));
            }
            case "source" -> {
                String component = tree.object("source").string("component");
                return component.isEmpty() ? tree.string("reportingComponent") : component;
            }
            default -> {
                boolean counted = field.equals("status.replicas") && !kind.schema().isEmpty();
                String text = at(tree, field);
                return counted && text.isEmpty() ? "0" : text;
            }
        }
    }

    private static String at(JsonObject tree, String field) {
        String[] steps = field.split("\\.", -1);
        JsonObject holder = tree;
        for (int i = 0; i < steps.length - 1; i++) {
            holder = holder.object(steps[i]);
        }
        @Nullable Json value = holder.get(steps[steps.length - 1]);
        return switch (value) {
            case JsonString(String text) -> text;
            case JsonNumber number -> number.toString();
            case JsonBoolean bool -> bool.toString();
            case null, default -> "";
        };
    }
}
