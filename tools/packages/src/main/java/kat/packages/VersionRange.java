package kat.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which versions of a chart are wanted: `^1.2.0`, `~1.2`, `>=1.0 <2.0 || 3.x`.
///
/// The language is that of Masterminds/semver, which Helm uses. A version with a pre-release is
/// wanted only by a condition that names a pre-release itself.
///
/// @param alternatives one of them must hold, each by all its conditions
record VersionRange(List<List<Condition>> alternatives) {

    private static final String NUMBERS =
            "v?([0-9]+|[xX*])(?:\\.([0-9]+|[xX*]))?(?:\\.([0-9]+|[xX*]))?";
    private static final String REST = "(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?";
    private static final Pattern CONDITION =
            Pattern.compile(
                    "\\s*(=|!=|>=|=>|<=|=<|>|<|~>|~|\\^)?\\s*" + NUMBERS + REST + "[\\s,]*");
    private static final Pattern HYPHEN = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");
    private static final Pattern VERSION = Pattern.compile(NUMBERS + REST);

    /// @param said the numbers that were said, of three; the others are open
    record Condition(String operator, Version version, int said) {

        private static final int ALL = 3;

        boolean holds(Version other) {
            if (!other.preRelease.isEmpty() && version.preRelease.isEmpty()) {
                return false;
            }
            int order = SemanticVersion.ORDER.compare(other.text(), version.text());
            return switch (operator) {
                case "!=" -> said == ALL ? order != 0 : !starts(other, said);
                case ">" -> order > 0 && (said == ALL || !starts(other, said));
                case "<" -> order < 0;
                case ">=", "=>" -> order >= 0;
                case "<=", "=<" -> order <= 0 || (said < ALL && starts(other, said));
                case "~", "~>" -> order >= 0 && starts(other, Math.min(said, ALL - 1));
                case "^" -> order >= 0 && starts(other, firstThatCounts());
                default -> said == ALL ? order == 0 : starts(other, said);
            };
        }

        private boolean starts(Version other, int count) {
            return other.numbers.subList(0, count).equals(version.numbers.subList(0, count));
        }

        /// Up to the first number above nought nothing may change.
        private int firstThatCounts() {
            int count = 1;
            while (count < said && version.numbers.get(count - 1) == 0) {
                count++;
            }
            return Math.min(count, said);
        }
    }

    /// @param numbers three
    record Version(List<Long> numbers, String preRelease) {

        String text() {
            String core = numbers.get(0) + "." + numbers.get(1) + "." + numbers.get(2);
            return preRelease.isEmpty() ? core : core + "-" + preRelease;
        }
    }

    VersionRange {
        alternatives = List.copyOf(alternatives);
    }

    /// @throws HelmException when it is none
    static VersionRange of(String text) {
        List<List<Condition>> alternatives = new ArrayList<>();
        for (String part : text.split("\\|\\|", -1)) {
            String plain = HYPHEN.matcher(part).replaceAll(">=$1 <=$2");
            Matcher matcher = CONDITION.matcher(plain);
            List<Condition> conditions = new ArrayList<>();
            int at = 0;
            while (at < plain.length() && matcher.find(at) && matcher.start() == at) {
                conditions.add(condition(matcher));
                at = matcher.end();
            }
            if (conditions.isEmpty() || at < plain.length()) {
                throw new HelmException("improper constraint: " + text);
            }
            alternatives.add(List.copyOf(conditions));
        }
        return new VersionRange(alternatives);
    }

    private static Condition condition(Matcher matcher) {
        int said = 0;
        while (said < 3 && isNumber(matcher.group(said + 2))) {
            said++;
        }
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            numbers.add(i < said ? Long.parseLong(matcher.group(i + 2)) : 0L);
        }
        String operator = matcher.group(1);
        return new Condition(
                operator == null ? "" : operator,
                new Version(List.copyOf(numbers), text(matcher.group(5))),
                said);
    }

    private static boolean isNumber(@Nullable String group) {
        return group != null && Character.isDigit(group.charAt(0));
    }

    private static String text(@Nullable String group) {
        return group == null ? "" : group;
    }

    /// Whether it names one version, not a range of them.
    static boolean isExact(String text) {
        Matcher matcher = VERSION.matcher(text);
        return matcher.matches() && isNumber(matcher.group(3));
    }

    /// Whether a version is wanted; what is no version never is.
    boolean contains(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches() || !isNumber(matcher.group(1))) {
            return false;
        }
        List<Long> numbers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            numbers.add(isNumber(matcher.group(i)) ? Long.parseLong(matcher.group(i)) : 0L);
        }
        Version other = new Version(List.copyOf(numbers), text(matcher.group(4)));
        return alternatives.stream()
                .anyMatch(all -> all.stream().allMatch(condition -> condition.holds(other)));
    }
}
