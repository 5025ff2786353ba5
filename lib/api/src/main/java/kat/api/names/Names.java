package kat.api.names;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What names, keys and addresses may be made of. Each check gives the sentences that say what is
/// wrong; none when nothing is.
///
/// **Source:** apimachinery's `util/validation`.
public final class Names {

    static final String PORT_RANGE = "must be between 1 and 65535, inclusive";

    private static final int LABEL_LENGTH = 63;
    public static final int SUBDOMAIN_LENGTH = 253;
    private static final int PORT_NAME_LENGTH = 15;

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String UNDERSCORED_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String UNDERSCORED = UNDERSCORED_LABEL + "(\\." + UNDERSCORED_LABEL + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String LABEL_VALUE = "(" + QUALIFIED + ")?";
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
    private static final String C_IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";
    private static final String PERCENT = "[0-9]+%";

    private static final String URL_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
    private static final Pattern URL_PATH_PATTERN = Pattern.compile(URL_PATH);
    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern SUBDOMAIN_PATTERN = Pattern.compile(SUBDOMAIN);
    private static final Pattern UNDERSCORED_PATTERN = Pattern.compile(UNDERSCORED);
    private static final Pattern LABEL_1035_PATTERN = Pattern.compile(LABEL_1035);
    private static final Pattern WILDCARD_PATTERN = Pattern.compile("\\*\\." + SUBDOMAIN);
    private static final Pattern QUALIFIED_PATTERN = Pattern.compile(QUALIFIED);
    private static final Pattern LABEL_VALUE_PATTERN = Pattern.compile(LABEL_VALUE);
    private static final Pattern CONFIG_KEY_PATTERN = Pattern.compile(CONFIG_KEY);
    private static final Pattern C_IDENTIFIER_PATTERN = Pattern.compile(C_IDENTIFIER);
    private static final Pattern PERCENT_PATTERN = Pattern.compile(PERCENT);
    private static final Pattern PORT_NAME_PATTERN = Pattern.compile("[-a-z0-9]+");
    private static final Pattern LETTER_PATTERN = Pattern.compile("[a-z]");
    private static final Pattern ENV_PATTERN = Pattern.compile("[ -<>-~]+");

    private static final String PLAIN =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                    + " an alphanumeric character";

    private Names() {}

    private static String regexError(String text, String regex, String... examples) {
        StringBuilder all = new StringBuilder(text).append(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            all.append(i > 0 ? " or " : "").append("'").append(examples[i]).append("', ");
        }
        return all.append("regex used for validation is '").append(regex).append("')").toString();
    }

    private static String tooLong(int length) {
        return "must be no more than " + length + " characters";
    }

    /// What newer checks of Kubernetes call it: those of labels, their values and qualified names.
    private static String tooManyBytes(int length) {
        return "must be no more than " + length + " bytes";
    }

    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    public static List<String> dnsLabel(String text) {
        List<String> faults = new ArrayList<>();
        if (bytes(text) > LABEL_LENGTH) {
            faults.add(tooLong(LABEL_LENGTH));
        }
        if (!LABEL_PATTERN.matcher(text).matches()) {
            faults.add(
                    SUBDOMAIN_PATTERN.matcher(text).matches()
                            ? "must not contain dots"
                            : regexError(
                                    "a lowercase RFC 1123 label must consist of lower case"
                                            + " alphanumeric characters or '-', and must start and"
                                            + " end with an alphanumeric character",
                                    LABEL,
                                    "my-name",
                                    "123-abc"));
        }
        return faults;
    }

    public static List<String> dnsSubdomain(String text) {
        return subdomain(text, tooLong(SUBDOMAIN_LENGTH));
    }

    private static List<String> subdomain(String text, String tooLong) {
        List<String> faults = new ArrayList<>();
        if (bytes(text) > SUBDOMAIN_LENGTH) {
            faults.add(tooLong);
        }
        if (!SUBDOMAIN_PATTERN.matcher(text).matches()) {
            faults.add(
                    regexError(
                            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                                    + " characters, '-' or '.', and must start and end with an"
                                    + " alphanumeric character",
                            SUBDOMAIN,
                            "example.com"));
        }
        return faults;
    }

    /// A subdomain as newer checks of Kubernetes word it.
    public static List<String> longName(String text) {
        return subdomain(text, tooManyBytes(SUBDOMAIN_LENGTH));
    }

    /// A subdomain in which names may hold underscores, as search paths of DNS do.
    public static List<String> underscoredSubdomain(String text) {
        List<String> faults = new ArrayList<>();
        if (bytes(text) > SUBDOMAIN_LENGTH) {
            faults.add(tooLong(SUBDOMAIN_LENGTH));
        }
        if (!UNDERSCORED_PATTERN.matcher(text).matches()) {
            faults.add(
                    regexError(
                            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                                    + " characters, '_', '-' or '.', and must start and end with an"
                                    + " alphanumeric character",
                            UNDERSCORED,
                            "example.com"));
        }
        return faults;
    }

    public static List<String> dns1035Label(String text) {
        List<String> faults = new ArrayList<>();
        if (bytes(text) > LABEL_LENGTH) {
            faults.add(tooLong(LABEL_LENGTH));
        }
        if (!LABEL_1035_PATTERN.matcher(text).matches()) {
            faults.add(
                    regexError(
                            "a DNS-1035 label must consist of lower case alphanumeric characters or"
                                    + " '-', start with an alphabetic character, and end with an"
                                    + " alphanumeric character",
                            LABEL_1035,
                            "my-name",
                            "abc-123"));
        }
        return faults;
    }

