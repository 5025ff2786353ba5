package kat.api.selector;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What label keys and values may look like, with Kubernetes' sentences.
///
/// **Source:** `apimachinery/pkg/util/validation`.
final class LabelText {

    private static final int LONGEST_NAME = 63;
    private static final int LONGEST_PREFIX = 253;
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern PREFIX =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private LabelText() {}

    /// What is wrong with a key; null when nothing is.
    static @Nullable String faultOfKey(String key) {
        int slash = key.indexOf('/');
        String name = slash < 0 ? key : key.substring(slash + 1);
        if (slash == 0) {
            return "prefix part must be non-empty";
        }
        if (slash > 0) {
            String prefix = key.substring(0, slash);
            if (prefix.length() > LONGEST_PREFIX) {
                return "prefix part must be no more than " + LONGEST_PREFIX + " bytes";
            }
            if (!PREFIX.matcher(prefix).matches()) {
                return "prefix part a lowercase RFC 1123 subdomain must consist of lower case"
                        + " alphanumeric characters, '-' or '.', and must start and end with an"
                        + " alphanumeric character (e.g. 'example.com', regex used for validation"
                        + " is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
            }
        }
        if (name.isEmpty()) {
            return "name part must be non-empty";
        }
        if (name.length() > LONGEST_NAME) {
            return "name part must be no more than " + LONGEST_NAME + " bytes";
        }
        return NAME.matcher(name).matches()
                ? null
                : "name part must consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'MyName',  or"
                        + " 'my.name',  or '123-abc', regex used for validation is"
                        + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    }

    /// What is wrong with a value; null when nothing is.
    static @Nullable String faultOfValue(String value) {
        if (value.length() > LONGEST_NAME) {
            return "must be no more than " + LONGEST_NAME + " bytes";
        }
        return value.isEmpty() || NAME.matcher(value).matches()
                ? null
                : "a valid label must be an empty string or consist of alphanumeric characters,"
                        + " '-', '_' or '.', and must start and end with an alphanumeric character"
                        + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation"
                        + " is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    }
}
