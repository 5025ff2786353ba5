package kat.api.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses UTF-8 bytes into a value in one pass.
///
/// A name that comes twice in an object keeps its last value, as in Go; [#readStrict] also reports
/// it, by a second pass that only bodies with such a fault need. Names of members, short values and
/// field sets are shared between trees, since a cluster's objects repeat them.
///
/// **Limits:** nesting up to [#MAX_DEPTH].
public final class JsonReader {

    /// How deep values may nest. Go's decoder gives up at ten times this; whatever walks through a
    /// tree here does so by recursion, on stacks of a known size.
    public static final int MAX_DEPTH = 1_000;

    /// How many characters of paths are told of one text; what is beyond is not told.
    private static final int MOST_TOLD = 16 << 20;

    /// The one member whose values are large and nearly the same in many objects.
    private static final String REPEATING = "fieldsV1";

    private final byte[] bytes;
    private final boolean strict;
    private final List<String> path = new ArrayList<>();
    private final Set<Fault> faults = new LinkedHashSet<>();
    private @Nullable JsonPlaces unknown;
    private boolean isIgnored;
    private int mostFaults = Integer.MAX_VALUE;
    private int told;
    private int at;
    private int depth;
    private int deepest;
    private boolean isDistinct = true;

    private JsonReader(byte[] bytes, boolean strict) {
        this.bytes = bytes;
        this.strict = strict;
    }

    /// A value and what a strict reader finds wrong with it.
    ///
    /// @param depth how deep values nest
    /// @param duplicateFields the paths of fields that came more than once, as Kubernetes writes
    ///     them, each once: `spec.containers[0].name`
    public record Strict(Json value, int depth, List<String> duplicateFields) {
        public Strict {
            duplicateFields = List.copyOf(duplicateFields);
        }
    }

    /// @throws JsonException when the bytes are not one JSON value
    public static Json read(byte[] bytes) {
        return new JsonReader(bytes, false).document();
    }

    /// @throws JsonException when the bytes are not one JSON value
    public static Strict readStrict(byte[] bytes) {
        JsonReader quick = new JsonReader(bytes, false);
        Json value = quick.document();
        if (quick.isDistinct) {
            return new Strict(value, quick.deepest, List.of());
        }
        JsonReader reader = new JsonReader(bytes, true);
        Json whole = reader.document();
        return new Strict(whole, quick.deepest, reader.faults.stream().map(Fault::path).toList());
    }

    /// A member that is unknown, or else came more than once in its object.
    public record Fault(String path, boolean isUnknown) {}

    /// The first faults in the order of the text, each once. What is in an unknown member is not
    /// looked at.
    ///
    /// @param unknown members, each told where it comes first
    /// @param most how many are told
    /// @throws JsonException when the bytes are not one JSON value
    public static List<Fault> faults(byte[] bytes, JsonPlaces unknown, int most) {
        JsonReader reader = new JsonReader(bytes, true);
        reader.unknown = unknown;
        reader.mostFaults = most;
        reader.document();
        return List.copyOf(reader.faults);
    }

    private Json document() {
        Json value = value();
        space();
        if (at < bytes.length) {
            throw unexpected("after top-level value");
        }
        return value;
    }

    private Json value() {
        space();
        if (at >= bytes.length) {
            throw new JsonException("unexpected end of JSON input", at);
        }
        return switch (bytes[at]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> text();
            case 't' -> literal("true", JsonBoolean.TRUE);
            case 'f' -> literal("false", JsonBoolean.FALSE);
            case 'n' -> literal("null", JsonNull.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected("looking for beginning of value");
        };
    }

    private JsonObject object() {
        enter();
        at++;
        JsonObject.Builder members = JsonObject.builder();
        Set<String> seen = strict ? new HashSet<>() : Set.of();
        space();
        if (peek() == '}') {
            at++;
            depth--;
            return JsonObject.EMPTY;
        }
        while (true) {
            space();
            if (peek() != '"') {
                throw unexpected("looking for beginning of object key string");
            }
            String name = name();
            space();
            if (peek() != ':') {
                throw unexpected("after object key");
            }
            at++;
            member(members, name, seen);
            space();
            int next = peek();
            if (next == '}') {
                at++;
                depth--;
                isDistinct &= members.isDistinct();
                return members.build();
            }
            if (next != ',') {
                throw unexpected("after object key:value pair");
            }
            at++;
        }
    }

    private void member(JsonObject.Builder members, String name, Set<String> seen) {
        if (!strict) {
            Json value = value();
            boolean repeats = name.equals(REPEATING) && value instanceof JsonObject;
            members.put(name, repeats ? Repeats.share((JsonObject) value) : value);
            return;
        }
        boolean isFirst = seen.add(name);
        path.add(path.isEmpty() ? name : "." + name);
        JsonPlaces outside = unknown;
        boolean wasIgnored = isIgnored;
        unknown = outside == null ? null : outside.behind(name);
        boolean isUnknown = unknown != null && unknown.isMarked();
        if (isUnknown || !isFirst) {
            tell(isUnknown);
        }
        isIgnored |= isUnknown;
        members.put(name, value());
        isIgnored = wasIgnored;
        unknown = outside;
        path.removeLast();
    }

    private void tell(boolean isUnknown) {
        if (isIgnored || faults.size() >= mostFaults || told > MOST_TOLD) {
            return;
        }
        String text = String.join("", path);
        told += text.length();
        faults.add(new Fault(text, isUnknown));
    }

    private JsonArray array() {
        enter();
        at++;
        space();
        if (peek() == ']') {
            at++;
            depth--;
            return JsonArray.EMPTY;
        }
        List<Json> items = new ArrayList<>();
        while (true) {
            items.add(strict ? strictItem(items.size()) : value());
            space();
            int next = peek();
            if (next == ']') {
                at++;
                depth--;
                return new JsonArray(items);
            }
            if (next != ',') {
                throw unexpected("after array element");
            }
            at++;
        }
    }

    private Json strictItem(int index) {
        path.add("[" + index + "]");
        JsonPlaces outside = unknown;
        unknown = outside == null ? null : outside.behind(index);
        Json item = value();
        unknown = outside;
        path.removeLast();
        return item;
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw new JsonException("exceeded max depth", at);
        }
        deepest = Math.max(deepest, depth);
    }

