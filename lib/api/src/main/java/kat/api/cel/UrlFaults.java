package kat.api.cel;

import kat.api.json.GoText;

/// What is wrong with texts that should be addresses of the web, in the words of Go.
///
/// **Source:** Go's `net/url`.
public final class UrlFaults {

    private UrlFaults() {}

    /// The fault with the text that has it.
    public static String fault(String text) {
        return "parse " + GoText.quoted(text) + ": " + reason(text);
    }

    /// @param text that [RequestUri#parse] does not take
    private static String reason(String text) {
        if (text.isEmpty()) {
            return "empty url";
        }
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            return "net/url: invalid control character in URL";
        }
        if (text.startsWith(":")) {
            return "missing protocol scheme";
        }
        int slashes = text.indexOf("://");
        String authority = slashes < 0 ? "" : text.substring(slashes + 3).split("[/?]", 2)[0];
        String fault = host(authority.substring(authority.lastIndexOf('@') + 1));
        if (!fault.isEmpty()) {
            return fault;
        }
        int escape = escape(text);
        return escape < 0
                ? "invalid URI for request"
                : "invalid URL escape "
                        + GoText.quoted(
                                text.substring(escape, Math.min(text.length(), escape + 3)));
    }

    private static String host(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (" <>\"^`{|}\\".indexOf(host.charAt(i)) >= 0) {
                return "invalid character "
                        + GoText.quoted(host.substring(i, i + 1))
                        + " in host name";
            }
        }
        if (host.startsWith("[") && host.indexOf(']') < 0) {
            return "missing ']' in host";
        }
        int colon = host.lastIndexOf(':');
        boolean isPort = colon < 0 || host.substring(colon + 1).matches("\\d*");
        return isPort ? "" : "invalid port " + GoText.quoted(host.substring(colon)) + " after host";
    }

    private static int escape(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (!text.substring(i + 1, Math.min(text.length(), i + 3)).matches("[0-9a-fA-F]{2}")) {
                return i;
            }
        }
        return -1;
    }
}
