package kat.api.custom;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import kat.api.validation.Addresses;

/// The formats of texts that schemas may ask for.
///
/// **Source:** kube-openapi's `strfmt`; `pkg/apiserver/validation/formats.go` of the apiextensions
/// server.
final class Formats {

    private static final String HEX = "[0-9a-f]{";
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern LONG_DURATION = Pattern.compile("(\\d+)\\s*([A-Za-zµ]+)");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+|.*<[^@\\s]+@[^@\\s]+>");

    private static final Map<String, Predicate<String>> KNOWN =
            Map.ofEntries(
                    Map.entry("bsonobjectid", matching("[0-9a-fA-F]{24}")),
                    Map.entry("uri", Formats::isUri),
                    Map.entry("email", text -> EMAIL.matcher(text).matches()),
                    Map.entry(
                            "hostname",
                            matching(
                                    "(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\\.)*"
                                            + "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")),
                    Map.entry("ipv4", Addresses::isIpv4),
                    Map.entry("ipv6", Addresses::isIpv6),
                    Map.entry("cidr", Addresses::isNetwork),
                    Map.entry(
                            "mac",
                            matching(
                                    "(?i)([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{2}[:-]){7}"
                                            + "[0-9a-f]{2}|([0-9a-f]{4}\\.){2}[0-9a-f]{4}")),
                    Map.entry("uuid", uuid(HEX + "4}", HEX + "4}")),
                    Map.entry("uuid3", uuid("3" + HEX + "3}", HEX + "4}")),
                    Map.entry("uuid4", uuid("4" + HEX + "3}", "[89ab]" + HEX + "3}")),
                    Map.entry("uuid5", uuid("5" + HEX + "3}", "[89ab]" + HEX + "3}")),
                    Map.entry("isbn", text -> isIsbn10(text) || isIsbn13(text)),
                    Map.entry("isbn10", Formats::isIsbn10),
                    Map.entry("isbn13", Formats::isIsbn13),
                    Map.entry("creditcard", matching("[0-9 -]{13,23}")),
                    Map.entry("ssn", matching("\\d{3}[- ]?\\d{2}[- ]?\\d{4}")),
                    Map.entry("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
                    Map.entry(
                            "rgbcolor",
                            matching(
                                    "rgb\\(\\s*\\d{1,3}\\s*,\\s*\\d{1,3}\\s*,\\s*\\d{1,3}\\s*\\)")),
                    Map.entry("byte", Formats::isBase64),
                    Map.entry("password", _ -> true),
                    Map.entry("date", Formats::isDate),
                    Map.entry("duration", Formats::isDuration),
                    Map.entry("datetime", Formats::isTime),
                    Map.entry(
                            "k8sshortname", matching("(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?")),
                    Map.entry(
                            "k8slongname",
                            matching(
                                    "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?"
                                            + "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")));

    private Formats() {}

    private static Predicate<String> matching(String pattern) {
        return Pattern.compile(pattern).asMatchPredicate();
    }

    private static Predicate<String> uuid(String third, String fourth) {
        return matching(
                "(?i)" + HEX + "8}-?" + HEX + "4}-?" + third + "-?" + fourth + "-?" + HEX + "12}");
    }

    /// Whether a schema's format means something for its type.
    ///
    /// @param type empty for none or several
    static boolean isSupported(String type, String format) {
        return switch (type) {
            case "", "string" -> KNOWN.containsKey(normal(format));
            case "integer" -> format.equals("int32") || format.equals("int64");
            case "number" -> format.equals("float") || format.equals("double");
            default -> false;
        };
    }

    /// Whether a text has a format; what is not known has any.
    static boolean matches(String format, String text) {
        Predicate<String> check = KNOWN.get(normal(format));
        return check == null || check.test(text);
    }

    private static String normal(String format) {
        return format.replace("-", "");
    }

    private static boolean isUri(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException notOne) {
            return false;
        }
    }

    private static boolean isIsbn10(String text) {
        String digits = text.replaceAll("[\\s-]+", "");
        if (!digits.matches("\\d{9}[0-9X]")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 10; i++) {
            char c = digits.charAt(i);
            sum += (i + 1) * (c == 'X' ? 10 : c - '0');
        }
        return sum % 11 == 0;
    }

    private static boolean isIsbn13(String text) {
        String digits = text.replaceAll("[\\s-]+", "");
        if (!digits.matches("\\d{13}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 13; i++) {
            sum += (digits.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
        }
        return sum % 10 == 0;
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return text.length() % 4 == 0;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return text.length() == 10;
        } catch (DateTimeException notOne) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            return true;
        } catch (DateTimeException notOne) {
            return false;
        }
    }

    private static boolean isDuration(String text) {
        String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        return rest.equals("0")
                || (!rest.isEmpty() && DURATION.matcher(rest).replaceAll("").isEmpty())
                || LONG_DURATION.matcher(text).matches();
    }
}
