package kat.api.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads expressions by recursive descent.
///
/// **Source:** the CEL language definition, "Syntax"; messages as those of cel-go.
final class Parser {

    private static final int MAX_DEPTH = 250;
    private static final int MAX_LENGTH = 100_000;

    /// What parentheses, chains of operators and members may come to together.
    private static final int MAX_NESTING = 1_000;

    private static final Set<String> RESERVED =
            Set.of(
                    "as",
                    "break",
                    "const",
                    "continue",
                    "else",
                    "for",
                    "function",
                    "if",
                    "import",
                    "let",
                    "loop",
                    "package",
                    "namespace",
                    "return",
                    "var",
                    "void",
                    "while");

    private static final Map<String, String> RELATIONS =
            Map.of(
                    "==", "_==_", "!=", "_!=_", "<", "_<_", "<=", "_<=_", ">", "_>_", ">=", "_>=_",
                    "in", "@in");

    private final String source;
    private final List<Token> tokens;
    private final Macros macros;
    private int next;
    private int depth;

    private Parser(String source) {
        this.source = source;
        this.tokens = Lexer.tokens(source);
        this.macros = new Macros(this::error);
    }

    /// @throws CompileException when it is no expression
    static Expr parse(String source) {
        if (source.length() > MAX_LENGTH) {
            throw CompileException.at(
                    "",
                    0,
                    "expression code point size exceeds limit: size: "
                            + source.length()
                            + ", limit "
                            + MAX_LENGTH);
        }
        Parser parser = new Parser(source);
        Expr whole = parser.expression();
        if (parser.peek().type() != Token.Type.END) {
            throw parser.unexpected("<EOF>");
        }
        if (Nesting.exceeds(whole, MAX_NESTING)) {
            throw parser.error(0, "expression recursion limit exceeded: " + MAX_DEPTH);
        }
        return whole;
    }

    private CompileException error(int at, String message) {
        return CompileException.at(source, at, message);
    }

    private CompileException unexpected(String wanted) {
        Token token = peek();
        return error(
                token.at(),
                "Syntax error: mismatched input '" + token.text() + "' expecting " + wanted);
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        return tokens.get(next++);
    }

    private boolean takes(String operator) {
        if (peek().is(operator)) {
            next++;
            return true;
        }
        return false;
    }

