package kat.logging.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a regular expression cannot do without: texts of which every match holds at least one.
/// Looking for them is far quicker than looking for the expression.
///
/// An expression is understood as alternatives on its outermost level, each a row of parts;
/// from each alternative the longest run of plain characters is taken. What is not understood
/// has no literals, and then every line is looked at.
final class Literals {

    /// Shorter ones are in nearly every block.
    private static final int SHORTEST = 2;

    private static final java.util.regex.Pattern ODD =
            java.util.regex.Pattern.compile("\\\\Q|\\(\\?|\\[\\^?\\]|\\[[^\\]]*\\[|&&");

    /// What is not ASCII, and the letters that `ſ` and the sign of Kelvin are cases of.
    private static final java.util.regex.Pattern OTHER_CASES =
            java.util.regex.Pattern.compile("[^\\x00-\\x7f]|[kKsS]");

    private static final String SPECIAL = "\\[](){}.*+?^$|";

    private final String pattern;
    private final StringBuilder run = new StringBuilder();
    private String best = "";
    private int at;

    private Literals(String pattern) {
        this.pattern = pattern;
    }

    /// Texts in the bytes of UTF-8, each byte a character; empty when there are none.
    ///
    /// @param pattern an expression that can be looked for
    static List<String> of(String pattern) {
        if (!isUnderstood(pattern)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (String alternative : alternatives(pattern)) {
            String literal = new Literals(alternative).longest();
            if (literal.length() < SHORTEST) {
                return List.of();
            }
            found.add(
                    new String(
                            literal.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
        return List.copyOf(found);
    }

    /// The same for a pattern that means letters of any case: what of the texts looks the same
    /// in each but for `a` to `z` and `A` to `Z`.
    static List<String> ofAnyCase(String pattern) {
        List<String> found =
                of(pattern).stream()
                        .map(
                                text ->
                                        OTHER_CASES
                                                .splitAsStream(text)
                                                .max(Comparator.comparingInt(String::length))
                                                .orElse(""))
                        .toList();
        return found.stream().allMatch(text -> text.length() >= SHORTEST) ? found : List.of();
    }

    /// Quotation, embedded flags, classes of classes and characters of two units are not.
    private static boolean isUnderstood(String pattern) {
        boolean plain = pattern.chars().noneMatch(unit -> Character.isSurrogate((char) unit));
        return plain && !ODD.matcher(pattern).find();
    }

    /// Cuts at the bars outside of brackets.
    private static List<String> alternatives(String pattern) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        boolean inClass = false;
        int start = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char next = pattern.charAt(i);
            if (next == '\\') {
                i++;
            } else if (inClass) {
                inClass = next != ']';
            } else if (next == '[') {
                inClass = true;
            } else if (next == '(') {
                depth++;
            } else if (next == ')') {
                depth--;
            } else if (next == '|' && depth == 0) {
                parts.add(pattern.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(pattern.substring(start));
        return parts;
    }

    private String longest() {
        while (at < pattern.length()) {
            char next = pattern.charAt(at);
            if (SPECIAL.indexOf(next) < 0) {
                plain(next, 1);
            } else if (next == '\\' && at + 1 < pattern.length() && isEscaped(at + 1)) {
                plain(pattern.charAt(at + 1), 2);
            } else if (next == '\\' || next == '.' || next == '^' || next == '$') {
                end();
                int size = signSize(next);
                if (size == 0) {
                    return "";
                }
                at += size;
                skipRepeat();
            } else if (next == '[' || next == '(') {
                end();
                if (!skipBrackets()) {
                    return "";
                }
                skipRepeat();
            } else {
                return "";
            }
        }
        end();
        return best;
    }

    /// How many characters an escape or a sign takes; 0 when it is not understood.
    private int signSize(char next) {
        if (next != '\\') {
            return 1;
        }
        boolean known =
                at + 1 < pattern.length() && "dDwWsSbBtnr".indexOf(pattern.charAt(at + 1)) >= 0;
        return known ? 2 : 0;
    }

    private boolean isEscaped(int index) {
        char escaped = pattern.charAt(index);
        return !Character.isLetterOrDigit(escaped);
    }

    /// A character that may come less than once ends the run before it.
    private void plain(char character, int size) {
        at += size;
        char repeat = at < pattern.length() ? pattern.charAt(at) : ' ';
        if (repeat == '*' || repeat == '?' || repeat == '{') {
            end();
            skipRepeat();
        } else if (repeat == '+') {
            run.append(character);
            end();
            skipRepeat();
        } else {
            run.append(character);
        }
    }

    private void end() {
        if (run.length() > best.length()) {
            best = run.toString();
        }
        run.setLength(0);
    }

    private void skipRepeat() {
        if (at < pattern.length() && pattern.charAt(at) == '{') {
            int close = pattern.indexOf('}', at);
            at = close < 0 ? pattern.length() : close + 1;
        }
        while (at < pattern.length() && "*+?".indexOf(pattern.charAt(at)) >= 0) {
            at++;
        }
    }

    /// Goes behind a class or a group, whatever is in it.
    private boolean skipBrackets() {
        int depth = 0;
        boolean inClass = false;
        for (; at < pattern.length(); at++) {
            char next = pattern.charAt(at);
            if (next == '\\') {
                at++;
            } else if (inClass) {
                inClass = next != ']';
            } else if (next == '[') {
                inClass = true;
            } else if (next == '(') {
                depth++;
            } else if (next == ')') {
                depth--;
            }
            if (depth == 0 && !inClass && next != '\\') {
                at++;
                return true;
            }
        }
        return false;
    }
}
