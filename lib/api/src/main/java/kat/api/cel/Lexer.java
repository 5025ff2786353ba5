package kat.api.cel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Cuts a source into words.
///
/// **Source:** the CEL language definition, "Syntax".
final class Lexer {

    private static final List<String> OPERATORS = List.of("&&", "||", "==", "!=", "<=", ">=");
    private static final String SINGLE = "?:.,[](){}+-*/%!<>";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private final List<CompileException.Issue> issues;
    private int at;
    private int textStart;

    private Lexer(String source, List<CompileException.Issue> issues) {
        this.source = source;
        this.issues = issues;
    }

    /// What is no word is left out.
    ///
    /// @param issues takes what is no word
    static List<Token> tokens(String source, List<CompileException.Issue> issues) {
        Lexer lexer = new Lexer(source, issues);
        lexer.run();
        return lexer.tokens;
    }

    /// Leaves out what began at a place, up to and with the character that does not fit.
    private void unknown(int start, int end) {
        at = Math.min(end + 1, source.length());
        String text = source.substring(start, at);
        issues.add(
                new CompileException.Issue(
                        start, "Syntax error: token recognition error at: '" + text + "'"));
    }

    private void run() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                at++;
            } else if (source.startsWith("//", at)) {
                int end = source.indexOf('\n', at);
                at = end < 0 ? source.length() : end;
            } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
                number();
            } else if (isQuoteAt(at)) {
                text();
            } else if (isLetter(c)) {
                word();
            } else {
                operator();
            }
        }
        tokens.add(new Token(Token.Type.END, source.length(), "<EOF>", ""));
    }

    private char peek(int ahead) {
        return at + ahead < source.length() ? source.charAt(at + ahead) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    /// Whether a text begins here, with or without a prefix.
    private boolean isQuoteAt(int from) {
        int i = from;
        while (i < source.length() && i - from < 2 && "rRbB".indexOf(source.charAt(i)) >= 0) {
            i++;
        }
        return i < source.length() && (source.charAt(i) == '"' || source.charAt(i) == '\'');
    }

    private void operator() {
        for (String each : OPERATORS) {
            if (source.startsWith(each, at)) {
                tokens.add(new Token(Token.Type.OPERATOR, at, each, ""));
                at += 2;
                return;
            }
        }
        char c = source.charAt(at);
        if (SINGLE.indexOf(c) < 0) {
            boolean isHalf = c == '=' || c == '&' || c == '|';
            unknown(at, isHalf ? at + 1 : at);
            return;
        }
        tokens.add(new Token(Token.Type.OPERATOR, at, String.valueOf(c), ""));
        at++;
    }

    private void word() {
        int start = at;
        while (at < source.length() && (isLetter(peek(0)) || isDigit(peek(0)))) {
            at++;
        }
        String text = source.substring(start, at);
        switch (text) {
            case "true" -> literal(start, true);
            case "false" -> literal(start, false);
            case "null" -> literal(start, CelNull.NULL);
            case "in" -> tokens.add(new Token(Token.Type.OPERATOR, start, text, ""));
            default -> tokens.add(new Token(Token.Type.IDENT, start, text, ""));
        }
    }

    private void literal(int start, Object value) {
        tokens.add(new Token(Token.Type.LITERAL, start, source.substring(start, at), value));
    }

    private void number() {
        int start = at;
        if (source.startsWith("0x", at)) {
            at += 2;
            while (Character.digit(peek(0), 16) >= 0) {
                at++;
            }
            integer(start, source.substring(start + 2, at), 16);
            return;
        }
        digits();
        boolean isDouble = false;
        if (peek(0) == '.' && isDigit(peek(1))) {
            isDouble = true;
            at++;
            digits();
        }
        if (peek(0) == 'e' || peek(0) == 'E') {
            int sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
            if (isDigit(peek(sign))) {
                isDouble = true;
                at += sign;
                digits();
            }
        }
        String text = source.substring(start, at);
        if (isDouble) {
            literal(start, Double.parseDouble(text));
        } else {
            integer(start, text, 10);
        }
    }

    private void digits() {
        while (isDigit(peek(0))) {
            at++;
        }
    }

    private void integer(int start, String digits, int radix) {
        try {
            if (peek(0) == 'u' || peek(0) == 'U') {
                at++;
                literal(start, new CelUint(Long.parseUnsignedLong(digits, radix)));
            } else if (digits.equals("9223372036854775808")) {
                // Only good behind a minus sign, which the parser sees to.
                literal(start, CelUint.BEHIND_LARGEST);
            } else {
                literal(start, Long.parseLong(digits, radix));
            }
        } catch (NumberFormatException e) {
            throw error(start, "invalid int literal");
        }
    }

    private void text() {
        int start = at;
        textStart = at;
        boolean raw = false;
        boolean bytes = false;
        while ("rRbB".indexOf(source.charAt(at)) >= 0) {
            raw |= "rR".indexOf(source.charAt(at)) >= 0;
            bytes |= "bB".indexOf(source.charAt(at)) >= 0;
            at++;
        }
        String quote = source.substring(at, at + 1);
        String triple = quote.repeat(3);
        String end = source.startsWith(triple, at) ? triple : quote;
        at += end.length();
        int begin = at;
        while (!source.startsWith(end, at)) {
            boolean broken = end.length() == 1 && (peek(0) == '\n' || peek(0) == '\r');
            if (at >= source.length() || broken) {
                unknown(start, at);
                return;
            }
            if (raw || peek(0) != '\\') {
                at++;
                continue;
            }
            int wrong = wrongEscape();
            if (wrong >= 0) {
                unknown(start, wrong);
                return;
            }
            at += 2;
        }
        String inside = source.substring(begin, at);
        at += end.length();
        if (bytes) {
            literal(start, new CelBytes(raw ? utf8(inside) : unescapedBytes(inside, begin)));
        } else {
            literal(start, raw ? inside : unescaped(inside, begin));
        }
    }

    /// Where what follows a backslash does not fit; -1 when it does.
    private int wrongEscape() {
        int digits =
                switch (peek(1)) {
                    case 'x', 'X' -> 2;
                    case 'u' -> 4;
                    case 'U' -> 8;
                    case '0', '1', '2', '3' -> 2;
                    case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\', '?', '"', '\'', '`' -> 0;
                    default -> -1;
                };
        int radix = isDigit(peek(1)) ? 8 : 16;
        for (int i = 0; i < digits; i++) {
            if (Character.digit(peek(2 + i), radix) < 0) {
                return at + 2 + i;
            }
        }
        return digits < 0 ? at + 1 : -1;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String unescaped(String text, int from) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                i++;
                continue;
            }
            int length = escapeLength(text, i, from);
            out.appendCodePoint(escape(text.substring(i, i + length), from + i));
            i += length;
        }
        return out.toString();
    }

    private byte[] unescapedBytes(String text, int from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) != '\\') {
                int end = text.offsetByCodePoints(i, 1);
                out.writeBytes(utf8(text.substring(i, end)));
                i = end;
                continue;
            }
            int length = escapeLength(text, i, from);
            out.write(escape(text.substring(i, i + length), from + i));
            i += length;
        }
        return out.toByteArray();
    }

    private int escapeLength(String text, int at, int from) {
        int length =
                switch (text.charAt(at + 1)) {
                    case 'x', 'X' -> 4;
                    case 'u' -> 6;
                    case 'U' -> 10;
                    case '0', '1', '2', '3' -> 4;
                    default -> 2;
                };
        if (at + length > text.length()) {
            throw error(from + at, "Syntax error: unable to unescape string");
        }
        return length;
    }

    private int escape(String escape, int where) {
        char kind = escape.charAt(1);
        try {
            return switch (kind) {
                case 'a' -> 7;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'v' -> 11;
                case '\\', '\'', '"', '`', '?' -> kind;
                case 'x', 'X' -> Integer.parseInt(escape.substring(2), 16);
                case 'u', 'U' -> codePoint(escape);
                case '0', '1', '2', '3' -> Integer.parseInt(escape.substring(1), 8);
                default -> throw error(where, "Syntax error: unable to unescape string");
            };
        } catch (NumberFormatException e) {
            throw error(where, "Syntax error: unable to unescape string");
        }
    }

    private int codePoint(String escape) {
        int point = Integer.parseInt(escape.substring(2), 16);
        if (point < 0 || point > Character.MAX_CODE_POINT || isSurrogate(point)) {
            throw error(textStart, "invalid unicode code point");
        }
        return point;
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    private CompileException error(int where, String message) {
        return CompileException.at(source, where, message);
    }
}
