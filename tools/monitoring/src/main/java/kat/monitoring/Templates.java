package kat.monitoring;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Templates in labels and annotations of alerts, as far as their form goes: braces, quotes,
/// blocks, variables and functions. Prometheus refuses all rules for one that is broken.
///
/// **Source:** "Template reference" of Prometheus' documentation; Go's `text/template`.
final class Templates {

    private static final Pattern ACTION =
            Pattern.compile(
                    "\\{\\{-?((?:[^\"`}]|}(?!})|\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)*?)-?}}",
                    Pattern.DOTALL);
    private static final Pattern WORD =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|([$.]?[A-Za-z_][A-Za-z0-9_.]*)");
    private static final Set<String> OPENING = Set.of("if", "range", "with", "define", "block");
    private static final Set<String> KNOWN =
            Set.of(
                    "if",
                    "range",
                    "with",
                    "define",
                    "block",
                    "else",
                    "end",
                    "template",
                    "nil",
                    "true",
                    "false",
                    "and",
                    "or",
                    "not",
                    "len",
                    "index",
                    "slice",
                    "print",
                    "printf",
                    "println",
                    "html",
                    "js",
                    "urlquery",
                    "call",
                    "eq",
                    "ne",
                    "lt",
                    "le",
                    "gt",
                    "ge",
                    "query",
                    "first",
                    "label",
                    "value",
                    "sortByLabel",
                    "strvalue",
                    "args",
                    "reReplaceAll",
                    "safeHtml",
                    "match",
                    "title",
                    "toUpper",
                    "toLower",
                    "graphLink",
                    "tableLink",
                    "humanize",
                    "humanize1024",
                    "humanizeDuration",
                    "humanizePercentage",
                    "humanizeTimestamp",
                    "pathPrefix",
                    "externalURL",
                    "parseDuration",
                    "stripPort",
                    "stripDomain",
                    "tmpl",
                    "toTime",
                    "break",
                    "continue");
    private static final Set<String> VARIABLES =
            Set.of("$labels", "$value", "$externalLabels", "$externalURL");

    private Templates() {}

    /// @throws InvalidException when it is no template
    static void require(String text, String path) {
        Matcher action = ACTION.matcher(text);
        int from = 0;
        int open = 0;
        boolean declares = text.contains(":=");
        while (action.find()) {
            braces(text.substring(from, action.start()), path);
            from = action.end();
            String inside = action.group(1).strip();
            if (inside.startsWith("/*")) {
                continue;
            }
            if (inside.isEmpty()) {
                throw new InvalidException(path, "an action without a command");
            }
            words(inside, declares, path);
            String first = inside.split("[ \\t\\n(]", 2)[0];
            open += OPENING.contains(first) ? 1 : first.equals("end") ? -1 : 0;
            if (open < 0) {
                throw new InvalidException(path, "an end without its beginning");
            }
        }
        braces(text.substring(from), path);
        if (open > 0) {
            throw new InvalidException(path, "a beginning without its end");
        }
    }

    private static void braces(String between, String path) {
        if (between.contains("{{")) {
            throw new InvalidException(path, "an action that is not closed");
        }
    }

    private static void words(String inside, boolean declares, String path) {
        Matcher word = WORD.matcher(inside);
        while (word.find()) {
            String name = word.group(1);
            if (name == null || name.startsWith(".")) {
                continue;
            }
            String plain = name.indexOf('.') < 0 ? name : name.substring(0, name.indexOf('.'));
            boolean isVariable = plain.startsWith("$");
            boolean known =
                    isVariable ? declares || VARIABLES.contains(plain) : KNOWN.contains(plain);
            boolean member = word.start() > 0 && ").".indexOf(inside.charAt(word.start() - 1)) >= 0;
            if (!known && !member) {
                throw new InvalidException(path, "nothing is named '" + plain + "'");
            }
        }
    }
}
