package kat.api.cel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds what the parameters of a signature stand for in one call.
///
/// **Threads:** one.
///
/// **Source:** the CEL language definition, "Gradual Type Checking".
final class Unifier {

    private static final CelType OPEN = CelType.parameter("@item");

    private final Map<String, CelType> bound = new HashMap<>();

    /// Whether a value of type `given` may stand where `wanted` is asked for.
    boolean accepts(CelType wanted, CelType given) {
        if (wanted.is(CelType.Form.PARAMETER)) {
            return binds(wanted.name(), given);
        }
        if (wanted.is(CelType.Form.DYN)
                || given.is(CelType.Form.DYN)
                || given.is(CelType.Form.PARAMETER)) {
            return true;
        }
        if (given.is(CelType.Form.NULL)) {
            return switch (wanted.form()) {
                case NULL, OBJECT, OPAQUE, TIMESTAMP, DURATION, OPTIONAL -> true;
                default -> false;
            };
        }
        if (wanted.form() != given.form()) {
            return false;
        }
        return switch (wanted.form()) {
            case OBJECT, OPAQUE -> wanted.name().equals(given.name());
            case TYPE -> true;
            default -> acceptsAll(wanted.parameters(), given.parameters());
        };
    }

    private boolean acceptsAll(List<CelType> wanted, List<CelType> given) {
        for (int i = 0; i < Math.min(wanted.size(), given.size()); i++) {
            if (!accepts(wanted.get(i), given.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean binds(String name, CelType given) {
        CelType known = bound.get(name);
        if (known == null || known.is(CelType.Form.PARAMETER)) {
            bound.put(name, given);
            return true;
        }
        if (known.is(CelType.Form.DYN) || given.is(CelType.Form.PARAMETER)) {
            return true;
        }
        if (isOpen(known) && known.form() == given.form()) {
            bound.put(name, given);
            return true;
        }
        if (accepts(known, given)) {
            return true;
        }
        if (accepts(given, known)) {
            bound.put(name, given);
            return true;
        }
        return false;
    }

    /// An empty list or map takes the type of what it meets.
    private static boolean isOpen(CelType type) {
        return type.parameters().stream().anyMatch(each -> each.is(CelType.Form.PARAMETER));
    }

    /// A signature's type in this call; what is bound to nothing is anything.
    CelType resolve(CelType type) {
        if (type.is(CelType.Form.PARAMETER)) {
            @Nullable CelType known = bound.get(type.name());
            return known == null ? OPEN : known;
        }
        if (type.parameters().isEmpty()) {
            return type;
        }
        List<CelType> resolved = new ArrayList<>();
        type.parameters().forEach(each -> resolved.add(resolve(each)));
        return type.with(resolved);
    }
}
