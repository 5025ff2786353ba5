package kat.api.cel;

import java.util.ArrayList;
import java.util.List;

/// What may stand where an expression begins, for messages.
enum Expected {
    EXPRESSION(""),
    ARGUMENT(")"),
    INDEX("?"),
    ITEM("],?"),
    ENTRY("},?");

    private static final List<String> MARKS =
            List.of("[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?");
    private static final List<String> STARTS = List.of("[", "{", "(", ".", "-", "!");

    private final String others;

    Expected(String others) {
        this.others = others;
    }

    /// Whether an expression can begin with a word.
    static boolean starts(Token token) {
        return switch (token.type()) {
            case LITERAL, IDENT -> true;
            case OPERATOR -> STARTS.contains(token.text());
            case END -> false;
        };
    }

    /// Whether something else than an expression can stand here.
    boolean has(String word) {
        return word.length() == 1 && others.contains(word);
    }

    String shown() {
        List<String> words = new ArrayList<>();
        for (String mark : MARKS) {
            if (STARTS.contains(mark) || others.contains(mark)) {
                words.add("'" + mark + "'");
            }
        }
        words.addAll(List.of("'true'", "'false'", "'null'"));
        words.addAll(List.of("NUM_FLOAT", "NUM_INT", "NUM_UINT", "STRING", "BYTES", "IDENTIFIER"));
        return "{" + String.join(", ", words) + "}";
    }
}
