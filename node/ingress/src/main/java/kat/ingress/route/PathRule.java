package kat.ingress.route;

import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// Which paths a rule is for. Rules are tried in their order: longer ones first, of equally long
/// ones those that match exactly.
///
/// **Source:** Kubernetes, "Ingress", "Path types"; ingress-nginx, "Ingress Path Matching".
public final class PathRule implements Comparable<PathRule> {

    /// How a path is compared; in the order in which equally long ones are tried.
    enum Form {
        /// The whole path.
        EXACT,
        /// Whole elements of the path.
        ELEMENTS,
        /// Any beginning of the path.
        BEGINNING,
        /// A regular expression for the beginning, whatever the case of letters.
        REGEX
    }

    /// Groups are named by one digit.
    private static final int MOST_GROUPS = 9;

    private static final String META = "\\^$*+?()[]{}|";

    private final String text;
    private final Form form;
    private final @Nullable Regex regex;

    private PathRule(String text, Form form, @Nullable Regex regex) {
        this.text = text;
        this.form = form;
        this.regex = regex;
    }

    /// @param regexes whether the Ingress' paths are regular expressions
    /// @throws IllegalArgumentException when it is no such expression
    static PathRule of(String path, String type, boolean regexes) {
        String text = path.isEmpty() ? "/" : path;
        boolean plain = text.chars().noneMatch(c -> META.indexOf(c) >= 0);
        if (type.equals("Exact")) {
            return new PathRule(text, Form.EXACT, null);
        }
        if (type.equals("Prefix") && (plain || !regexes)) {
            boolean slash = text.length() > 1 && text.endsWith("/");
            String elements = slash ? text.substring(0, text.length() - 1) : text;
            return new PathRule(elements, Form.ELEMENTS, null);
        }
        return regexes
                ? new PathRule(text, Form.REGEX, Regex.compile("(?i)^" + text))
                : new PathRule(text, Form.BEGINNING, null);
    }

    /// @param path without query, normalized
    /// @throws kat.api.regex.TooManyStepsException when that takes too long to tell
    public boolean matches(String path) {
        return switch (form) {
            case EXACT -> path.equals(text);
            case ELEMENTS -> matchesElements(path);
            case BEGINNING -> path.startsWith(text);
            case REGEX -> regex != null && regex.find(path);
        };
    }

    private boolean matchesElements(String path) {
        int length = text.length();
        return path.startsWith(text)
                && (path.length() == length || length == 1 || path.charAt(length) == '/');
    }

    /// What `target` stands for: `$1` to `$9` are the groups of the expression, which come out
    /// encoded.
    ///
    /// @throws kat.api.regex.TooManyStepsException when that takes too long to tell
    String rewrite(String path, String target) {
        Regex.Matches match = regex == null ? null : regex.matcher(path, MOST_GROUPS);
        if (match == null || !match.find(0)) {
            match = null;
        }
        StringBuilder to = new StringBuilder(target.length() + path.length());
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            int group = i + 1 < target.length() ? target.charAt(i + 1) - '0' : -1;
            if (c == '$' && group >= 1 && group <= MOST_GROUPS) {
                i++;
                if (match != null && group <= match.groups() && match.has(group)) {
                    to.append(Paths.encode(match.group(group)));
                }
            } else {
                to.append(c);
            }
        }
        return to.toString();
    }

    boolean isRegex() {
        return form == Form.REGEX;
    }

    boolean isSame(PathRule other) {
        return text.equals(other.text) && form == other.form;
    }

    /// As the Ingress writes it.
    public String text() {
        return text;
    }

    @Override
    public int compareTo(PathRule other) {
        int byLength = Integer.compare(other.text.length(), text.length());
        return byLength != 0 ? byLength : form.compareTo(other.form);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathRule rule && isSame(rule);
    }

    @Override
    public int hashCode() {
        return text.hashCode() * 31 + form.hashCode();
    }

    @Override
    public String toString() {
        return form + " " + text;
    }
}
