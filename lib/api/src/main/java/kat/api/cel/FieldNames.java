package kat.api.cel;

import java.util.Set;
import java.util.regex.Pattern;

/// Names of fields that are no identifiers, and the identifiers that stand for them: `a-b` is
/// `a__dash__b`.
///
/// **Source:** `apiserver/pkg/cel/escaping.go`.
public final class FieldNames {

    private static final Set<String> RESERVED =
            Set.of(
                    "true",
                    "false",
                    "null",
                    "in",
                    "as",
                    "break",
                    "const",
                    "continue",
                    "else",
                    "for",
                    "function",
                    "if",
                    "import",
                    "let",
                    "loop",
                    "package",
                    "namespace",
                    "return",
                    "var",
                    "void",
                    "while");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z_./-][A-Za-z0-9_./-]*");

    private FieldNames() {}

    /// Whether a name can stand in an expression as it is.
    public static boolean isIdentifier(String name) {
        return PLAIN.matcher(name).matches() && !RESERVED.contains(name);
    }

    /// The identifier for a field; empty when there is none.
    public static String escape(String name) {
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        if (PLAIN.matcher(name).matches() && !name.contains("__")) {
            return name;
        }
        if (!ALLOWED.matcher(name).matches()) {
            return "";
        }
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }

    /// The field that an identifier stands for.
    static String unescape(String identifier) {
        if (!identifier.contains("__")) {
            return identifier;
        }
        if (identifier.length() > 4
                && RESERVED.contains(identifier.substring(2, identifier.length() - 2))) {
            return identifier.substring(2, identifier.length() - 2);
        }
        return identifier
                .replace("__dot__", ".")
                .replace("__dash__", "-")
                .replace("__slash__", "/")
                .replace("__underscores__", "__");
    }
}
