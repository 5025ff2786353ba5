package kat.apiserver.registry;

import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// Turns selectors into a question about one object.
public final class Filters {

    private Filters() {}

    /// Null when every object is wanted.
    ///
    /// @throws kat.api.StatusException when a selector cannot be understood
    public static @Nullable Predicate<KubeObject> of(Kind kind, String labels, String fields) {
        Check.argument(!kind.plural().isEmpty(), "the kind has a plural");
        Predicate<KubeObject> filter = null;
        for (String part : fields.isEmpty() ? new String[0] : fields.split(",", -1)) {
            filter = and(filter, field(part));
        }
        for (String part : labels.isEmpty() ? new String[0] : labels.split(",", -1)) {
            filter = and(filter, label(part));
        }
        return filter;
    }

    private static Predicate<KubeObject> and(
            @Nullable Predicate<KubeObject> first, Predicate<KubeObject> second) {
        return first == null ? second : first.and(second);
    }

    private static Predicate<KubeObject> label(String part) {
        int equals = part.indexOf('=');
        if (equals < 0) {
            return object -> object.labels().containsKey(part);
        }
        String name = part.substring(0, equals);
        String value = part.substring(equals + 1);
        return object -> object.label(name).equals(value);
    }

    private static Predicate<KubeObject> field(String part) {
        boolean not = part.contains("!=");
        int at = part.indexOf(not ? "!=" : "=");
        if (at < 0) {
            throw Status.badRequest("invalid selector: '" + part + "'").asException();
        }
        String path = part.substring(0, at);
        String value = part.substring(at + (not ? 2 : 1));
        return object -> read(object, path).equals(value) != not;
    }

    private static String read(KubeObject object, String path) {
        String[] steps = path.split("\\.", -1);
        kat.api.json.JsonObject at = object.tree();
        for (int i = 0; i < steps.length - 1; i++) {
            at = at.object(steps[i]);
        }
        return at.string(steps[steps.length - 1]);
    }
}
