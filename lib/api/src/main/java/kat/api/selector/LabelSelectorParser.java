package kat.api.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.selector.LabelSelector.Requirement;
import org.jspecify.annotations.Nullable;

/// Reads the text form of label selectors.
///
/// ```
/// selector    = requirement { "," requirement }
/// requirement = key | "!" key | key ("=" | "==" | "!=" | ">" | "<") value
///             | key ("in" | "notin") "(" value { "," value } ")"
/// ```
///
/// **Source:** `apimachinery/pkg/labels/selector.go`.
final class LabelSelectorParser {

    private static final String SYMBOLS = "=!(),><";
    private static final Set<String> OPERATORS = Set.of("=", "==", "!=", ">", "<", "in", "notin");

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int at;

    private LabelSelectorParser(String text) {
        this.text = text;
    }

    static List<Requirement> parse(String text) {
        LabelSelectorParser parser = new LabelSelectorParser(text);
        parser.split();
        return parser.requirements();
    }

    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;

        Fault(String message) {
            super(message);
        }
    }

    private void split() {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            int end = i + 1;
            if (SYMBOLS.indexOf(c) >= 0) {
                boolean pair = (c == '=' || c == '!') && end < text.length();
                end += pair && text.charAt(end) == '=' ? 1 : 0;
            } else {
                while (end < text.length() && isWord(text.charAt(end))) {
                    end++;
                }
            }
            tokens.add(text.substring(i, end));
            i = end;
        }
    }

    private static boolean isWord(char c) {
        return !Character.isWhitespace(c) && SYMBOLS.indexOf(c) < 0;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        String token = peek();
        at++;
        return token;
    }

    private static boolean isIdentifier(String token) {
        return !token.isEmpty() && isWord(token.charAt(0));
    }

    private List<Requirement> requirements() {
        List<Requirement> found = new ArrayList<>();
        if (tokens.isEmpty()) {
            return found;
        }
        while (true) {
            if (!isIdentifier(peek()) && !peek().equals("!")) {
                throw new SelectorException(
                        "found '" + peek() + "', expected: !, identifier, or 'end of string'");
            }
            try {
                found.add(requirement());
            } catch (Fault fault) {
                throw new SelectorException("unable to parse requirement: " + fault.getMessage());
            }
            if (at >= tokens.size()) {
                return found;
            }
            if (!next().equals(",")) {
                at--;
                throw new SelectorException(
                        "found '" + peek() + "', expected: ',' or 'end of string'");
            }
            if (!isIdentifier(peek()) && !peek().equals("!")) {
                throw new SelectorException(
                        "found '" + peek() + "', expected: identifier after ','");
            }
        }
    }

    private Requirement requirement() throws Fault {
        boolean absent = peek().equals("!");
        if (absent) {
            at++;
        }
        String key = next();
        if (!isIdentifier(key)) {
            throw new Fault("found '" + key + "', expected: identifier");
        }
        check("<nil>", key, LabelText.faultOfKey(key));
        if (absent) {
            return new Requirement(key, "DoesNotExist", List.of());
        }
        if (at >= tokens.size() || peek().equals(",")) {
            return new Requirement(key, "Exists", List.of());
        }
        String operator = next();
        if (!OPERATORS.contains(operator)) {
            throw new Fault("found '" + operator + "', expected: in, notin, =, ==, !=, gt, lt");
        }
        return switch (operator) {
            case "in" -> checked(key, "In", values());
            case "notin" -> checked(key, "NotIn", values());
            case "=", "==" -> checked(key, "In", List.of(exactValue()));
            case "!=" -> checked(key, "NotIn", List.of(exactValue()));
            case ">" -> ordered(key, "Gt", exactValue());
            default -> ordered(key, "Lt", exactValue());
        };
    }

    private String exactValue() throws Fault {
        if (at >= tokens.size() || peek().equals(",")) {
            return "";
        }
        String value = next();
        if (!isIdentifier(value)) {
            throw new Fault("found '" + value + "', expected: identifier");
        }
        return value;
    }

    private List<String> values() throws Fault {
        if (!next().equals("(")) {
            at--;
            throw new Fault("found '" + peek() + "' expected: '('");
        }
        Set<String> values = new TreeSet<>();
        while (true) {
            String token = next();
            if (token.equals(")")) {
                values.add("");
                return List.copyOf(new ArrayList<>(values));
            }
            if (token.equals(",")) {
                values.add("");
                continue;
            }
            if (!isIdentifier(token)) {
                throw new Fault("found '" + token + "', expected: ',', ')' or identifier");
            }
            values.add(token);
            String end = next();
            if (end.equals(")")) {
                return List.copyOf(new ArrayList<>(values));
            }
            if (!end.equals(",")) {
                throw new Fault("found '" + end + "', expected: ',' or ')'");
            }
        }
    }

    private static Requirement checked(String key, String operator, List<String> values)
            throws Fault {
        for (String value : values) {
            check("values[0][" + key + "]", value, LabelText.faultOfValue(value));
        }
        return new Requirement(key, operator, values);
    }

    private static Requirement ordered(String key, String operator, String value) throws Fault {
        if (!value.matches("-?[0-9]{1,18}")) {
            throw new Fault(
                    "values[0]: Invalid value: \""
                            + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
        return checked(key, operator, List.of(value));
    }

    private static void check(String field, String value, @Nullable String fault) throws Fault {
        if (fault != null) {
            throw new Fault(field + ": Invalid value: \"" + value + "\": " + fault);
        }
    }
}
