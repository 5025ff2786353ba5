package kat.api.cel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// An expression that cannot be compiled; the message shows each place of its source.
public final class CompileException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// One fault.
    record Issue(int at, String message) {}

    /// Marks below such characters are wide.
    private static final char WIDE = 0x80;

    private final boolean isInstantiation;

    private CompileException(String message, boolean isInstantiation) {
        super(message);
        this.isInstantiation = isInstantiation;
    }

    /// A fault of a constant, which has no place.
    static CompileException instantiation(String message) {
        return new CompileException(message, true);
    }

    /// Whether the expression is well formed and typed, and has a constant that is wrong.
    public boolean isInstantiation() {
        return isInstantiation;
    }

    static CompileException at(String source, int at, String message) {
        return of(source, List.of(new Issue(at, message)));
    }

    static CompileException of(String source, List<Issue> issues) {
        StringBuilder text = new StringBuilder();
        List<Issue> sorted = new ArrayList<>(issues);
        sorted.sort(Comparator.comparingInt(Issue::at));
        for (Issue issue : sorted) {
            text.append(text.isEmpty() ? "" : "\n").append(shown(source, issue));
        }
        return new CompileException(text.toString(), false);
    }

    private static String shown(String source, Issue issue) {
        int at = Math.min(issue.at(), source.length());
        int lineStart = at == 0 ? 0 : source.lastIndexOf('\n', at - 1) + 1;
        int lineEnd = source.indexOf('\n', at);
        String line = source.substring(lineStart, lineEnd < 0 ? source.length() : lineEnd);
        long number = source.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        int column = source.codePointCount(lineStart, at);
        return "ERROR: <input>:"
                + number
                + ":"
                + (column + 1)
                + ": "
                + issue.message()
                + "\n | "
                + line
                + "\n | "
                + source.substring(lineStart, at)
                        .codePoints()
                        .mapToObj(c -> c < WIDE ? "." : "．")
                        .collect(Collectors.joining())
                + (at < source.length() && source.charAt(at) >= WIDE ? "＾" : "^");
    }
}
