package kat.api.cel;

/// Texts between quotation marks as Go writes them with `%q`.
final class Quoted {

    private Quoted() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> out.append(escaped(c)));
        return out.append('"').toString();
    }

    private static String escaped(int c) {
        return switch (c) {
            case 7 -> "\\a";
            case 11 -> "\\v";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            case '"' -> "\\\"";
            default ->
                    c < ' ' || c == 0x7f
                            ? String.format("\\x%02x", c)
                            : isShown(c)
                                    ? Character.toString(c)
                                    : String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
        };
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
