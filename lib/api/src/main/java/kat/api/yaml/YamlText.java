package kat.api.yaml;

/// Writes texts as Go's writer does: plain where that is safe, quoted else, `|` for those of
/// several lines, folded at the first blank behind column 80.
///
/// **Source:** `emitterc.go` of `go.yaml.in/yaml/v2`.
final class YamlText {

    /// Behind this column a text goes on in the next line.
    private static final int WIDTH = 80;

    private static final String INDICATORS = "#,[]{}&*!|>'\"%@`";
    private static final String ESCAPED =
            "\0\u0007\b\t\n\u000b\f\r\u001b\"\\\u0085\u00a0\u2028\u2029";
    private static final String ESCAPES = "0abtnvfre\"\\N_LP";

    private enum Style {
        PLAIN,
        SINGLE,
        DOUBLE,
        LITERAL
    }

    /// What of a text stands in the way of which style.
    ///
    /// @param plain whether it may stand without quotes
    /// @param single whether it may stand in single quotes
    /// @param block whether it may stand below `|`
    private record Traits(boolean plain, boolean single, boolean block) {}

    private final YamlLines out;

    YamlText(YamlLines out) {
        this.out = out;
    }

    /// Writes a text.
    ///
    /// @param key whether it is one, which stays on its line
    /// @param indent of further lines, in columns
    void write(String text, boolean key, int indent) {
        int[] points = text.codePoints().toArray();
        switch (style(text, points, key)) {
            case PLAIN -> plain(points, key, indent);
            case SINGLE -> single(points, key, indent);
            case DOUBLE -> doubled(points, key, indent);
            case LITERAL -> literal(points, indent);
        }
    }

    private static Style style(String text, int[] points, boolean key) {
        Traits traits = points.length == 0 ? new Traits(true, true, false) : traits(points);
        if (text.indexOf('\n') >= 0) {
            return traits.block() && !key ? Style.LITERAL : Style.DOUBLE;
        }
        if (YamlScalars.isAmbiguous(text)) {
            return Style.DOUBLE;
        }
        if (traits.plain()) {
            return Style.PLAIN;
        }
        return traits.single() ? Style.SINGLE : Style.DOUBLE;
    }

    private static Traits traits(int[] text) {
        boolean special = false;
        boolean broken = false;
        boolean breakSpace = false;
        boolean spaceBreak = false;
        for (int i = 0; i < text.length; i++) {
            special |= !isPrintable(text[i]);
            broken |= isBreak(text[i]);
            if (i > 0) {
                breakSpace |= text[i] == ' ' && isBreak(text[i - 1]);
                spaceBreak |= isBreak(text[i]) && text[i - 1] == ' ';
            }
        }
        int first = text[0];
        int last = text[text.length - 1];
        boolean edged = first == ' ' || last == ' ' || broken;
        boolean quotable = !breakSpace && !spaceBreak && !special;
        return new Traits(
                !edged && quotable && !hasIndicator(text),
                quotable,
                last != ' ' && !spaceBreak && !special);
    }

    /// Whether a reader would take a part of a text for something else.
    private static boolean hasIndicator(int[] text) {
        boolean marks =
                text.length >= 3
                        && (text[0] == '-' || text[0] == '.')
                        && text[1] == text[0]
                        && text[2] == text[0];
        if (marks || INDICATORS.indexOf(text[0]) >= 0) {
            return true;
        }
        for (int i = 0; i < text.length; i++) {
            boolean followed = i + 1 == text.length || text[i + 1] == ' ' || text[i + 1] == '\t';
            boolean opens = i == 0 && (text[i] == '?' || text[i] == '-');
            if (followed && (opens || text[i] == ':')) {
                return true;
            }
            if (text[i] == '#' && (text[i - 1] == ' ' || text[i - 1] == '\t')) {
                return true;
            }
        }
        return false;
    }

    private void plain(int[] text, boolean key, int indent) {
        boolean spaces = false;
        for (int i = 0; i < text.length; i++) {
            boolean space = text[i] == ' ';
            if (space && !key && !spaces && out.column() > WIDTH && text[i + 1] != ' ') {
                out.newLine(indent);
            } else {
                out.put(text[i]);
            }
            spaces = space;
        }
    }

    private void single(int[] text, boolean key, int indent) {
        out.put('\'');
        boolean spaces = false;
        boolean breaks = false;
        for (int i = 0; i < text.length; i++) {
            boolean space = text[i] == ' ';
            boolean inside = i > 0 && i < text.length - 1;
            if (space && inside && !key && !spaces && out.column() > WIDTH && text[i + 1] != ' ') {
                out.newLine(indent);
            } else {
                if (breaks && !space && !isBreak(text[i])) {
                    out.newLine(indent);
                }
                if (text[i] == '\'') {
                    out.put('\'');
                }
                out.put(text[i]);
            }
            spaces = space;
            breaks = isBreak(text[i]);
        }
        out.put('\'');
    }

    private void doubled(int[] text, boolean key, int indent) {
        out.put('"');
        boolean spaces = false;
        for (int i = 0; i < text.length; i++) {
            int c = text[i];
            boolean inside = i > 0 && i < text.length - 1;
            if (!isPrintable(c) || isBreak(c) || c == '"' || c == '\\') {
                escape(c);
            } else if (c == ' ' && inside && !key && !spaces && out.column() > WIDTH) {
                out.newLine(indent);
                if (text[i + 1] == ' ') {
                    out.put('\\');
                }
            } else {
                out.put(c);
            }
            spaces = c == ' ';
        }
        out.put('"');
    }

    private void escape(int c) {
        out.put('\\');
        int named = ESCAPED.indexOf(c);
        if (named >= 0) {
            out.put(ESCAPES.charAt(named));
        } else if (c <= 0xFF) {
            out.put(String.format("x%02X", c));
        } else {
            out.put(String.format(c <= 0xFFFF ? "u%04X" : "U%08X", c));
        }
    }

    private void literal(int[] text, int indent) {
        out.put('|');
        if (text[0] == ' ' || isBreak(text[0])) {
            out.put('2');
        }
        int end = text.length - 1;
        if (!isBreak(text[end])) {
            out.put('-');
        } else if (end == 0 || isBreak(text[end - 1])) {
            out.put('+');
        }
        out.put('\n');
        boolean breaks = true;
        for (int c : text) {
            if (breaks && !isBreak(c)) {
                out.newLine(indent);
            }
            out.put(c);
            breaks = isBreak(c);
        }
    }

    private static boolean isBreak(int c) {
        return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isPrintable(int c) {
        return c == '\n'
                || (c >= ' ' && c <= '~')
                || (c >= 0xA0 && c < 0xD800)
                || (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF);
    }
}
