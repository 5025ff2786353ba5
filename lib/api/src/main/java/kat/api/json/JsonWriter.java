package kat.api.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes values as canonical UTF-8 bytes.
///
/// **Threads:** one writer belongs to one thread.
public final class JsonWriter {

    private static final int FIRST_CAPACITY = 512;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int size;

    private JsonWriter() {}

    static byte[] write(Json value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return Arrays.copyOf(writer.buffer, writer.size);
    }

    static String text(Json value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return new String(writer.buffer, 0, writer.size, StandardCharsets.UTF_8);
    }

    private void value(Json value) {
        switch (value) {
            case JsonObject object -> object(object);
            case JsonArray array -> array(array);
            case JsonString(String text) -> string(text);
            case JsonNumber number -> ascii(number.toString());
            case JsonBoolean bool -> ascii(bool.toString());
            case JsonNull _ -> ascii("null");
        }
    }

    private void object(JsonObject object) {
        put('{');
        for (int i = 0; i < object.size(); i++) {
            if (i > 0) {
                put(',');
            }
            string(object.nameAt(i));
            put(':');
            value(object.valueAt(i));
        }
        put('}');
    }

    private void array(JsonArray array) {
        put('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                put(',');
            }
            value(array.get(i));
        }
        put(']');
    }

    private void string(String text) {
        put('"');
        int length = text.length();
        for (int i = plain(text); i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
                put(c);
            } else if (c < 0x80) {
                escaped(c);
            } else {
                i += encoded(text, i);
            }
        }
        put('"');
    }

    /// Writes what stands for itself at the beginning of a text, which mostly is all of it, and
    /// gives back its length.
    private int plain(String text) {
        int length = text.length();
        room(length);
        byte[] into = buffer;
        int from = size;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                size = from + i;
                return i;
            }
            into[from + i] = (byte) c;
        }
        size = from + length;
        return length;
    }

    private void escaped(char c) {
        put('\\');
        switch (c) {
            case '"' -> put('"');
            case '\\' -> put('\\');
            case '\n' -> put('n');
            case '\r' -> put('r');
            case '\t' -> put('t');
            case '\b' -> put('b');
            case '\f' -> put('f');
            default -> {
                ascii("u00");
                put((char) HEX[c >> 4]);
                put((char) HEX[c & 15]);
            }
        }
    }

    /// Writes the code point at `index` and gives back how many further characters it took. A lone
    /// surrogate becomes U+FFFD, as in Go.
    private int encoded(String text, int index) {
        int point = text.codePointAt(index);
        boolean lone = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        int shown = lone ? 0xFFFD : point;
        if (shown < 0x800) {
            put((char) (0xC0 | shown >> 6));
        } else {
            if (shown < 0x10000) {
                put((char) (0xE0 | shown >> 12));
            } else {
                put((char) (0xF0 | shown >> 18));
                put((char) (0x80 | (shown >> 12 & 0x3F)));
            }
            put((char) (0x80 | (shown >> 6 & 0x3F)));
        }
        put((char) (0x80 | (shown & 0x3F)));
        return Character.charCount(point) - 1;
    }

    private void ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    private void room(int more) {
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }

    private void put(char c) {
        if (size == buffer.length) {
            buffer = Arrays.copyOf(buffer, size * 2);
        }
        buffer[size++] = (byte) c;
    }
}
