package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Values of headers as text. The wire knows bytes: names of users beyond ASCII come and go as
/// UTF-8, as those of Go do, while HTTP's libraries take one byte for one character.
///
/// **Source:** RFC 9110, 5.5; `net/http` of Go.
public final class HeaderText {

    private static final int ASCII_END = 0x80;

    private HeaderText() {}

    /// What a client sent.
    ///
    /// @param value a byte in each character
    static String read(CharSequence value) {
        String text = value.toString();
        return isAscii(text) ? text : new String(text.getBytes(ISO_8859_1), UTF_8);
    }

    /// What is to be sent, with a byte in each character.
    public static String written(String text) {
        return isAscii(text) ? text : new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < ASCII_END);
    }

    /// Whether a value keeps to its header: no control character but the tab.
    public static boolean isValid(String text) {
        return text.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
    }
}
