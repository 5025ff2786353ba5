package kat.api.regex;

import java.util.regex.PatternSyntaxException;

/// Writes an expression of RE2's syntax in Java's, and refuses what only Java's has.
///
/// **Threads:** one, for one expression.
final class Translation {

    static final String NOT_PERL = "invalid or unsupported Perl syntax";
    static final String NOT_NAMED = "invalid named capture";
    private static final String NOT_IN_RE2 = "=!>";
    private static final String NO_ESCAPES = "kGRXhHeZ";

    private final String source;
    private final StringBuilder out = new StringBuilder();
    private int at;

    Translation(String source) {
        this.source = source;
    }

    /// @throws PatternSyntaxException when RE2 would refuse it
    String run() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\\') {
                escape();
            } else if (c == '[') {
                characterClass();
            } else if (source.startsWith("(?P<", at)) {
                out.append("(?<");
                at += 4;
            } else {
                refuseGroup();
                refusePossessive();
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private void escape() {
        if (at + 1 >= source.length()) {
            throw refused("trailing backslash at end of expression");
        }
        char next = source.charAt(at + 1);
        if ((next >= '1' && next <= '9') || NO_ESCAPES.indexOf(next) >= 0) {
            throw refused("invalid escape sequence");
        }
        if (next == 'Q') {
            int end = source.indexOf("\\E", at);
            int stop = end < 0 ? source.length() : end;
            out.append(java.util.regex.Pattern.quote(source.substring(at + 2, stop)));
            at = end < 0 ? stop : end + 2;
            return;
        }
        out.append('\\').append(next);
        at += 2;
    }

    /// From `[` to its `]`. Java gives `[` and `&&` inside a meaning that RE2 does not.
    private void characterClass() {
        out.append('[');
        at++;
        if (source.startsWith("^", at)) {
            out.append('^');
            at++;
        }
        if (source.startsWith("]", at)) {
            out.append("\\]");
            at++;
        }
        while (at < source.length() && source.charAt(at) != ']') {
            member();
        }
        if (at >= source.length()) {
            throw refused("missing closing ]");
        }
        out.append(']');
        at++;
    }

    private void member() {
        char c = source.charAt(at);
        int end = source.startsWith("[:", at) ? source.indexOf(":]", at + 2) : -1;
        if (end > 0) {
            boolean not = source.startsWith("[:^", at);
            String name = source.substring(at + (not ? 3 : 2), end);
            out.append(not ? "\\P{" : "\\p{").append(posix(name)).append('}');
            at = end + 2;
        } else if (c == '\\') {
            escape();
        } else {
            if (c == '[' || c == '&') {
                out.append('\\');
            }
            out.append(c);
            at++;
        }
    }

    private String posix(String name) {
        return switch (name) {
            case "alnum" -> "Alnum";
            case "alpha" -> "Alpha";
            case "ascii" -> "ASCII";
            case "blank" -> "Blank";
            case "cntrl" -> "Cntrl";
            case "digit" -> "Digit";
            case "graph" -> "Graph";
            case "lower" -> "Lower";
            case "print" -> "Print";
            case "punct" -> "Punct";
            case "space" -> "Space";
            case "upper" -> "Upper";
            case "xdigit" -> "XDigit";
            default -> throw refused("invalid character class range");
        };
    }

    private void refuseGroup() {
        if (!source.startsWith("(?", at) || at + 2 >= source.length()) {
            return;
        }
        char kind = source.charAt(at + 2);
        boolean behind = kind == '<' && at + 3 < source.length();
        if (NOT_IN_RE2.indexOf(kind) >= 0
                || (behind && NOT_IN_RE2.indexOf(source.charAt(at + 3)) >= 0)) {
            throw refused(behind ? NOT_NAMED : NOT_PERL);
        }
    }

    private void refusePossessive() {
        boolean repeated = "*+?}".indexOf(source.charAt(at)) >= 0;
        boolean again = at + 1 < source.length() && "*+".indexOf(source.charAt(at + 1)) >= 0;
        if (repeated && again && at > 0) {
            throw refused("invalid nested repetition operator");
        }
    }

    private PatternSyntaxException refused(String why) {
        return new PatternSyntaxException(why, source, at);
    }
}