    private void require(String operator) {
        if (!takes(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    private Expr expression() {
        if (++depth > MAX_DEPTH) {
            throw error(peek().at(), "expression recursion limit exceeded: " + MAX_DEPTH);
        }
        Expr condition = or();
        if (peek().is("?")) {
            int at = take().at();
            Expr yes = or();
            require(":");
            Expr no = expression();
            condition = new Expr.Call(at, null, "_?_:_", List.of(condition, yes, no));
        }
        depth--;
        return condition;
    }

    private Expr or() {
        List<Expr> terms = new ArrayList<>(List.of(and()));
        List<Integer> places = new ArrayList<>();
        while (peek().is("||")) {
            places.add(take().at());
            terms.add(and());
        }
        return balanced("_||_", terms, places);
    }

    private Expr and() {
        List<Expr> terms = new ArrayList<>(List.of(relation()));
        List<Integer> places = new ArrayList<>();
        while (peek().is("&&")) {
            places.add(take().at());
            terms.add(relation());
        }
        return balanced("_&&_", terms, places);
    }

    /// Terms joined by a logical operator as a tree of little depth, as in cel-go: a chain of
    /// thousands of them is no deep expression.
    ///
    /// @param places of the operators between terms
    private static Expr balanced(String operator, List<Expr> terms, List<Integer> places) {
        if (terms.size() == 1) {
            return terms.getFirst();
        }
        int middle = terms.size() / 2;
        Expr left = balanced(operator, terms.subList(0, middle), places.subList(0, middle - 1));
        Expr right =
                balanced(
                        operator,
                        terms.subList(middle, terms.size()),
                        places.subList(middle, places.size()));
        return new Expr.Call(places.get(middle - 1), null, operator, List.of(left, right));
    }

    private Expr relation() {
        Expr left = sum();
        while (peek().type() == Token.Type.OPERATOR && RELATIONS.containsKey(peek().text())) {
            Token operator = take();
            String function = RELATIONS.getOrDefault(operator.text(), "");
            left = new Expr.Call(operator.at(), null, function, List.of(left, sum()));
        }
        return left;
    }

    private Expr sum() {
        Expr left = product();
        while (peek().is("+") || peek().is("-")) {
            Token operator = take();
            String function = "_" + operator.text() + "_";
            left = new Expr.Call(operator.at(), null, function, List.of(left, product()));
        }
        return left;
    }

    private Expr product() {
        Expr left = unary();
        while (peek().is("*") || peek().is("/") || peek().is("%")) {
            Token operator = take();
            String function = "_" + operator.text() + "_";
            left = new Expr.Call(operator.at(), null, function, List.of(left, unary()));
        }
        return left;
    }

    private Expr unary() {
        Token token = peek();
        if (token.is("!")) {
            return negations("!", "!_");
        }
        if (token.is("-")) {
            Token number = tokens.get(next + 1);
            if (number.type() == Token.Type.LITERAL && negated(number.value()) != null) {
                next += 2;
                Object value = negated(number.value());
                return member(new Expr.Literal(token.at(), value == null ? 0L : value));
            }
            return negations("-", "-_");
        }
        return member(primary());
    }

    private static @org.jspecify.annotations.Nullable Object negated(Object value) {
        return switch (value) {
            case Long number -> -number;
            case Double number -> -number;
            case CelUint number when number == CelUint.BEHIND_LARGEST -> Long.MIN_VALUE;
            default -> null;
        };
    }

    private Expr negations(String operator, String function) {
        int at = peek().at();
        int count = 0;
        while (takes(operator)) {
            count++;
        }
        Expr operand = member(primary());
        return count % 2 == 0 ? operand : new Expr.Call(at, null, function, List.of(operand));
    }

    private Expr member(Expr first) {
        Expr target = first;
        while (true) {
            Token token = peek();
            if (token.is(".")) {
                next++;
                target = dotted(target, token.at());
            } else if (token.is("[")) {
                next++;
                boolean optional = takes("?");
                Expr index = expression();
                require("]");
                String function = optional ? "_[?_]" : "_[_]";
                target = new Expr.Call(token.at(), null, function, List.of(target, index));
            } else if (token.is("{") && isTypeName(target)) {
                target = struct(target);
            } else {
                return target;
            }
        }
    }

    private Expr dotted(Expr target, int at) {
        boolean optional = takes("?");
        Token name = take();
        if (name.type() != Token.Type.IDENT && !name.text().equals("in")) {
            next--;
            throw unexpected("IDENTIFIER");
        }
        if (!optional && peek().is("(")) {
            int open = take().at();
            List<Expr> args = arguments(")");
            Expr expanded = macros.member(target, name.text(), args, open);
            return expanded == null ? new Expr.Call(open, target, name.text(), args) : expanded;
        }
        return new Expr.Select(at, target, name.text(), false, optional);
    }

    private static boolean isTypeName(Expr target) {
        return switch (target) {
            case Expr.Ident _ -> true;
            case Expr.Select(int _, Expr operand, String _, boolean _, boolean optional) ->
                    !optional && isTypeName(operand);
            default -> false;
        };
    }

    private static String typeName(Expr target) {
        return switch (target) {
            case Expr.Ident(int _, String name) -> name;
            case Expr.Select select -> typeName(select.operand()) + "." + select.field();
            default -> "";
        };
    }

    private Expr struct(Expr target) {
        int at = take().at();
        List<Expr.Entry> entries = new ArrayList<>();
        while (!peek().is("}")) {
            boolean optional = takes("?");
            Token name = take();
            if (name.type() != Token.Type.IDENT) {
                next--;
                throw unexpected("IDENTIFIER");
            }
            require(":");
            Expr key = new Expr.Literal(name.at(), name.text());
            entries.add(new Expr.Entry(key, expression(), optional));
            if (!takes(",")) {
                break;
            }
        }
        require("}");
        return new Expr.Struct(at, typeName(target), entries);
    }

    private List<Expr> arguments(String end) {
        List<Expr> args = new ArrayList<>();
        while (!peek().is(end)) {
            args.add(expression());
            if (!takes(",")) {
                break;
            }
        }
        require(end);
        return args;
    }

    private Expr primary() {
        Token token = take();
        switch (token.type()) {
            case LITERAL -> {
                if (token.value() == CelUint.BEHIND_LARGEST) {
                    throw error(token.at(), "invalid int literal");
                }
                return new Expr.Literal(token.at(), token.value());
            }
            case IDENT -> {
                return identifier(token, "");
            }
            case END -> {
                next--;
                throw unexpected("an expression");
            }
            case OPERATOR -> {
                return grouped(token);
            }
        }
        throw unexpected("an expression");
    }

    private Expr grouped(Token token) {
        switch (token.text()) {
            case "(" -> {
                Expr inner = expression();
                require(")");
                return inner;
            }
            case "[" -> {
                return list(token.at());
            }
            case "{" -> {
                return map(token.at());
            }
            case "." -> {
                if (peek().type() == Token.Type.IDENT) {
                    return identifier(take(), ".");
                }
                throw unexpected("IDENTIFIER");
            }
            default -> {
                next--;
                throw unexpected(
                        "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT,"
                                + " NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}");
            }
        }
    }

    private Expr identifier(Token token, String lead) {
        if (lead.isEmpty() && RESERVED.contains(token.text())) {
            throw error(token.at(), "reserved identifier: " + token.text());
        }
        if (!peek().is("(")) {
            return new Expr.Ident(token.at(), token.text());
        }
        int open = take().at();
        List<Expr> args = arguments(")");
        Expr expanded = macros.global(token.text(), args, open);
        return expanded == null ? new Expr.Call(open, null, token.text(), args) : expanded;
    }

    private Expr list(int at) {
        List<Expr.Item> items = new ArrayList<>();
        while (!peek().is("]")) {
            boolean optional = takes("?");
            items.add(new Expr.Item(expression(), optional));
            if (!takes(",")) {
                break;
            }
        }
        require("]");
        return new Expr.ListOf(at, items);
    }

    private Expr map(int at) {
        List<Expr.Entry> entries = new ArrayList<>();
        while (!peek().is("}")) {
            boolean optional = takes("?");
            Expr key = expression();
            require(":");
            entries.add(new Expr.Entry(key, expression(), optional));
            if (!takes(",")) {
                break;
            }
        }
        require("}");
        return new Expr.MapOf(at, entries);
    }
}
