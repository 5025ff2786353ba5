package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.Status;
import kat.api.validation.Validation;

/// The query parameters of writes.
///
/// **Source:** `apimachinery/pkg/apis/meta/v1/validation`.
final class WriteOptionsCheck {

    private static final Set<String> VALIDATIONS = Set.of("", "Ignore", "Warn", "Strict");

    private WriteOptionsCheck() {}

    /// @param kind `CreateOptions`, `UpdateOptions`, `PatchOptions` or `DeleteOptions`
    /// @throws kat.api.StatusException when a value is not allowed
    static void check(Query query, String kind) {
        if (query.isEmpty()) {
            return;
        }
        List<Status.Cause> faults = new ArrayList<>();
        if (query.has("dryRun")) {
            List<String> values = query.all("dryRun");
            if (!Set.of("All").containsAll(values)) {
                faults.add(
                        new Status.Cause(
                                "FieldValueNotSupported",
                                "Unsupported value: "
                                        + kat.api.json.JsonArray.ofStrings(values)
                                        + ": supported values: \"All\"",
                                "dryRun"));
            }
        }
        faults.addAll(Validation.manager(query.get("fieldManager"), "fieldManager"));
        String validation = query.get("fieldValidation");
        if (!VALIDATIONS.contains(validation)) {
            faults.add(
                    new Status.Cause(
                            "FieldValueNotSupported",
                            "Unsupported value: \""
                                    + validation
                                    + "\": supported values: \"\", \"Ignore\", \"Strict\","
                                    + " \"Warn\"",
                            "fieldValidation"));
        }
        if (!faults.isEmpty()) {
            throw Status.invalid(ListOptions.optionsKind(kind), "", faults).asException();
        }
    }

    /// The parameters that only make sense with some types of patch.
    static void checkPatch(Query query, boolean apply) {
        check(query, "PatchOptions");
        List<Status.Cause> faults = new ArrayList<>();
        if (apply && query.get("fieldManager").isEmpty()) {
            faults.add(
                    new Status.Cause(
                            "FieldValueRequired",
                            "Required value: is required for apply patch",
                            "fieldManager"));
        }
        if (!apply && query.has("force")) {
            faults.add(
                    new Status.Cause(
                            "FieldValueForbidden",
                            "Forbidden: may not be specified for non-apply patch",
                            "force"));
        }
        if (!faults.isEmpty()) {
            throw Status.invalid(ListOptions.optionsKind("PatchOptions"), "", faults).asException();
        }
    }
}
