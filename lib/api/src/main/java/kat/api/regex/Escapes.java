package kat.api.regex;

import org.jspecify.annotations.Nullable;

/// Reads what begins with a backslash, and classes in brackets.
///
/// **Threads:** one, for one expression.
final class Escapes {

    private static final String BAD_RANGE = "invalid character class range";

    private final Scanner in;
    private long rangesLeft;

    /// @param mostRanges how many ranges of characters all classes may have together
    Escapes(Scanner in, long mostRanges) {
        this.in = in;
        this.rangesLeft = mostRanges;
    }

    /// What `\d`, `\pL` and the like stand for, which is read; null when something else
    /// follows.
    @Nullable CodePoints named(boolean anyCase) {
        if (in.left() < 2 || in.peek() != '\\') {
            return null;
        }
        char letter = in.peek(1);
        if (letter == 'p' || letter == 'P') {
            return unicode(anyCase);
        }
        CodePoints known = NamedClasses.perl(letter);
        if (known == null) {
            return null;
        }
        in.skip(2);
        return counted(signed(known, Character.isUpperCase(letter), anyCase));
    }

    private CodePoints unicode(boolean anyCase) {
        int from = in.at();
        boolean not = in.peek(1) == 'P';
        in.skip(2);
        if (in.atEnd()) {
            in.moveTo(from);
            throw Scanner.refused(BAD_RANGE, in.from(from));
        }
        String name;
        if (in.next() == '{') {
            int end = in.find("}", from);
            if (end < 0) {
                throw Scanner.refused(BAD_RANGE, in.from(from));
            }
            in.moveTo(end + 1);
            String whole = in.since(from);
            name = whole.substring(3, whole.length() - 1);
        } else {
            name = in.since(from).substring(2);
        }
        boolean turned = name.startsWith("^");
        CodePoints known = NamedClasses.unicode(turned ? name.substring(1) : name);
        if (known == null) {
            throw Scanner.refused(BAD_RANGE, in.since(from));
        }
        return counted(signed(known, not != turned, anyCase));
    }

    private static CodePoints signed(CodePoints set, boolean not, boolean anyCase) {
        CodePoints all = anyCase ? set.inAnyCase() : set;
        return not ? all.negated() : all;
    }

    private CodePoints counted(CodePoints set) {
        rangesLeft -= set.size();
        if (rangesLeft < 0) {
            throw Scanner.refused("expression too large", in.from(0));
        }
        return set;
    }

    /// One character that is written with a backslash, which is read.
    int single() {
        int from = in.at();
        in.skip(1);
        if (in.atEnd()) {
            throw Scanner.refused("trailing backslash at end of expression", "");
        }
        int next = in.next();
        int found =
                switch (next) {
                    case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(next - '0');
                    case 'x' -> hexadecimal();
                    case 'a' -> 7;
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'v' -> 11;
                    default -> next < 0x80 && !Character.isLetterOrDigit(next) ? next : -1;
                };
        if (found < 0) {
            throw Scanner.refused("invalid escape sequence", in.since(from));
        }
        return found;
    }

    /// Up to three digits; a single one but 0 would be a reference to a group.
    private int octal(int first) {
        int value = first;
        int digits = 1;
        while (digits < 3 && !in.atEnd() && in.peek() >= '0' && in.peek() <= '7') {
            value = 8 * value + in.next() - '0';
            digits++;
        }
        return first != 0 && digits == 1 ? -1 : value;
    }

    /// Two digits, or any number in braces; -1 when it is neither.
    private int hexadecimal() {
        if (in.atEnd()) {
            return -1;
        }
        int first = in.next();
        if (first != '{') {
            int second = in.atEnd() ? -1 : in.next();
            int high = digit(first);
            int low = digit(second);
            return high < 0 || low < 0 ? -1 : 16 * high + low;
        }
        int value = 0;
        int digits = 0;
        while (!in.atEnd()) {
            int next = in.next();
            if (next == '}') {
                return digits == 0 ? -1 : value;
            }
            int digit = digit(next);
            value = 16 * value + digit;
            if (digit < 0 || value > Character.MAX_CODE_POINT) {
                return -1;
            }
            digits++;
        }
        return -1;
    }

    private static int digit(int codePoint) {
        return codePoint < 0 || codePoint > 127 ? -1 : Character.digit(codePoint, 16);
    }

    /// From `[` to its `]`, which is read.
    CodePoints characterClass(boolean anyCase) {
        int from = in.at();
        in.skip(1);
        boolean not = in.takes('^');
        CodePoints.Builder members = new CodePoints.Builder();
        boolean first = true;
        while (first || in.atEnd() || in.peek() != ']') {
            first = false;
            CodePoints known = posix(anyCase);
            if (known == null) {
                known = named(anyCase);
            }
            if (known != null) {
                members.add(known);
            } else {
                range(from, anyCase, members);
            }
        }
        in.skip(1);
        CodePoints all = members.build();
        return counted(not ? all.negated() : all);
    }

    private @Nullable CodePoints posix(boolean anyCase) {
        int from = in.at();
        int end = in.startsWith("[:") ? in.find(":]", from + 2) : -1;
        if (end < 0) {
            return null;
        }
        in.moveTo(end + 2);
        String whole = in.since(from);
        boolean not = whole.startsWith("[:^");
        CodePoints known = NamedClasses.posix(whole.substring(not ? 3 : 2, whole.length() - 2));
        if (known == null) {
            throw Scanner.refused(BAD_RANGE, whole);
        }
        return signed(known, not, anyCase);
    }

    /// One character, or all between two.
    private void range(int classFrom, boolean anyCase, CodePoints.Builder members) {
        int from = in.at();
        int low = member(classFrom);
        int high = low;
        if (in.left() >= 2 && in.peek() == '-' && !in.startsWith("-]")) {
            in.skip(1);
            high = member(classFrom);
            if (high < low) {
                throw Scanner.refused(BAD_RANGE, in.since(from));
            }
        }
        if (anyCase) {
            CodePoints.Builder range = new CodePoints.Builder();
            range.add(low, high);
            members.add(range.build().inAnyCase());
        } else {
            members.add(low, high);
        }
    }

    private int member(int classFrom) {
        if (in.atEnd()) {
            throw Scanner.refused("missing closing ]", in.from(classFrom));
        }
        return in.peek() == '\\' ? single() : in.next();
    }
}
