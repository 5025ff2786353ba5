package kat.api.cel;

import java.util.List;

/// An expression that cannot be compiled; the message shows each place of its source.
public final class CompileException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// One fault.
    record Issue(int at, String message) {}

    private CompileException(String message) {
        super(message);
    }

    static CompileException at(String source, int at, String message) {
        return of(source, List.of(new Issue(at, message)));
    }

    static CompileException of(String source, List<Issue> issues) {
        StringBuilder text = new StringBuilder();
        for (Issue issue : issues) {
            text.append(text.isEmpty() ? "" : "\n").append(shown(source, issue));
        }
        return new CompileException(text.toString());
    }

    private static String shown(String source, Issue issue) {
        int at = Math.min(issue.at(), source.length());
        int lineStart = at == 0 ? 0 : source.lastIndexOf('\n', at - 1) + 1;
        int lineEnd = source.indexOf('\n', at);
        String line = source.substring(lineStart, lineEnd < 0 ? source.length() : lineEnd);
        long number = source.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        int column = at - lineStart;
        return "ERROR: <input>:"
                + number
                + ":"
                + (column + 1)
                + ": "
                + issue.message()
                + "\n | "
                + line
                + "\n | "
                + ".".repeat(column)
                + "^";
    }
}
