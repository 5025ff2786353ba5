package kat.dev.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of Go's templates that skaffold.yaml needs: `{{.NAME}}`, texts in quotes, pipes,
/// and the functions `default`, `lower`, `upper`, `trim`, `trunc`, `replace` and `quote`.
public final class Template {

    private static final Pattern ACTION = Pattern.compile("\\{\\{-?(.*?)-?}}", Pattern.DOTALL);
    private static final Pattern WORD =
            Pattern.compile("\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|\\||[^\\s|\"`]+)");

    private Template() {}

    /// The text with each action replaced by its value.
    ///
    /// @param variables what names stand for
    /// @throws DevException for a name without value and for what is not supported
    public static String expand(String text, Map<String, String> variables) {
        if (!text.contains("{{")) {
            return text;
        }
        Matcher action = ACTION.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (action.find()) {
            String value = pipeline(action.group(1), variables, text);
            action.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        action.appendTail(expanded);
        if (expanded.indexOf("{{") >= 0 && text.indexOf("}}", text.lastIndexOf("{{")) < 0) {
            throw new DevException("template \"" + text + "\": {{ has no end");
        }
        return expanded.toString();
    }

    private static String pipeline(String action, Map<String, String> variables, String text) {
        String piped = null;
        List<String> command = new ArrayList<>();
        boolean isFirst = true;
        for (String word : words(action)) {
            if (word.equals("|")) {
                piped = command(command, isFirst ? null : piped, !isFirst, variables, text);
                isFirst = false;
                command.clear();
            } else {
                command.add(word);
            }
        }
        String value = command(command, piped, !isFirst, variables, text);
        if (value == null) {
            throw new DevException(
                    "template \""
                            + text
                            + "\": "
                            + action.strip()
                            + " has no value; set the environment variable");
        }
        return value;
    }

    private static List<String> words(String action) {
        Matcher word = WORD.matcher(action.strip());
        List<String> words = new ArrayList<>();
        while (word.lookingAt()) {
            words.add(word.group(1));
            word.region(word.end(), word.regionEnd());
        }
        return words;
    }

    /// One command of a pipe; null when it is a name without value.
    private static @Nullable String command(
            List<String> words,
            @Nullable String piped,
            boolean isPiped,
            Map<String, String> variables,
            String text) {
        if (words.isEmpty()) {
            throw new DevException("template \"" + text + "\": an action is empty");
        }
        List<@Nullable String> arguments = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            arguments.add(operand(word, variables, text));
        }
        String name = words.getFirst();
        boolean isValue = name.startsWith(".") || name.startsWith("\"") || name.startsWith("`");
        if (isValue) {
            return operand(name, variables, text);
        }
        if (isPiped) {
            arguments.add(piped);
        }
        return call(name, arguments, text);
    }

    private static @Nullable String operand(
            String word, Map<String, String> variables, String text) {
        if (word.startsWith("\"")) {
            return word.substring(1, word.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
        }
        if (word.startsWith("`")) {
            return word.substring(1, word.length() - 1);
        }
        if (word.startsWith(".") && word.length() > 1) {
            return variables.get(word.substring(1));
        }
        if (word.chars().allMatch(Character::isDigit)) {
            return word;
        }
        throw new DevException(
                "template \"" + text + "\": KAT does not understand " + word + " here");
    }

    private static @Nullable String call(
            String name, List<@Nullable String> arguments, String text) {
        int wanted =
                switch (name) {
                    case "lower", "upper", "trim", "quote" -> 1;
                    case "default", "trunc" -> 2;
                    case "replace" -> 3;
                    default ->
                            throw new DevException(
                                    "template \"" + text + "\": KAT has no function " + name);
                };
        if (arguments.size() != wanted) {
            throw new DevException(
                    "template \"" + text + "\": " + name + " takes " + wanted + " values");
        }
        String last = arguments.getLast();
        if (name.equals("default")) {
            return last == null || last.isEmpty() ? arguments.getFirst() : last;
        }
        if (last == null) {
            return null;
        }
        return switch (name) {
            case "lower" -> last.toLowerCase(Locale.ROOT);
            case "upper" -> last.toUpperCase(Locale.ROOT);
            case "trim" -> last.strip();
            case "quote" -> "\"" + last + "\"";
            case "trunc" -> last.substring(0, Math.min(last.length(), length(arguments)));
            default -> last.replace(said(arguments.getFirst()), said(arguments.get(1)));
        };
    }

    private static int length(List<@Nullable String> arguments) {
        return Integer.parseInt(said(arguments.getFirst()));
    }

    private static String said(@Nullable String value) {
        return value == null ? "" : value;
    }
}
