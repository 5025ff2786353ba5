package kat.api.cel;

import java.util.ArrayList;
import java.util.List;

/// One form of a function.
///
/// @param isMember whether the first parameter stands before the dot
/// @param cost how much it costs beside its arguments; see [Costs]
record Overload(
        String function,
        boolean isMember,
        List<CelType> parameters,
        CelType result,
        Costs.Rule cost,
        Body body) {

    /// What it does.
    @FunctionalInterface
    interface Body {
        /// @throws CelException when there is no value
        Object apply(Object[] arguments);
    }

    /// Whether it takes these values.
    boolean takes(Object[] values) {
        if (values.length != parameters.size()) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (!Values.isOf(parameters.get(i), values[i])) {
                return false;
            }
        }
        return true;
    }

    /// Reads a signature such as `string.contains(string):bool` or `max(list<A>):A`.
    static Overload of(String signature, Body body) {
        int open = signature.indexOf('(');
        int close = signature.lastIndexOf("):");
        String head = signature.substring(0, open);
        List<CelType> parameters = new ArrayList<>();
        int dot = head.startsWith("_") ? -1 : head.indexOf('|');
        if (dot >= 0) {
            parameters.add(type(head.substring(0, dot)));
        }
        for (String each : parts(signature.substring(open + 1, close))) {
            parameters.add(type(each));
        }
        String function = head.substring(dot + 1);
        CelType result = type(signature.substring(close + 2));
        Costs.Rule cost =
                Costs.rule(
                        function, dot >= 0, parameters.isEmpty() ? result : parameters.getFirst());
        return new Overload(function, dot >= 0, List.copyOf(parameters), result, cost, body);
    }

    private static List<String> parts(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= list.length(); i++) {
            char c = i < list.length() ? list.charAt(i) : ',';
            depth += c == '<' ? 1 : c == '>' ? -1 : 0;
            if (c == ',' && depth == 0) {
                if (i > start) {
                    parts.add(list.substring(start, i).strip());
                }
                start = i + 1;
            }
        }
        return parts;
    }

    private static CelType type(String text) {
        int open = text.indexOf('<');
        if (open > 0) {
            List<String> inner = parts(text.substring(open + 1, text.length() - 1));
            CelType first = type(inner.getFirst());
            return switch (text.substring(0, open)) {
                case "list" -> CelType.list(first);
                case "optional" -> CelType.optional(first);
                default -> CelType.map(first, type(inner.getLast()));
            };
        }
        return switch (text) {
            case "dyn" -> CelType.DYN;
            case "bool" -> CelType.BOOL;
            case "int" -> CelType.INT;
            case "uint" -> CelType.UINT;
            case "double" -> CelType.DOUBLE;
            case "string" -> CelType.STRING;
            case "bytes" -> CelType.BYTES;
            case "null" -> CelType.NULL;
            case "timestamp" -> CelType.TIMESTAMP;
            case "duration" -> CelType.DURATION;
            case "type" -> CelType.type(CelType.DYN);
            case "A", "B" -> CelType.parameter(text);
            default -> CelType.opaque(text);
        };
    }
}
