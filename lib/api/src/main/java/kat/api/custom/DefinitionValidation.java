package kat.api.custom;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.validation.Validation;
import org.jspecify.annotations.Nullable;

/// Says what is wrong with a definition, in Kubernetes' words and order.
///
/// **Threads:** any.
///
/// **Source:** `pkg/apis/apiextensions/validation/validation.go` of the apiextensions server.
public final class DefinitionValidation {

    private final Faults faults = new Faults();
    private final @Nullable JsonObject old;

    private DefinitionValidation(@Nullable JsonObject old) {
        this.old = old;
    }

    /// Checks a new definition.
    public static List<Status.Cause> create(JsonObject definition) {
        DefinitionValidation check = new DefinitionValidation(null);
        JsonObject spec = definition.object("spec");
        String required = spec.object("names").string("plural") + "." + spec.string("group");
        check.faults.addAll(Validation.metadata(definition, false, name -> names(name, required)));
        check.spec(spec);
        check.names(definition.object("status").object("acceptedNames"), "status.acceptedNames");
        check.storedVersions(definition);
        check.approval(definition);
        check.preserve(spec);
        return check.faults.causes();
    }

    private static List<String> names(String name, String required) {
        List<String> found = new ArrayList<>(Names.dnsSubdomain(name));
        if (!name.equals(required)) {
            found.add("must be spec.names.plural+\".\"+spec.group");
        }
        return found;
    }

    /// Checks a new version of a stored definition. What was wrong before is not asked for now.
    public static List<Status.Cause> update(JsonObject definition, JsonObject old) {
        DefinitionValidation check = new DefinitionValidation(old);
        JsonObject spec = definition.object("spec");
        check.faults.addAll(Validation.metadataUpdate(definition, old));
        check.spec(spec);
        check.immutable(spec, old);
        check.names(definition.object("status").object("acceptedNames"), "status.acceptedNames");
        check.storedVersions(definition);
        check.approval(definition);
        if (!old.object("spec").bool("preserveUnknownFields")) {
            check.preserve(spec);
        }
        return check.faults.causes();
    }

    /// Checks a new status of a stored definition.
    public static List<Status.Cause> updateStatus(JsonObject definition, JsonObject old) {
        DefinitionValidation check = new DefinitionValidation(old);
        check.faults.addAll(Validation.metadataUpdate(definition, old));
        check.names(definition.object("status").object("acceptedNames"), "status.acceptedNames");
        return check.faults.causes();
    }

    private void immutable(JsonObject spec, JsonObject before) {
        JsonObject oldSpec = before.object("spec");
        if (Definition.is(new KubeObject(before), "Established")) {
            same("spec.scope", spec.string("scope"), oldSpec.string("scope"));
            same("spec.names.kind", name(spec, "kind"), name(oldSpec, "kind"));
        }
        same("spec.group", spec.string("group"), oldSpec.string("group"));
        same("spec.names.plural", name(spec, "plural"), name(oldSpec, "plural"));
    }

    private static String name(JsonObject spec, String which) {
        return spec.object("names").string(which);
    }

    private void same(String path, String now, String before) {
        if (!now.equals(before)) {
            faults.invalid(path, now, "field is immutable");
        }
    }

    private void spec(JsonObject spec) {
        group(spec.string("group"));
        scope(spec.string("scope"));
        DefinitionForm form = DefinitionForm.of(spec);
        List<JsonObject> versions = form.versions();
        if (DefinitionForm.schema(form.top()) == null && needsSchemas()) {
            for (int i = 0; i < versions.size(); i++) {
                if (DefinitionForm.schema(versions.get(i)) == null) {
                    faults.required(
                            Faults.index("spec.versions", i) + ".schema.openAPIV3Schema", "");
                }
            }
        }
        boolean hasDefaults =
                spec.array("versions").objects().stream()
                        .map(DefinitionForm::schema)
                        .anyMatch(schema -> schema != null && SchemaTree.hasDefault(schema));
        if (hasDefaults && spec.bool("preserveUnknownFields")) {
            faults.invalid(
                    "spec.preserveUnknownFields",
                    Json.of(true),
                    "must be false in order to use defaults in the schema");
        }
        versions(spec, form);
        requiredNames(spec.object("names"));
        names(spec.object("names"), "spec.names");
        shared(spec, form);
        conversion(spec);
    }

