package kat.api.regex;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression in RE2's syntax, the one of Go. What RE2 does not have (back references,
/// look-around, possessive quantifiers) is refused. RE2 needs time in proportion to the text;
/// Java's engine may not, so a match that looks at too many characters is given up as not found.
///
/// **Threads:** immutable.
///
/// **Source:** RE2's syntax page.
public final class Regex {

    /// How many characters one match may look at, counting repeated looks.
    private static final int MAX_LOOKS = 2_000_000;

    private final String source;
    private final Pattern pattern;

    private Regex(String source, Pattern pattern) {
        this.source = source;
        this.pattern = pattern;
    }

    /// @throws IllegalArgumentException with the reason when it is no such expression
    public static Regex compile(String source) {
        try {
            return new Regex(source, Pattern.compile(new Translation(source).run()));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("error parsing regexp: " + reason(source, e), e);
        }
    }

    /// The words of RE2 for what Java finds.
    private static String reason(String source, PatternSyntaxException fault) {
        String found = fault.getDescription();
        int at = Math.clamp(fault.getIndex(), 0, source.length());
        if (found.startsWith("Dangling meta character")) {
            return "missing argument to repetition operator: `" + found.charAt(25) + "`";
        }
        return switch (found) {
            case "Unclosed group" -> "missing closing ): `" + source + "`";
            case "Unmatched closing ')'" -> "unexpected ): `" + source + "`";
            case "Unclosed character class" ->
                    "missing closing ]: `" + source.substring(source.lastIndexOf('[')) + "`";
            case "Illegal character range" ->
                    "invalid character class range: `"
                            + source.substring(
                                    Math.max(0, at - 2), Math.min(at + 1, source.length()))
                            + "`";
            case "Unknown inline modifier" ->
                    "invalid or unsupported Perl syntax: `"
                            + source.substring(
                                    Math.max(0, at - 2), Math.min(at + 1, source.length()))
                            + "`";
            default -> found + ": `" + shown(source, fault) + "`";
        };
    }

    /// The part that is at fault, or all of it.
    private static String shown(String source, PatternSyntaxException fault) {
        int from = Math.max(0, fault.getIndex());
        return switch (fault.getDescription()) {
            case Translation.NOT_PERL ->
                    source.substring(from, Math.min(from + 3, source.length()));
            case Translation.NOT_NAMED -> source.substring(from);
            default -> source;
        };
    }

    /// Whether it matches anywhere in the text.
    public boolean find(String text) {
        return matcher(text).find(0);
    }

    /// The matches of one text, one after the other.
    public Matches matcher(String text) {
        return new Matches(pattern.matcher(new Watched(text)), text);
    }

    /// Walks from match to match.
    ///
    /// **Threads:** one.
    public static final class Matches {

        private final Matcher matcher;
        private final String text;

        private Matches(Matcher matcher, String text) {
            this.matcher = matcher;
            this.text = text;
        }

        /// Whether there is a match at or after a position; false also when it was given up.
        public boolean find(int from) {
            try {
                return from <= text.length() && matcher.find(from);
            } catch (TooManyLooks | StackOverflowError gaveUp) {
                return false;
            }
        }

        public int start() {
            return matcher.start();
        }

        public int end() {
            return matcher.end();
        }

        public int groups() {
            return matcher.groupCount();
        }

        /// A group's text; empty when the group took no part.
        public String group(int number) {
            int start = matcher.start(number);
            return start < 0 ? "" : text.substring(start, matcher.end(number));
        }

        /// Whether a group took part.
        public boolean has(int number) {
            return matcher.start(number) >= 0;
        }
    }

    @Override
    public String toString() {
        return source;
    }

    /// A text that ends a match when it was looked at too often.
    private static final class Watched implements CharSequence {

        private final String text;
        private int looks;

        Watched(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++looks > MAX_LOOKS) {
                throw new TooManyLooks();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManyLooks extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyLooks() {
            super("the match took too many steps", null, false, false);
        }
    }
}
