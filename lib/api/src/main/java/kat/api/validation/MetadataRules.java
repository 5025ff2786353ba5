package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for `metadata`, which all kinds share.
///
/// **Source:** apimachinery's `api/validation/objectmeta.go`.
final class MetadataRules {

    /// What all annotations of an object may hold, names and values, in bytes.
    static final int MAX_ANNOTATIONS = 256 * 1024;

    private static final int MAX_MANAGER = 128;

    private static final int MAX_SUBRESOURCE = 256;

    private static final Set<String> STANDARD_FINALIZERS =
            Set.of("kubernetes", "orphan", "foregroundDeletion");

    private MetadataRules() {}

    /// @param names the check for the object's name
    static void check(Node metadata, boolean namespaced, Function<String, List<String>> names) {
        checkPlain(metadata, namespaced, names);
        checkKubernetesFinalizers(metadata.child("finalizers"));
    }

    /// As [#check], but finalizers may have any qualified name.
    static void checkPlain(
            Node metadata, boolean namespaced, Function<String, List<String>> names) {
        Node generate = metadata.child("generateName");
        if (!generate.isEmpty()) {
            generate.invalidAll(Names.prefix(generate.text(), names));
        }
        Node name = metadata.child("name");
        if (name.isEmpty()) {
            name.required("name or generateName is required");
        } else {
            name.invalidAll(names.apply(name.text()));
        }
        checkNamespace(metadata.child("namespace"), namespaced);
        metadata.child("generation").notNegative();
        checkShared(metadata);
    }

    private static void checkNamespace(Node namespace, boolean namespaced) {
        if (!namespaced) {
            if (!namespace.isEmpty()) {
                namespace.forbidden("not allowed on this type");
            }
        } else if (namespace.isEmpty()) {
            namespace.required();
        } else {
            namespace.invalidAll(Names.dnsLabel(namespace.text()));
        }
    }

    private static void checkShared(Node metadata) {
        labels(metadata.child("labels"));
        annotations(metadata.child("annotations"));
        owners(metadata.child("ownerReferences"));
        finalizers(metadata.child("finalizers"));
        managedFields(metadata.child("managedFields"));
    }

    /// What every update of every kind is checked for: metadata as a whole, then its changes.
    static void checkChanged(Node metadata, boolean namespaced, JsonObject before) {
        checkPlain(metadata, namespaced, Names::pathSegment);
        checkUpdate(metadata, before);
    }

    /// As [#checkUpdate], and finalizers must be qualified or known.
    static void checkKubernetesUpdate(Node metadata, JsonObject before) {
        checkUpdate(metadata, before);
        checkKubernetesFinalizers(metadata.child("finalizers"));
    }