    public static List<String> wildcardSubdomain(String text) {
        return WILDCARD_PATTERN.matcher(text).matches()
                ? List.of()
                : List.of(
                        regexError(
                                "a wildcard DNS-1123 subdomain must start with '*.', followed by a"
                                        + " valid DNS subdomain, which must consist of lower case"
                                        + " alphanumeric characters, '-' or '.' and end with an"
                                        + " alphanumeric character",
                                "\\*\\." + SUBDOMAIN,
                                "*.example.com"));
    }

    public static List<String> qualifiedName(String text) {
        List<String> faults = new ArrayList<>();
        int slash = text.indexOf('/');
        if (slash != text.lastIndexOf('/')) {
            faults.add(
                    "a valid label key "
                            + qualifiedError()
                            + " with an optional DNS subdomain prefix and '/' (e.g."
                            + " 'example.com/MyName')");
            return faults;
        }
        if (slash == 0) {
            faults.add("prefix part must be non-empty");
        } else if (slash > 0) {
            subdomain(text.substring(0, slash), tooManyBytes(SUBDOMAIN_LENGTH))
                    .forEach(each -> faults.add("prefix part " + each));
        }
        String name = text.substring(slash + 1);
        if (name.isEmpty()) {
            faults.add("name part must be non-empty");
        } else if (bytes(name) > LABEL_LENGTH) {
            faults.add("name part " + tooManyBytes(LABEL_LENGTH));
        }
        if (!QUALIFIED_PATTERN.matcher(name).matches()) {
            faults.add("name part " + qualifiedError());
        }
        return faults;
    }

    private static String qualifiedError() {
        return regexError(PLAIN, QUALIFIED, "MyName", "my.name", "123-abc");
    }

    public static List<String> labelValue(String text) {
        List<String> faults = new ArrayList<>();
        if (bytes(text) > LABEL_LENGTH) {
            faults.add(tooManyBytes(LABEL_LENGTH));
        }
        if (!LABEL_VALUE_PATTERN.matcher(text).matches()) {
            faults.add(
                    regexError(
                            "a valid label must be an empty string or consist of alphanumeric"
                                    + " characters, '-', '_' or '.', and must start and end with an"
                                    + " alphanumeric character",
                            LABEL_VALUE,
                            "MyValue",
                            "my_value",
                            "12345"));
        }
        return faults;
    }

    public static List<String> configKey(String text) {
        List<String> faults = new ArrayList<>();
        if (bytes(text) > SUBDOMAIN_LENGTH) {
            faults.add(tooLong(SUBDOMAIN_LENGTH));
        }
        if (!CONFIG_KEY_PATTERN.matcher(text).matches()) {
            faults.add(
                    regexError(
                            "a valid config key must consist of alphanumeric characters, '-', '_'"
                                    + " or '.'",
                            CONFIG_KEY,
                            "key.name",
                            "KEY_NAME",
                            "key-name"));
        }
        if (text.equals(".") || text.equals("..")) {
            faults.add("must not be '" + text + "'");
        } else if (text.startsWith("..")) {
            faults.add("must not start with '..'");
        }
        return faults;
    }

    /// What may follow the host in the path of a URL.
    public static List<String> urlPath(String text) {
        return URL_PATH_PATTERN.matcher(text).matches()
                ? List.of()
                : List.of("Invalid path (regex used for validation is '" + URL_PATH + "')");
    }

    public static List<String> cIdentifier(String text) {
        return C_IDENTIFIER_PATTERN.matcher(text).matches()
                ? List.of()
                : List.of(
                        regexError(
                                "a valid C identifier must start with alphabetic character or"
                                        + " '_', followed by a string of alphanumeric characters"
                                        + " or '_'",
                                C_IDENTIFIER,
                                "my_name",
                                "MY_NAME",
                                "MyName"));
    }

    public static List<String> environmentName(String text) {
        return ENV_PATTERN.matcher(text).matches()
                ? List.of()
                : List.of(
                        "a valid environment variable name must consist only of printable ASCII"
                                + " characters other than '='");
    }

    public static List<String> portName(String text) {
        List<String> faults = new ArrayList<>();
        if (text.length() > PORT_NAME_LENGTH) {
            faults.add(tooLong(PORT_NAME_LENGTH));
        }
        if (!PORT_NAME_PATTERN.matcher(text).matches()) {
            faults.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!LETTER_PATTERN.matcher(text).find()) {
            faults.add("must contain at least one letter (a-z)");
        }
        if (text.contains("--")) {
            faults.add("must not contain consecutive hyphens");
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            faults.add("must not begin or end with a hyphen");
        }
        return faults;
    }

    public static List<String> portNumber(long port) {
        return port >= 1 && port <= 65535 ? List.of() : List.of(PORT_RANGE);
    }

    public static List<String> percent(String text) {
        return PERCENT_PATTERN.matcher(text).matches()
                ? List.of()
                : List.of(
                        regexError(
                                "a valid percent string must be a numeric string followed by an"
                                        + " ending '%'",
                                PERCENT, "1%", "93%"));
    }

    /// A name that can be one step of a path, as all resources require.
    public static List<String> pathSegment(String text) {
        List<String> faults = new ArrayList<>();
        if (text.equals(".") || text.equals("..")) {
            faults.add("may not be '" + text + "'");
            return faults;
        }
        for (String part : List.of("/", "%")) {
            if (text.contains(part)) {
                faults.add("may not contain '" + part + "'");
            }
        }
        return faults;
    }

    /// A check for the prefix that names are generated from: a hyphen at its end is no fault.
    public static List<String> prefix(String text, Function<String, List<String>> check) {
        return check.apply(text.endsWith("-") ? text.substring(0, text.length() - 1) + "a" : text);
    }
}
