package kat.api.defaults;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Texts as the base64 in which bytes are written.
final class Base64Text {

    private Base64Text() {}

    static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
