package kat.api.policy;

import java.util.Arrays;

/// What an expression must evaluate to.
public enum Returns {
    ANYTHING(""),
    BOOL("bool"),
    STRING("string"),
    STRING_OR_NULL("string null_type"),
    OBJECT("Object"),
    PATCH("list(JSONPatch)");

    private final String types;

    /// @param types separated by spaces; empty for any
    Returns(String types) {
        this.types = types;
    }

    /// Why values of a type are not right; empty when they are.
    String problem(String type) {
        if (types.isEmpty() || Arrays.asList(types.split(" ")).contains(type)) {
            return "";
        }
        return types.contains(" ")
                ? "must evaluate to one of [" + types + "] but got " + type
                : "must evaluate to " + types + " but got " + type;
    }
}
