package kat.api.json;

/// What Go escapes in JSON beyond what JSON demands, since it may end up in a page or a script:
/// the signs of markup, and the two line ends of Unicode.
///
/// **Source:** Go, `encoding/json.Marshal`.
public final class GoJson {

    private static final String HEX = "0123456789abcdef";

    private GoJson() {}

    /// Whether Go alone escapes the character.
    public static boolean isEscaped(char c) {
        return c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029';
    }

    /// JSON as Go writes it.
    ///
    /// @param json valid JSON; what is escaped already stays so
    public static String escaped(String json) {
        StringBuilder text = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (isEscaped(c)) {
                appendEscaped(text, c);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /// Appends the escape sequence of any character: a backslash, a `u` and four digits.
    public static void appendEscaped(StringBuilder text, char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(HEX.charAt(c >> shift & 15));
        }
    }
}
