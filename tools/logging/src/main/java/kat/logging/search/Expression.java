package kat.logging.search;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Regular expressions that are looked for in lines, in the syntax of RE2. They need time in
/// proportion to the text, and memory in proportion to their size once repeats are written out,
/// which is limited.
///
/// **Source:** `https://github.com/google/re2/wiki/Syntax`.
public final class Expression {

    /// Characters, classes and signs of an expression with its repeats written out.
    public static final int LARGEST = 1_000;

    private static final String ANY_CASE = "(?i)";
    private static final java.util.regex.Pattern REPEAT =
            java.util.regex.Pattern.compile("\\{(\\d{1,4})(?:,(\\d{0,4}))?\\}");

    private Expression() {}

    /// @throws IllegalArgumentException why it is none that can be looked for
    public static Pattern compile(String text) {
        if (size(text) > LARGEST) {
            throw new IllegalArgumentException(
                    "grep: larger than "
                            + LARGEST
                            + " characters with its repeats written out: "
                            + text);
        }
        try {
            return text.startsWith(ANY_CASE)
                    ? Pattern.compile(text.substring(ANY_CASE.length()), Pattern.CASE_INSENSITIVE)
                    : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("grep: " + e.getDescription() + ": " + text, e);
        }
    }

    /// At least what it comes to; more where brackets are not closed.
    static long size(String text) {
        long[] open = new long[text.length() + 1]; // sizes before each group that is open
        int depth = 0;
        long size = 0;
        long last = 0; // what a repeat repeats
        java.util.regex.Matcher repeat = REPEAT.matcher(text);
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '{' && repeat.region(at, text.length()).lookingAt()) {
                String most = repeat.group(2) == null ? "" : repeat.group(2);
                long times = Integer.parseInt(most.isEmpty() ? repeat.group(1) : most);
                size += last * Math.max(0, times - 1);
                last *= Math.max(1, times);
                at = repeat.end() - 1;
            } else if (next == '(') {
                open[depth++] = size;
                size = 0;
            } else if (next == ')' && depth > 0) {
                last = Math.max(1, size);
                size = open[--depth] + last;
            } else {
                last = 1;
                size++;
                at += next == '\\' ? 1 : next == '[' ? classSize(text, at) : 0;
            }
            if (size > LARGEST) {
                return size;
            }
        }
        return size;
    }

    /// How many characters follow the bracket that opens a class.
    private static int classSize(String text, int start) {
        int at = start + 1;
        while (at < text.length() && text.charAt(at) != ']') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length()) - start;
    }
}