    /// What an update may not do to `metadata`.
    static void checkUpdate(Node metadata, JsonObject before) {
        if (before.has("deletionTimestamp")) {
            newFinalizers(metadata.child("finalizers"), before.array("finalizers").strings());
        }
        Node version = metadata.child("resourceVersion");
        if (version.isEmpty()) {
            version.invalidText("", "must be specified for an update");
        }
        Node generation = metadata.child("generation");
        if (generation.integer() < before.integer("generation", 0)) {
            generation.invalid("must not be decremented");
        }
        for (String field :
                List.of(
                        "name",
                        "namespace",
                        "uid",
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds")) {
            metadata.child(field).immutable(before.get(field));
        }
        labels(metadata.child("labels"));
        annotations(metadata.child("annotations"));
        owners(metadata.child("ownerReferences"));
        managedFields(metadata.child("managedFields"));
    }

    private static void newFinalizers(Node finalizers, List<String> before) {
        List<String> added = new ArrayList<>(finalizers.list().strings());
        added.removeAll(before);
        if (!added.isEmpty()) {
            List<String> quoted = new ArrayList<>();
            added.forEach(each -> quoted.add(Json.of(each).toString()));
            finalizers.forbidden(
                    "no new finalizers can be added if the object is being deleted, found new"
                            + " finalizers []string{"
                            + String.join(", ", quoted)
                            + "}");
        }
    }

    static void labels(Node labels) {
        for (Node label : labels.entries()) {
            for (String fault : Names.qualifiedName(label.name())) {
                labels.invalidText(label.name(), fault);
            }
            for (String fault : Names.labelValue(label.text())) {
                labels.invalidText(label.text(), fault);
            }
        }
    }

    static void annotations(Node annotations) {
        int bytes = 0;
        for (Node annotation : annotations.entries()) {
            bytes += Names.bytes(annotation.name()) + Names.bytes(annotation.text());
            String lower = annotation.name().toLowerCase(Locale.ROOT);
            for (String fault : Names.qualifiedName(lower)) {
                annotations.invalidText(annotation.name(), fault);
            }
        }
        if (bytes > MAX_ANNOTATIONS) {
            annotations.tooLong(MAX_ANNOTATIONS);
        }
    }

    private static void owners(Node owners) {
        String first = "";
        for (Node owner : owners.items()) {
            String apiVersion = owner.child("apiVersion").text();
            String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
            if (version.isEmpty() || version.contains("/")) {
                owners.child("apiVersion").invalidText(apiVersion, "version must not be empty");
            }
            for (String field : List.of("kind", "name", "uid")) {
                if (owner.child(field).isEmpty()) {
                    owners.child(field).invalidText("", "must not be empty");
                }
            }
            if (apiVersion.equals("v1") && owner.child("kind").text().equals("Event")) {
                owners.invalid(owner.json(), "/v1, Kind=Event is disallowed from being an owner");
            }
            String shown = owner.child("kind").text() + "/" + owner.child("name").text();
            if (owner.child("controller").bool()) {
                if (first.isEmpty()) {
                    first = shown;
                } else {
                    owners.invalid(
                            "Only one reference can have Controller set to true. Found \"true\" in"
                                    + " references for "
                                    + first
                                    + " and "
                                    + shown);
                }
            }
        }
    }

    private static void finalizers(Node finalizers) {
        List<String> all = finalizers.list().strings();
        for (String finalizer : all) {
            for (String fault : Names.qualifiedName(finalizer)) {
                finalizers.invalidText(finalizer, fault);
            }
        }
        if (all.contains("orphan") && all.contains("foregroundDeletion")) {
            finalizers.invalid("finalizer orphan and foregroundDeletion cannot be both set");
        }
    }

    /// Names of finalizers have a domain, but for three.
    static void checkKubernetesFinalizers(Node finalizers) {
        for (Node finalizer : finalizers.items()) {
            String text = finalizer.text();
            if (!text.contains("/") && !STANDARD_FINALIZERS.contains(text)) {
                finalizer.invalid(
                        "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    private static void managedFields(Node entries) {
        for (Node entry : entries.items()) {
            Node operation = entry.child("operation");
            if (!operation.text().equals("Apply") && !operation.text().equals("Update")) {
                operation.invalidText(operation.text(), "must be `Apply` or `Update`");
            }
            Node type = entry.child("fieldsType");
            if (!type.isEmpty() && !type.text().equals("FieldsV1")) {
                type.invalid("must be `FieldsV1`");
            }
            manager(entry.child("manager"));
            if (Names.bytes(entry.child("subresource").text()) > MAX_SUBRESOURCE) {
                entry.child("subresource").tooLong(MAX_SUBRESOURCE);
            }
        }
    }

    /// The name of a field manager: short, and all of it can be printed.
    static void manager(Node manager) {
        String name = manager.text();
        if (Names.bytes(name) > MAX_MANAGER) {
            manager.tooLong(MAX_MANAGER);
        }
        int at = 0;
        for (int c : name.codePoints().toArray()) {
            if (Character.isISOControl(c)) {
                manager.invalidShown(
                        GoText.quoted(name),
                        "invalid character U+%04X (at position %d)".formatted(c, at));
            }
            at += Names.bytes(Character.toString(c));
        }
    }
}
