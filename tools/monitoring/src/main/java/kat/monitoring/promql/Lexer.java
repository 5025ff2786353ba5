package kat.monitoring.promql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts an expression into words.
final class Lexer {

    private static final Pattern DURATION = Pattern.compile("(?:[0-9]+(?:ms|[smhdwy]))+");
    private static final Pattern NUMBER =
            Pattern.compile("0[xX][0-9a-fA-F]+|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern BLANK = Pattern.compile("(?:\\s|#[^\\n]*)+");
    private static final Pattern SIGN =
            Pattern.compile("==|!=|=~|!~|>=|<=|[-+*/%^<>=(){}\\[\\],@:]");

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    enum Sort {
        WORD,
        NUMBER,
        DURATION,
        STRING,
        SIGN,
        END
    }

    /// @param at the place of its first character
    record Token(Sort sort, String text, int at) {

        boolean is(String sign) {
            return sort == Sort.SIGN && text.equals(sign);
        }

        boolean isWord(String word) {
            return sort == Sort.WORD && text.equalsIgnoreCase(word);
        }
    }

    /// The words, and one of sort `END` behind them.
    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        boolean inBrackets = false;
        while (at < text.length()) {
            if (matches(BLANK) > 0) {
                at += matches(BLANK);
            } else if (text.charAt(at) == '"'
                    || text.charAt(at) == '\''
                    || text.charAt(at) == '`') {
                string(text.charAt(at));
            } else if (!(inBrackets && text.charAt(at) == ':') && matches(WORD) > 0) {
                take(Sort.WORD, matches(WORD));
            } else if (isDuration()) {
                take(Sort.DURATION, matches(DURATION));
            } else if (matches(NUMBER) > 0) {
                number();
            } else if (matches(SIGN) > 0) {
                inBrackets = text.charAt(at) == '[' || (inBrackets && text.charAt(at) != ']');
                take(Sort.SIGN, matches(SIGN));
            } else {
                throw new PromQlException(at, "unexpected character '" + text.charAt(at) + "'");
            }
        }
        tokens.add(new Token(Sort.END, "", at));
    }

    private int matches(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        return matcher.lookingAt() ? matcher.end() - at : 0;
    }

    private boolean isDuration() {
        int length = matches(DURATION);
        int after = at + length;
        return length > 0
                && (after == text.length() || !Character.isLetterOrDigit(text.charAt(after)));
    }

    private void number() {
        int length = matches(NUMBER);
        int after = at + length;
        if (after < text.length() && Character.isLetterOrDigit(text.charAt(after))) {
            throw new PromQlException(at, "bad number or duration");
        }
        take(Sort.NUMBER, length);
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            if (text.charAt(end) == '\n' && quote != '`') {
                throw new PromQlException(at, "unterminated text");
            }
            end += text.charAt(end) == '\\' && quote != '`' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw new PromQlException(at, "unterminated text");
        }
        tokens.add(new Token(Sort.STRING, text.substring(at + 1, end), at));
        at = end + 1;
    }

    private void take(Sort sort, int length) {
        tokens.add(new Token(sort, text.substring(at, at + length), at));
        at += length;
    }
}
