package kat.apiserver.registry;

import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.selector.FieldSelector;
import kat.api.selector.LabelSelector;
import kat.api.selector.SelectorException;
import org.jspecify.annotations.Nullable;

/// Turns selectors into a question about one object.
public final class Filters {

    private Filters() {}

    /// Null when every object is wanted.
    ///
    /// @throws kat.api.StatusException when a selector cannot be understood
    public static @Nullable Predicate<KubeObject> of(
            Resource resource, String labels, String fields) {
        return of(resource, labels, fields, "");
    }

    /// @param name that the request is about, and all that its sender may be allowed to see, so
    ///     that the selector must ask for it; empty for none
    public static @Nullable Predicate<KubeObject> of(
            Resource resource, String labels, String fields, String name) {
        Kind kind = resource.kind();
        try {
            LabelSelector byLabels = LabelSelector.parse(labels);
            FieldSelector byFields = FieldSelector.parse(kind, resource.selectable(), fields);
            if (!name.isEmpty() && !name.equals(byFields.required("metadata.name"))) {
                throw Status.badRequest("fieldSelector metadata.name doesn't match requested name")
                        .asException();
            }
            if (byLabels.isEmpty() && byFields.isEmpty()) {
                return null;
            }
            return object ->
                    byFields.matches(kind, object)
                            && (byLabels.isEmpty() || byLabels.matches(object.labels()));
        } catch (SelectorException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).asException();
        }
    }
}