    /// Schemas are asked for unless the stored definition has none.
    private boolean needsSchemas() {
        JsonObject before = old;
        return before == null
                || before.object("spec").array("versions").objects().stream()
                        .allMatch(version -> DefinitionForm.schema(version) != null);
    }

    private void group(String group) {
        if (group.isEmpty()) {
            faults.required("spec.group", "");
            return;
        }
        List<String> wrong = Names.dnsSubdomain(group);
        if (!wrong.isEmpty()) {
            faults.invalid("spec.group", group, String.join(",", wrong));
        } else if (group.indexOf('.') < 0) {
            faults.invalid("spec.group", group, "should be a domain with at least one dot");
        }
    }

    private void scope(String scope) {
        if (scope.isEmpty()) {
            faults.required("spec.scope", "");
        } else if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
            faults.unsupported("spec.scope", scope, "Cluster", "Namespaced");
        }
    }

    private void versions(JsonObject spec, DefinitionForm form) {
        Set<String> seen = new HashSet<>();
        boolean unique = true;
        int storage = 0;
        List<JsonObject> versions = form.versions();
        for (int i = 0; i < versions.size(); i++) {
            JsonObject version = versions.get(i);
            String path = Faults.index("spec.versions", i);
            storage += version.bool("storage") ? 1 : 0;
            unique &= seen.add(version.string("name"));
            label(path + ".name", version.string("name"), "");
            version(path, version, form);
        }
        Json given = spec.get("versions");
        Json shown = given == null ? JsonNull.NULL : given;
        if (!unique) {
            faults.invalid("spec.versions", shown, "must contain unique version names");
        }
        if (storage != 1) {
            faults.invalid(
                    "spec.versions",
                    shown,
                    "must have exactly one version marked as storage version");
        }
        String first = versions.isEmpty() ? "" : versions.getFirst().string("name");
        if (!first.isEmpty()) {
            label("spec.version", first, "");
        }
    }

    private void version(String path, JsonObject version, DefinitionForm form) {
        deprecation(path + ".deprecationWarning", version);
        JsonObject schema = DefinitionForm.schema(version);
        boolean perVersion = form.anyVersionHas("subresources");
        JsonObject parts = (perVersion ? version : form.top()).object("subresources");
        if (schema != null) {
            schema(path + ".schema", schema, parts.has("status"));
        }
        PartRules.subresources(path + ".subresources", version.object("subresources"), faults);
        PartRules.columns(path, version.array("additionalPrinterColumns"), faults);
        JsonArray fields = version.array("selectableFields");
        if (!fields.isEmpty()) {
            JsonObject own = schema == null ? DefinitionForm.schema(form.top()) : schema;
            if (schema == null) {
                faults.invalid(
                        path + ".selectableFields",
                        "",
                        "may only be set when `version.schema.openAPIV3Schema` is not included");
            } else if (own != null) {
                PartRules.selectable(path + ".selectableFields", fields, own, faults);
            }
        }
    }

    private void deprecation(String path, JsonObject version) {
        if (!version.has("deprecationWarning")) {
            return;
        }
        String warning = version.string("deprecationWarning");
        if (!version.bool("deprecated")) {
            faults.invalid(path, warning, "can only be set for deprecated versions");
            return;
        }
        if (warning.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 256) {
            faults.invalid(path, warning, "must be <= 256 characters long");
        }
        if (warning.isEmpty()) {
            faults.invalid(path, warning, "must not be an empty string");
        }
        for (int i = 0; i < warning.length(); i++) {
            if (Character.isISOControl(warning.charAt(i))) {
                faults.invalid(
                        path,
                        warning,
                        "must only contain printable UTF-8 characters; non-printable character"
                                + " found at index "
                                + i);
                return;
            }
        }
    }

    private void requiredNames(JsonObject names) {
        for (String name : List.of("plural", "singular", "kind", "listKind")) {
            if (names.string(name).isEmpty()) {
                faults.required("spec.names." + name, "");
            }
        }
    }

    private void names(JsonObject names, String path) {
        for (String name : List.of("plural", "singular")) {
            String value = names.string(name);
            if (!value.isEmpty()) {
                label(path + "." + name, value, "");
            }
        }
        for (String name : List.of("kind", "listKind")) {
            String value = names.string(name);
            if (!value.isEmpty()) {
                label(
                        path + "." + name,
                        value,
                        "may have mixed case, but should otherwise match: ");
            }
        }
        labels(path + ".shortNames", names.array("shortNames").strings());
        String kind = names.string("kind");
        if (!kind.isEmpty() && kind.equals(names.string("listKind"))) {
            faults.invalid(path + ".listKind", kind, "kind and listKind may not be the same");
        }
        labels(path + ".categories", names.array("categories").strings());
    }

    private void labels(String path, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            label(Faults.index(path, i), names.get(i), "");
        }
    }

    /// @param hint empty, or what is said before when letters may be large
    private void label(String path, String value, String hint) {
        String checked = hint.isEmpty() ? value : value.toLowerCase(Locale.ROOT);
        List<String> wrong = Names.dns1035Label(checked);
        if (!wrong.isEmpty()) {
            faults.invalid(path, value, hint + String.join(",", wrong));
        }
    }

    private void shared(JsonObject spec, DefinitionForm form) {
        JsonObject top = form.top();
        JsonObject schema = DefinitionForm.schema(top);
        boolean anyStatus =
                spec.array("versions").objects().stream()
                        .anyMatch(version -> version.object("subresources").has("status"));
        if (schema != null) {
            schema("spec.validation", schema, anyStatus);
        }
        PartRules.subresources("spec.subresources", top.object("subresources"), faults);
        PartRules.columns("spec", top.array("additionalPrinterColumns"), faults);
        JsonArray fields = top.array("selectableFields");
        if (fields.isEmpty()) {
            return;
        }
        if (schema == null) {
            faults.invalid(
                    "spec.selectableFields",
                    "",
                    "may only be set when validations.schema is included");
        } else {
            PartRules.selectable("spec.selectableFields", fields, schema, faults);
        }
    }

    private void schema(String path, JsonObject schema, boolean hasStatus) {
        new SchemaRules(old == null ? null : old.object("spec"), faults)
                .check(path, schema, hasStatus);
    }

    private void conversion(JsonObject spec) {
        JsonObject conversion = spec.object("conversion");
        String strategy = conversion.string("strategy");
        if (!strategy.equals("None")
                && !conversion.isEmpty()
                && spec.bool("preserveUnknownFields")) {
            faults.invalid(
                    "spec.conversion.strategy",
                    strategy,
                    "must be None if spec.preserveUnknownFields is true");
        }
        if (!conversion.isEmpty()) {
            ConversionRules.check("spec.conversion", conversion, judgesBundle(), faults);
        }
    }

    /// Before a definition is served its status tells of a wrong bundle; what
    /// was wrong may stay.
    private boolean judgesBundle() {
        JsonObject before = old;
        return before != null
                && Definition.is(new KubeObject(before), "Established")
                && ConversionRules.bundleFault(before.object("spec").object("conversion"))
                        .isEmpty();
    }

    private void storedVersions(JsonObject definition) {
        String path = "status.storedVersions";
        JsonArray list = definition.object("status").array("storedVersions");
        List<String> stored = list.strings();
        if (stored.isEmpty()) {
            faults.invalid(path, JsonNull.NULL, "must have at least one stored version");
            return;
        }
        List<String> names = new ArrayList<>();
        for (JsonObject version : definition.object("spec").array("versions").objects()) {
            String name = version.string("name");
            boolean isKnown = stored.contains(name) && !names.contains(name);
            names.add(name);
            if (version.bool("storage") && !isKnown) {
                faults.invalid(
                        path, list, "must have the storage version " + version.string("name"));
            }
        }
        for (int i = 0; i < stored.size(); i++) {
            String name = stored.get(i);
            if (!names.contains(name)) {
                faults.invalid(
                        Faults.index(path, i),
                        name,
                        "missing from spec.versions; "
                                + name
                                + " was previously a storage version, and must remain in"
                                + " spec.versions until a storage migration ensures no data remains"
                                + " persisted in "
                                + name
                                + " and removes "
                                + name
                                + " from status.storedVersions");
            }
        }
    }

    private void approval(JsonObject definition) {
        JsonObject before = old;
        ApprovalRules.check(definition, before, faults);
    }

    private void preserve(JsonObject spec) {
        if (spec.bool("preserveUnknownFields")) {
            faults.invalid(
                    "spec.preserveUnknownFields",
                    Json.of(true),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                            + " spec.versions[*].schema instead");
        }
    }
}
