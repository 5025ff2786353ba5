package kat.api.cel;

/// One word of the source.
///
/// @param text an operator or identifier as written; for literals what the source says
/// @param value of a literal; empty text for others
record Token(Type type, int at, String text, Object value) {

    enum Type {
        IDENT,
        LITERAL,
        OPERATOR,
        END
    }

    boolean is(String operator) {
        return type == Type.OPERATOR && text.equals(operator);
    }
}