    private Json literal(String text, Json value) {
        for (int i = 0; i < text.length(); i++) {
            if (peek() != text.charAt(i)) {
                throw unexpected("in literal " + text + " (expecting '" + text.charAt(i) + "')");
            }
            at++;
        }
        return value;
    }

    private Json number() {
        int start = at;
        boolean integer = true;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits("in numeric literal");
        }
        if (peek() == '.') {
            integer = false;
            at++;
            digits("after decimal point in numeric literal");
        }
        if (peek() == 'e' || peek() == 'E') {
            integer = false;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits("in exponent of numeric literal");
        }
        return parsed(start, integer);
    }

    private Json parsed(int start, boolean integer) {
        String text = new String(bytes, start, at - start, StandardCharsets.US_ASCII);
        if (integer) {
            try {
                return JsonNumber.of(Long.parseLong(text));
            } catch (NumberFormatException tooLarge) {
                return decimal(text, start);
            }
        }
        return decimal(text, start);
    }

    private static Json decimal(String text, int start) {
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw new JsonException("number " + text + " is out of range", start);
        }
        return JsonNumber.parsed(value, text);
    }

    private void digits(String where) {
        if (peek() < '0' || peek() > '9') {
            throw unexpected(where);
        }
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
    }

    private String name() {
        int start = at + 1;
        int end = start;
        int hash = 0;
        while (end < bytes.length) {
            byte b = bytes[end];
            if (b == '"') {
                at = end + 1;
                return Texts.NAMES.get(bytes, start, end, hash);
            }
            if (b == '\\' || b < ' ') {
                break;
            }
            hash = 31 * hash + b;
            end++;
        }
        return string();
    }

    private JsonString text() {
        int start = at + 1;
        int end = start;
        int hash = 0;
        int last = Math.min(bytes.length - 1, start + Texts.LONGEST_VALUE);
        while (end <= last) {
            byte b = bytes[end];
            if (b == '"') {
                at = end + 1;
                return Texts.VALUES.get(bytes, start, end, hash);
            }
            if (b == '\\' || b < ' ') {
                break;
            }
            hash = 31 * hash + b;
            end++;
        }
        return new JsonString(string());
    }

    private String string() {
        int start = ++at;
        boolean ascii = true;
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b == '"') {
                String text =
                        ascii
                                ? new String(bytes, start, at - start, StandardCharsets.ISO_8859_1)
                                : new String(bytes, start, at - start, StandardCharsets.UTF_8);
                at++;
                return text;
            }
            if (b == '\\') {
                return escapedString(start);
            }
            if (b >= 0 && b < ' ') {
                throw unexpected("in string literal");
            }
            ascii &= b > 0;
            at++;
        }
        throw new JsonException("unexpected end of JSON input", at);
    }

    private String escapedString(int start) {
        StringBuilder text = new StringBuilder();
        int from = start;
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b == '"') {
                text.append(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                at++;
                return text.toString();
            }
            if (b == '\\') {
                text.append(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                at++;
                text.append(escape());
                from = at;
            } else if (b >= 0 && b < ' ') {
                throw unexpected("in string literal");
            } else {
                at++;
            }
        }
        throw new JsonException("unexpected end of JSON input", at);
    }

    private char escape() {
        int kind = peek();
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> (char) kind;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> {
                at--;
                throw unexpected("in string escape code");
            }
        };
    }

    private char unicode() {
        int point = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() < 0 ? -1 : Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected("in \\u hexadecimal character escape");
            }
            point = point << 4 | digit;
            at++;
        }
        return (char) point;
    }

    private void space() {
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    private int peek() {
        return at < bytes.length ? bytes[at] & 0xFF : -1;
    }

    private JsonException unexpected(String where) {
        if (at >= bytes.length) {
            return new JsonException("unexpected end of JSON input", at);
        }
        char found = (char) (bytes[at] & 0xFF);
        return new JsonException("invalid character '" + shown(found) + "' " + where, at);
    }

    /// A character as Go quotes it.
    private static String shown(char c) {
        return switch (c) {
            case '\'' -> "\\'";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case 0x07 -> "\\a";
            case 0x0B -> "\\v";
            default -> {
                boolean hidden = (c >= 0x80 && c <= 0xA0) || c == 0xAD;
                yield c < ' ' || c == 0x7F
                        ? "\\x%02x".formatted((int) c)
                        : hidden ? "\\u%04x".formatted((int) c) : String.valueOf(c);
            }
        };
    }
}
