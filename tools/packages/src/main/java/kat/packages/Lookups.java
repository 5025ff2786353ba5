package kat.packages;

/// Questions of templates to the cluster, where none is to be asked: `helm template` and
/// `--dry-run=client` answer each `lookup` with an empty object. The library asks whatever
/// cluster it finds, and fails without one; so the function is replaced before it sees the
/// template.
///
/// **Source:** `pkg/engine/engine.go` of Helm;
/// `https://helm.sh/docs/chart_template_guide/functions_and_pipelines/`.
final class Lookups {

    private static final String NAME = "lookup";

    /// The first of its arguments that is empty: the object in front of those of `lookup`.
    private static final String NOTHING = "and (dict)";

    private static final String COMMENT_START = "/*";
    private static final String COMMENT_END = "*/";

    private Lookups() {}

    static String answeredWithNothing(String template) {
        if (!template.contains(NAME)) {
            return template;
        }
        StringBuilder answered = new StringBuilder();
        int at = 0;
        for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", at)) {
            answered.append(template, at, open + 2);
            at = action(template, open + 2, answered);
        }
        return answered.append(template, at, template.length()).toString();
    }

    /// Copies what is between `{{` and `}}`.
    ///
    /// @return where it ends
    private static int action(String text, int start, StringBuilder to) {
        int at = start;
        while (at < text.length() && !text.startsWith("}}", at)) {
            int end = word(text, at);
            to.append(isCall(text, at, end) ? NOTHING : text.substring(at, end));
            at = end;
        }
        return at;
    }

    /// Where what begins at `at` ends: a text in quotes, a comment, a word, or one sign.
    private static int word(String text, int at) {
        char first = text.charAt(at);
        if (first == '"' || first == '`' || first == '\'') {
            return quoted(text, at);
        }
        if (text.startsWith(COMMENT_START, at)) {
            int end = text.indexOf(COMMENT_END, at + COMMENT_START.length());
            return end < 0 ? text.length() : end + COMMENT_END.length();
        }
        int end = at;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        return Math.max(end, at + 1);
    }

    private static int quoted(String text, int at) {
        char quote = text.charAt(at);
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += text.charAt(end) == '\\' && quote != '`' ? 2 : 1;
        }
        return Math.min(end + 1, text.length());
    }

    /// Fields and variables are words with their first sign: `.lookup` and `$lookup` are none.
    private static boolean isWord(char sign) {
        return Character.isLetterOrDigit(sign) || sign == '_' || sign == '.' || sign == '$';
    }

    private static boolean isCall(String text, int at, int end) {
        return end - at == NAME.length() && text.startsWith(NAME, at);
    }
}
