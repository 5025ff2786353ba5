package kat.api.cel;

import kat.api.json.GoText;

/// What is wrong with texts that should be addresses or ranges of them, in the words of Go.
///
/// **Source:** Go's `net/netip`; `apiserver/pkg/cel/library/ip.go`, `cidr.go`.
final class AddressFaults {

    private static final String RANGE =
            "network address parse error during conversion from string: ";

    private AddressFaults() {}

    static String ofAddress(String text) {
        String fault = fault(text);
        if (!fault.isEmpty()) {
            return "IP Address \""
                    + text
                    + "\" parse error during conversion from string: "
                    + parsing(text, fault);
        }
        return text.indexOf('%') >= 0
                ? "IP address \"" + text + "\" with zone value is not allowed"
                : "IPv4-mapped IPv6 address \"" + text + "\" is not allowed";
    }

    private static String parsing(String text, String fault) {
        return "ParseAddr(" + GoText.quoted(text) + "): " + fault;
    }

    static String ofRange(String text) {
        String fault = rangeFault(text);
        return fault.isEmpty()
                ? RANGE + "IPv4-mapped IPv6 address \"" + text + "\" is not allowed"
                : RANGE + RANGE + "netip.ParsePrefix(" + GoText.quoted(text) + "): " + fault;
    }

    private static String rangeFault(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            return "no '/'";
        }
        String address = text.substring(0, slash);
        String fault = fault(address);
        if (!fault.isEmpty()) {
            return parsing(address, fault);
        }
        if (address.indexOf('%') >= 0) {
            return "IPv6 zones cannot be present in a prefix";
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("0|[1-9]\\d*")) {
            return "bad bits after slash: " + GoText.quoted(bits);
        }
        int most = address.indexOf(':') < 0 ? 32 : 128;
        return bits.length() > 3 || Integer.parseInt(bits) > most
                ? "prefix length out of range"
                : "";
    }

    /// Empty when the text can be read as an address.
    private static String fault(String text) {
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '.' -> {
                    return four(text, 0);
                }
                case ':' -> {
                    return six(text);
                }
                case '%' -> {
                    return "missing IPv6 address";
                }
                default -> {}
            }
        }
        return "unable to parse IP";
    }

    private static String at(String message, String text, int from) {
        return message + " (at " + GoText.quoted(text.substring(from)) + ")";
    }

    private static String four(String text, int start) {
        int value = 0;
        int digits = 0;
        int fields = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                if (digits == 1 && value == 0) {
                    return "IPv4 field has octet with leading zero";
                }
                value = value * 10 + c - '0';
                digits++;
                if (value > 255) {
                    return "IPv4 field has value >255";
                }
            } else if (c == '.') {
                if (i == start || i == text.length() - 1 || text.charAt(i - 1) == '.') {
                    return at("IPv4 field must have at least one digit", text, i);
                }
                if (fields == 3) {
                    return "IPv4 address too long";
                }
                fields++;
                value = 0;
                digits = 0;
            } else {
                return at("unexpected character", text, i);
            }
        }
        return fields < 3 ? "IPv4 address too short" : "";
    }

    private static String six(String whole) {
        int zone = whole.indexOf('%');
        if (zone == whole.length() - 1 && zone >= 0) {
            return "zone must be a non-empty string";
        }
        String text = zone < 0 ? whole : whole.substring(0, zone);
        int ellipsis = -1;
        int at = 0;
        if (text.startsWith("::")) {
            ellipsis = 0;
            at = 2;
            if (at == text.length()) {
                return "";
            }
        }
        int bytes = 0;
        while (bytes < 16) {
            int end = at;
            while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
                if (end - at > 3) {
                    return at("each group must have 4 or less digits", text, at);
                }
                end++;
            }
            if (end == at) {
                return at("each colon-separated field must have at least one digit", text, at);
            }
            if (end < text.length() && text.charAt(end) == '.') {
                return embedded(text, at, bytes, ellipsis >= 0);
            }
            bytes += 2;
            at = end;
            if (at == text.length()) {
                break;
            }
            if (text.charAt(at) != ':') {
                return at("unexpected character, want colon", text, at);
            }
            if (at + 1 == text.length()) {
                return at("colon must be followed by more characters", text, at);
            }
            at++;
            if (text.charAt(at) == ':') {
                if (ellipsis >= 0) {
                    return at("multiple :: in address", text, at);
                }
                ellipsis = bytes;
                at++;
                if (at == text.length()) {
                    break;
                }
            }
        }
        if (at < text.length()) {
            return at("trailing garbage after address", text, at);
        }
        return length(bytes, ellipsis >= 0);
    }

    private static String length(int bytes, boolean isShortened) {
        if (bytes < 16) {
            return isShortened ? "" : "address string too short";
        }
        return isShortened ? "the :: must expand to at least one field of zeros" : "";
    }

    private static String embedded(String text, int at, int bytes, boolean isShortened) {
        if (!isShortened && bytes != 12) {
            return at("embedded IPv4 address must replace the final 2 fields", text, at);
        }
        if (bytes + 4 > 16) {
            return at("too many hex fields to fit an embedded IPv4 address", text, at);
        }
        String fault = four(text, at);
        return fault.isEmpty() ? length(bytes + 4, isShortened) : fault;
    }
}
