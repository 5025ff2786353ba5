package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import kat.api.json.Json;
import kat.api.json.JsonString;

/// Walks through canonical JSON bytes without making values of them.
///
/// The bytes must be JSON without white space, as the store keeps it.
final class JsonCursor {

    private final byte[] json;
    private int at;

    JsonCursor(byte[] json) {
        this.json = json;
    }

    byte[] bytes() {
        return json;
    }

    int at() {
        return at;
    }

    byte peek() {
        return json[at];
    }

    /// Steps over one character of structure.
    void skip() {
        at++;
    }

    /// Steps into an object or array, or over a separator.
    ///
    /// @return false at the end, which is stepped over
    boolean next() {
        byte c = json[at++];
        if (c == '}' || c == ']') {
            return false;
        }
        if (json[at] == '}' || json[at] == ']') {
            at++;
            return false;
        }
        return true;
    }

    /// Steps over a string or a member's name; [#at] is then behind the closing quote.
    ///
    /// @return whether it holds escapes
    boolean skipString() {
        boolean escaped = false;
        int here = at + 1;
        while (json[here] != '"') {
            if (json[here] == '\\') {
                escaped = true;
                here++;
            }
            here++;
        }
        at = here + 1;
        return escaped;
    }

    /// Steps over any value.
    void skipValue() {
        switch (json[at]) {
            case '"' -> skipString();
            case '{', '[' -> skipNested();
            default -> skipWord();
        }
    }

    private void skipNested() {
        int depth = 0;
        do {
            switch (json[at]) {
                case '"' -> {
                    skipString();
                    continue;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            at++;
        } while (depth > 0);
    }

    /// Steps over a number, `true`, `false` or `null`.
    void skipWord() {
        while (at < json.length && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
    }

    /// A text; another scalar as its own text.
    String text() {
        int start = at;
        if (json[at] != '"') {
            skipWord();
            return new String(json, start, at - start, ISO_8859_1);
        }
        boolean escaped = skipString();
        return escaped ? unescaped(start) : new String(json, start + 1, at - start - 2, UTF_8);
    }

    /// The text that began at `start` and ends here, without its escapes.
    String unescaped(int start) {
        byte[] part = java.util.Arrays.copyOfRange(json, start, at);
        return Json.parse(part) instanceof JsonString(String value) ? value : "";
    }

    /// A whole number; a fraction is cut off.
    long integer() {
        int start = at;
        skipWord();
        long value = 0;
        boolean negative = json[start] == '-';
        for (int i = negative ? start + 1 : start; i < at; i++) {
            int digit = json[i] - '0';
            if (digit < 0 || digit > 9) {
                return (long) Double.parseDouble(new String(json, start, at - start, ISO_8859_1));
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    double number() {
        return Double.parseDouble(text());
    }

    boolean truth() {
        boolean value = json[at] == 't';
        skipWord();
        return value;
    }
}
