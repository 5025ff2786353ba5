package kat.dev.build;

import java.util.regex.Pattern;

/// Patterns of file names: `*`, `?`, `[…]` within a step, `**` over any number of steps.
public final class Patterns {

    private Patterns() {}

    /// A pattern as an expression over relative names with `/`.
    public static Pattern of(String glob) {
        StringBuilder expression = new StringBuilder();
        String text = glob.startsWith("./") ? glob.substring(2) : glob;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (text.startsWith("**/", i)) {
                expression.append("(?:.*/)?");
                i += 2;
            } else if (text.startsWith("**", i)) {
                expression.append(".*");
                i++;
            } else if (c == '*') {
                expression.append("[^/]*");
            } else if (c == '?') {
                expression.append("[^/]");
            } else if (c == '[' && text.indexOf(']', i) > 0) {
                int end = text.indexOf(']', i);
                expression.append(text.substring(i, end + 1).replace("[!", "[^"));
                i = end;
            } else {
                expression.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(expression.toString());
    }

    /// A pattern that matches what it names and everything below it.
    static Pattern ofTree(String glob) {
        String plain = glob.endsWith("/") ? glob.substring(0, glob.length() - 1) : glob;
        if (plain.equals(".") || plain.isEmpty()) {
            return Pattern.compile(".*");
        }
        return Pattern.compile(of(plain).pattern() + "(?:/.*)?");
    }
}
