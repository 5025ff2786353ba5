package kat.monitoring.promql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.Set;
import kat.api.regex.Regex;
import kat.monitoring.promql.Lexer.Sort;
import kat.monitoring.promql.Lexer.Token;

/// Walks through an expression by recursive descent and tells its type.
///
/// **Limits:** [#MOST_DEPTH] levels.
final class Parser {

    private static final int MOST_DEPTH = 200;
    private static final Set<String> SETS = Set.of("and", "or", "unless");
    private static final Set<String> COMPARISONS = Set.of("==", "!=", ">", "<", ">=", "<=");
    private static final Set<String> MATCHES = Set.of("=", "!=", "=~", "!~");

    private final List<Token> tokens;
    private final SequencedSet<String> metrics = new LinkedHashSet<>();
    private int next;
    private int depth;

    Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    SequencedSet<String> metrics() {
        return metrics;
    }

    PromQl.Type whole() {
        PromQl.Type type = expression(0);
        Token rest = peek();
        if (rest.sort() != Sort.END) {
            throw unexpected(rest, "the end");
        }
        return type;
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    private boolean takes(String sign) {
        boolean there = peek().is(sign);
        if (there) {
            take();
        }
        return there;
    }

    private void require(String sign) {
        if (!takes(sign)) {
            throw unexpected(peek(), "'" + sign + "'");
        }
    }

    private static PromQlException unexpected(Token token, String wanted) {
        String what = token.sort() == Sort.END ? "the end" : "'" + token.text() + "'";
        return new PromQlException(token.at(), "expected " + wanted + ", found " + what);
    }

    /// How tightly an operator binds; 0 for what is none.
    private static int strength(Token token) {
        String text = token.text().toLowerCase(Locale.ROOT);
        if (token.sort() == Sort.WORD) {
            return switch (text) {
                case "or" -> 1;
                case "and", "unless" -> 2;
                case "atan2" -> 5;
                default -> 0;
            };
        }
        if (token.sort() != Sort.SIGN) {
            return 0;
        }
        return switch (text) {
            case "==", "!=", ">", "<", ">=", "<=" -> 3;
            case "+", "-" -> 4;
            case "*", "/", "%" -> 5;
            case "^" -> 7;
            default -> 0;
        };
    }

    /// @param bound operators that bind no tighter end the expression
    private PromQl.Type expression(int bound) {
        if (++depth > MOST_DEPTH) {
            throw new PromQlException(peek().at(), "too deep");
        }
        PromQl.Type left = unary();
        int strength = strength(peek());
        while (strength > bound) {
            Token operator = take();
            boolean bool = peek().isWord("bool");
            if (bool) {
                Token word = take();
                if (!COMPARISONS.contains(operator.text())) {
                    throw new PromQlException(word.at(), "bool stands behind comparisons only");
                }
            }
            boolean matched = matching();
            // only powers are taken from the right
            PromQl.Type right = expression(operator.is("^") ? strength - 1 : strength);
            left = joined(operator, left, right, bool, matched);
            strength = strength(peek());
        }
        depth--;
        return left;
    }

    private static PromQl.Type joined(
            Token operator, PromQl.Type left, PromQl.Type right, boolean bool, boolean matched) {
        for (PromQl.Type side : List.of(left, right)) {
            if (side != PromQl.Type.SCALAR && side != PromQl.Type.VECTOR) {
                throw new PromQlException(
                        operator.at(), "'" + operator.text() + "' takes no " + named(side));
            }
        }
        boolean vectors = left == PromQl.Type.VECTOR && right == PromQl.Type.VECTOR;
        boolean set = SETS.contains(operator.text().toLowerCase(Locale.ROOT));
        if (set && !vectors) {
            throw new PromQlException(
                    operator.at(), "'" + operator.text() + "' takes vectors on both sides");
        }
        if (matched && !vectors) {
            throw new PromQlException(operator.at(), "labels are matched between vectors only");
        }
        boolean scalars = left == PromQl.Type.SCALAR && right == PromQl.Type.SCALAR;
        if (scalars && !bool && COMPARISONS.contains(operator.text())) {
            throw new PromQlException(operator.at(), "comparisons of scalars need bool");
        }
        return scalars ? PromQl.Type.SCALAR : PromQl.Type.VECTOR;
    }

    static String named(PromQl.Type type) {
        return switch (type) {
            case SCALAR -> "scalar";
            case VECTOR -> "instant vector";
            case MATRIX -> "range vector";
            case STRING -> "string";
        };
    }

    private boolean matching() {
        if (!peek().isWord("on") && !peek().isWord("ignoring")) {
            return false;
        }
        take();
        labels();
        if (peek().isWord("group_left") || peek().isWord("group_right")) {
            take();
            if (peek().is("(")) {
                labels();
            }
        }
        return true;
    }

    private void labels() {
        require("(");
        while (!takes(")")) {
            Token label = take();
            if (label.sort() != Sort.WORD || label.text().indexOf(':') >= 0) {
                throw unexpected(label, "a label");
            }
            if (!peek().is(")")) {
                require(",");
            }
        }
    }

    private PromQl.Type unary() {
        Token sign = peek();
        if (sign.is("-") || sign.is("+")) {
            take();
            PromQl.Type type = expression(6);
            if (type != PromQl.Type.SCALAR && type != PromQl.Type.VECTOR) {
                throw new PromQlException(sign.at(), "a sign before a " + named(type));
            }
            return type;
        }
        return modified();
    }

    /// An operand with what stands behind it.
    private PromQl.Type modified() {
        Token first = peek();
        PromQl.Type type = operand();
        boolean selector = isSelector(first);
        boolean placed = selector;
        while (true) {
            Token token = peek();
            if (token.is("[")) {
                type = range(type, selector);
                selector = false;
                placed = true;
            } else if (!placed && (token.isWord("offset") || token.is("@"))) {
                throw new PromQlException(
                        token.at(), "only selectors and ranges can be of another time");
            } else if (token.isWord("offset")) {
                take();
                boolean unused = takes("-");
                Token by = take();
                if (by.sort() != Sort.DURATION) {
                    throw unexpected(by, "a duration");
                }
            } else if (token.is("@")) {
                take();
                at();
            } else {
                return type;
            }
        }
    }

    private boolean isSelector(Token first) {
        boolean braces = first.is("{");
        boolean name = first.sort() == Sort.WORD && !tokens.get(next - 1).is(")");
        return braces || name;
    }

    private void at() {
        boolean unused = takes("-");
        Token time = take();
        if (time.isWord("start") || time.isWord("end")) {
            require("(");
            require(")");
        } else if (time.sort() != Sort.NUMBER) {
            throw unexpected(time, "a time");
        }
    }

    private PromQl.Type range(PromQl.Type type, boolean selector) {
        Token open = take();
        Token length = take();
        if (length.sort() != Sort.DURATION) {
            throw unexpected(length, "a duration");
        }
        boolean subquery = takes(":");
        if (subquery && peek().sort() == Sort.DURATION) {
            take();
        }
        require("]");
        if (type != PromQl.Type.VECTOR || (!subquery && !selector)) {
            throw new PromQlException(open.at(), "ranges are taken of selectors only");
        }
        return PromQl.Type.MATRIX;
    }

    private PromQl.Type operand() {
        Token token = take();
        return switch (token.sort()) {
            case NUMBER -> PromQl.Type.SCALAR;
            case STRING -> PromQl.Type.STRING;
            case DURATION, END -> throw unexpected(token, "an operand");
            case SIGN -> {
                if (token.is("(")) {
                    PromQl.Type inner = expression(0);
                    require(")");
                    yield inner;
                }
                if (token.is("{")) {
                    selector(false, token);
                    yield PromQl.Type.VECTOR;
                }
                throw unexpected(token, "an operand");
            }
            case WORD -> word(token);
        };
    }

    private PromQl.Type word(Token token) {
        String lower = token.text().toLowerCase(Locale.ROOT);
        boolean called = peek().is("(") || peek().isWord("by") || peek().isWord("without");
        if (Functions.isAggregation(lower) && called) {
            return aggregation(lower);
        }
        if (peek().is("(")) {
            return call(token);
        }
        if (lower.equals("inf") || lower.equals("nan")) {
            return PromQl.Type.SCALAR;
        }
        metrics.add(token.text());
        if (peek().is("{")) {
            take();
            selector(true, token);
        }
        return PromQl.Type.VECTOR;
    }

    private PromQl.Type aggregation(String name) {
        boolean grouped = grouping();
        require("(");
        PromQl.Type parameter = Functions.parameter(name);
        if (parameter != null) {
            argument(name, parameter);
            require(",");
        }
        argument(name, PromQl.Type.VECTOR);
        require(")");
        if (!grouped) {
            boolean unused = grouping();
        }
        return PromQl.Type.VECTOR;
    }

    private boolean grouping() {
        if (!peek().isWord("by") && !peek().isWord("without")) {
            return false;
        }
        take();
        labels();
        return true;
    }

    private PromQl.Type call(Token name) {
        Functions.Function function = Functions.find(name.text());
        if (function == null) {
            throw new PromQlException(name.at(), "no function is named '" + name.text() + "'");
        }
        require("(");
        int count = 0;
        while (!takes(")")) {
            if (count > 0) {
                require(",");
            }
            boolean known = count < function.parameters().size();
            if (!known && !function.repeats()) {
                throw new PromQlException(name.at(), "too many arguments of " + name.text());
            }
            argument(
                    name.text(),
                    known ? function.parameters().get(count) : function.parameters().getLast());
            count++;
        }
        if (count < function.least()) {
            throw new PromQlException(name.at(), "too few arguments of " + name.text());
        }
        return function.result();
    }

    private void argument(String of, PromQl.Type wanted) {
        int at = peek().at();
        PromQl.Type found = expression(0);
        if (found != wanted) {
            throw new PromQlException(
                    at, of + " takes a " + named(wanted) + ", not a " + named(found));
        }
    }

    /// What stands behind an opening brace.
    private void selector(boolean named, Token at) {
        boolean narrows = named;
        while (!takes("}")) {
            Token label = take();
            Token match = take();
            Token value = take();
            if (label.sort() != Sort.WORD || label.text().indexOf(':') >= 0) {
                throw unexpected(label, "a label");
            }
            if (match.sort() != Sort.SIGN || !MATCHES.contains(match.text())) {
                throw unexpected(match, "a comparison of a label");
            }
            if (value.sort() != Sort.STRING) {
                throw unexpected(value, "a text in quotes");
            }
            narrows |= narrows(match.text(), value);
            if (label.text().equals("__name__") && match.is("=")) {
                metrics.add(value.text());
            }
            if (!peek().is("}")) {
                require(",");
            }
        }
        if (!narrows) {
            throw new PromQlException(at.at(), "the selector matches everything");
        }
    }

    /// Whether a matcher does not match what is empty.
    private static boolean narrows(String match, Token value) {
        String text = value.text();
        if (match.length() == 1 || match.equals("!=")) {
            return match.equals("=") != text.isEmpty();
        }
        try {
            String meant = text.replace("\\\\", "\\");
            Regex unused = Regex.compile(meant); // by itself, as Prometheus reads it first
            boolean matchesNothing = Regex.compile("^(?:" + meant + ")$").find("");
            return match.equals("=~") != matchesNothing;
        } catch (IllegalArgumentException e) {
            throw new PromQlException(value.at(), String.valueOf(e.getMessage()));
        }
    }
}
