package kat.logging.search;

import java.util.List;
import kat.api.regex.Regex;

/// A regular expression that is looked for in lines.
///
/// **Limits:** it may come to [#LARGEST] instructions, and a line may take [#LINE_STEPS] of its
/// steps, some nanoseconds each: a long line under an expression with many repeats does.
///
/// **Threads:** any.
public final class Expression {

    /// Signs of an expression with its repeats written out, about.
    public static final int LARGEST = 5_000;

    static final long LINE_STEPS = 20_000_000;

    private static final String ANY_CASE = "(?i)";

    private final String text;
    private final Regex regex;

    private Expression(String text, Regex regex) {
        this.text = text;
        this.regex = regex;
    }

    /// @param text in RE2's syntax, as Go has it
    /// @throws IllegalArgumentException why it is none that can be looked for
    public static Expression compile(String text) {
        try {
            return new Expression(text, Regex.compile(text, LARGEST));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("grep: " + e.getMessage(), e);
        }
    }

    /// Whether a line has it.
    ///
    /// @param line bytes, of which those from `from` to `to` are the line in UTF-8
    /// @throws kat.api.regex.TooManyStepsException when that takes too long to tell
    boolean isIn(byte[] line, int from, int to) {
        return regex.find(line, from, to, LINE_STEPS);
    }

    /// Whether a line has it.
    ///
    /// @throws kat.api.regex.TooManyStepsException when that takes too long to tell
    boolean isIn(String line) {
        return regex.find(line, LINE_STEPS);
    }

    /// Whether all of it means letters of any case.
    boolean isOfAnyCase() {
        return text.startsWith(ANY_CASE);
    }

    /// Texts of which a line with it holds at least one, in the bytes of UTF-8, each byte a
    /// character, and in any case where [#isOfAnyCase]; empty when none are known.
    List<String> literals() {
        return isOfAnyCase()
                ? Literals.ofAnyCase(text.substring(ANY_CASE.length()))
                : Literals.of(text);
    }
}
