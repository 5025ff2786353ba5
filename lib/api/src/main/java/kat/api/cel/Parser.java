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
    private final List<CompileException.Issue> issues = new ArrayList<>();
    private final List<Token> tokens;
    private final Macros macros;
    private int next;
    private int depth;

    /// Whether a fault was told and no word taken since: further ones come out of the first.
    private boolean isRecovering;

    private Expected expected = Expected.EXPRESSION;

    private Parser(String source, boolean binds) {
        this.source = source;
        this.tokens = Lexer.tokens(source, issues);
        this.macros = new Macros(binds, this::error);
    }

    /// @param binds whether `cel.bind` names parts of it
    /// @throws CompileException when it is no expression
    static Expr parse(String source, boolean binds) {
        if (source.length() > MAX_LENGTH) {
            throw CompileException.at(
                    "",
                    0,
                    "expression code point size exceeds limit: size: "
                            + source.length()
                            + ", limit "
                            + MAX_LENGTH);
        }
        Parser parser = new Parser(source, binds);
        Expr whole = parser.expression(Expected.EXPRESSION);
        parser.end();
        if (!parser.issues.isEmpty()) {
            throw CompileException.of(source, parser.issues);
        }
        if (Nesting.exceeds(whole, MAX_NESTING)) {
            throw parser.error(0, "expression recursion limit exceeded: " + MAX_DEPTH);
        }
        return whole;
    }

    private CompileException error(int at, String message) {
        return CompileException.at(source, at, message);
    }

    private void report(int at, String message) {
        if (!isRecovering) {
            issues.add(new CompileException.Issue(at, "Syntax error: " + message));
        }
        isRecovering = true;
    }

    private void report(String how, String wanted) {
        Token token = peek();
        report(token.at(), how + " input '" + token.text() + "' expecting " + wanted);
    }

    /// A fault behind which nothing can be read.
    private CompileException given() {
        return CompileException.of(source, issues);
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token after() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    private Token take() {
        isRecovering = false;
        return tokens.get(next++);
    }

    private boolean takes(String operator) {
        if (peek().is(operator)) {
            take();
            return true;
        }
        return false;
    }

    private void end() {
        if (peek().type() != Token.Type.END) {
            boolean isLast = after().type() == Token.Type.END;
            report(isLast ? "extraneous" : "mismatched", "<EOF>");
        }
    }

    private void require(String operator) {
        require(operator, "'" + operator + "'");
    }

    /// Takes an operator, or the one behind a word too many, or does without it.
    private void require(String operator, String wanted) {
        if (takes(operator)) {
            return;
        }
        if (after().is(operator)) {
            report("extraneous", wanted);
            next++;
            take();
            return;
        }
        boolean isClosing = operator.equals(")") || operator.equals("]") || operator.equals("}");
        boolean mayFollow = isClosing ? !Expected.starts(peek()) : Expected.starts(peek());
        if (!mayFollow || wanted.startsWith("{")) {
            report("mismatched", wanted);
            throw given();
        }
        report(peek().at(), "missing " + wanted + " at '" + peek().text() + "'");
    }

    /// @param wanted what else may stand here, for messages
    private Expr expression(Expected wanted) {
        if (++depth > MAX_DEPTH) {
            throw error(peek().at(), "expression recursion limit exceeded: " + MAX_DEPTH);
        }
        expected = wanted;
        Expr condition = or();
        if (peek().is("?")) {
            int at = take().at();
            expected = Expected.EXPRESSION;
            Expr yes = or();
            require(":");
            Expr no = expression(Expected.EXPRESSION);
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
        Expected wanted = expected;
        expected = Expected.EXPRESSION;
        if (!Expected.starts(peek())) {
            boolean isExtra =
                    peek().type() != Token.Type.END
                            && (Expected.starts(after()) || wanted.has(after().text()));
            report(isExtra ? "extraneous" : "mismatched", wanted.shown());
            if (!isExtra) {
                return new Expr.Literal(peek().at(), CelNull.NULL);
            }
            next++;
            if (!Expected.starts(peek())) {
                return new Expr.Literal(peek().at(), CelNull.NULL);
            }
        }
        Token token = peek();
        if (token.is("!")) {
            return negations("!", "!_");
        }
        if (token.is("-")) {
            Token number = tokens.get(next + 1);
            if (number.type() == Token.Type.LITERAL && negated(number.value()) != null) {
                take();
                take();
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
                take();
                target = dotted(target, token.at());
            } else if (token.is("[")) {
                take();
                boolean optional = takes("?");
                Expr index = expression(Expected.INDEX);
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
        Token name = name(at);
        if (!optional && peek().is("(")) {
            int open = take().at();
            List<Expr> args = arguments();
            Expr expanded = macros.member(target, name.text(), args, open);
            return expanded == null ? new Expr.Call(open, target, name.text(), args) : expanded;
        }
        return new Expr.Select(at, target, name.text(), false, optional);
    }

    /// The name behind a dot.
    private Token name(int dot) {
        Token name = peek();
        if (name.type() != Token.Type.IDENT && !name.text().equals("in")) {
            int end = name.type() == Token.Type.END ? dot + 1 : name.at() + name.text().length();
            report(
                    name.at(),
                    "no viable alternative at input '" + source.substring(dot, end) + "'");
            throw given();
        }
        return take();
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
            Token name = peek();
            if (name.type() != Token.Type.IDENT) {
                report("mismatched", "IDENTIFIER");
                throw given();
            }
            take();
            require(":");
            Expr key = new Expr.Literal(name.at(), name.text());
            entries.add(new Expr.Entry(key, expression(Expected.EXPRESSION), optional));
            if (!takes(",")) {
                break;
            }
        }
        require("}");
        return new Expr.Struct(at, typeName(target), entries);
    }

    private List<Expr> arguments() {
        List<Expr> args = new ArrayList<>();
        if (takes(")")) {
            return args;
        }
        args.add(expression(Expected.ARGUMENT));
        while (takes(",")) {
            args.add(expression(Expected.EXPRESSION));
        }
        require(")");
        return args;
    }

    private Expr primary() {
        Token token = take();
        return switch (token.type()) {
            case LITERAL -> {
                if (token.value() == CelUint.BEHIND_LARGEST) {
                    throw error(token.at(), "invalid int literal");
                }
                yield new Expr.Literal(token.at(), token.value());
            }
            case IDENT -> identifier(token, "");
            case OPERATOR -> grouped(token);
            case END -> {
                next--;
                report("mismatched", Expected.EXPRESSION.shown());
                throw given();
            }
        };
    }

    private Expr grouped(Token token) {
        switch (token.text()) {
            case "(" -> {
                Expr inner = expression(Expected.EXPRESSION);
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
                return identifier(name(token.at()), ".");
            }
            default -> {
                next--;
                report("mismatched", Expected.EXPRESSION.shown());
                throw given();
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
        List<Expr> args = arguments();
        Expr expanded = macros.global(token.text(), args, open);
        return expanded == null ? new Expr.Call(open, null, token.text(), args) : expanded;
    }

    private Expr list(int at) {
        List<Expr.Item> items = new ArrayList<>();
        boolean isEnded = takes(",");
        while (!isEnded && !peek().is("]")) {
            boolean optional = takes("?");
            items.add(
                    new Expr.Item(
                            expression(items.isEmpty() ? Expected.ITEM : Expected.EXPRESSION),
                            optional));
            if (!takes(",")) {
                require("]", "{']', ','}");
                return new Expr.ListOf(at, items);
            }
            isEnded = !Expected.starts(peek()) && !peek().is("?");
        }
        require("]");
        return new Expr.ListOf(at, items);
    }

    private Expr map(int at) {
        List<Expr.Entry> entries = new ArrayList<>();
        boolean isEnded = takes(",");
        while (!isEnded && !peek().is("}")) {
            boolean optional = takes("?");
            Expr key = expression(entries.isEmpty() ? Expected.ENTRY : Expected.EXPRESSION);
            require(":");
            entries.add(new Expr.Entry(key, expression(Expected.EXPRESSION), optional));
            if (!takes(",")) {
                require("}", "{'}', ','}");
                return new Expr.MapOf(at, entries);
            }
            isEnded = !Expected.starts(peek()) && !peek().is("?");
        }
        require("}");
        return new Expr.MapOf(at, entries);
    }
}
