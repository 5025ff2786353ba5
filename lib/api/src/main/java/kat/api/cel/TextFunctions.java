package kat.api.cel;

import java.util.ArrayList;
import java.util.List;
import kat.api.cel.Functions.Table;
import kat.api.regex.Expressions;
import kat.api.regex.Regex;
import kat.api.regex.TooManyStepsException;

/// Functions on texts: the standard ones, cel-go's strings extension and Kubernetes' regular
/// expressions.
final class TextFunctions {

    private TextFunctions() {}

    static void addTo(Table table) {
        table.put("string|contains(string):bool", a -> ((String) a[0]).contains((String) a[1]));
        table.put("string|startsWith(string):bool", a -> ((String) a[0]).startsWith((String) a[1]));
        table.put("string|endsWith(string):bool", a -> ((String) a[0]).endsWith((String) a[1]));
        Expressions patterns = new Expressions();
        Overload.Body matches = a -> matches(pattern(patterns, (String) a[1]), (String) a[0]);
        table.put("string|matches(string):bool", matches);
        table.put("matches(string,string):bool", matches);
        table.put(
                "string|find(string):string",
                a ->
                        all(pattern(patterns, (String) a[1]), (String) a[0], 1).stream()
                                .findFirst()
                                .orElse(""));
        table.put(
                "string|findAll(string):list<string>",
                a -> all(pattern(patterns, (String) a[1]), (String) a[0], -1));
        table.put(
                "string|findAll(string,int):list<string>",
                a -> all(pattern(patterns, (String) a[1]), (String) a[0], (Long) a[2]));
        shapes(table);
        places(table);
        parts(table);
        table.put("string|format(list<dyn>):string", TextFormat::apply);
        table.put("strings.quote(string):string", a -> quoted((String) a[0]));
        table.put(
                "jsonpatch.escapeKey(string):string",
                a -> ((String) a[0]).replace("~", "~0").replace("/", "~1"));
    }

    private static Regex pattern(Expressions known, String source) {
        try {
            return known.get(source);
        } catch (IllegalArgumentException e) {
            throw new CelException(String.valueOf(e.getMessage()));
        }
    }

    /// @throws CelException when it is no pattern
    static void require(String pattern) {
        try {
            Regex.compile(pattern);
        } catch (IllegalArgumentException e) {
            throw new CelException(String.valueOf(e.getMessage()));
        }
    }

    private static boolean matches(Regex pattern, String text) {
        try {
            return pattern.find(text);
        } catch (TooManyStepsException e) {
            throw tooLong(pattern, e);
        }
    }

    private static CelException tooLong(Regex pattern, TooManyStepsException e) {
        return new CelException("regular expression '" + pattern + "': " + e.getMessage());
    }

    private static List<String> all(Regex pattern, String text, long most) {
        try {
            return found(pattern, text, most);
        } catch (TooManyStepsException e) {
            throw tooLong(pattern, e);
        }
    }

    private static List<String> found(Regex pattern, String text, long most) {
        List<String> found = new ArrayList<>();
        Regex.Matches matches = pattern.matcher(text, 0);
        int at = 0;
        int last = -1;
        while ((most < 0 || found.size() < most) && matches.find(at)) {
            // Nothing is no match where one has just ended.
            if (matches.end() > matches.start() || matches.start() != last) {
                found.add(matches.group(0));
            }
            last = matches.end();
            at = matches.end() > matches.start() ? matches.end() : matches.end() + 1;
        }
        return found;
    }

    private static void shapes(Table table) {
        table.put("string|lowerAscii():string", a -> ascii((String) a[0], false));
        table.put("string|upperAscii():string", a -> ascii((String) a[0], true));
        table.put("string|trim():string", a -> trimmed((String) a[0]));
        table.put(
                "string|replace(string,string):string",
                a -> ((String) a[0]).replace((String) a[1], (String) a[2]));
        table.put(
                "string|replace(string,string,int):string",
                a -> replaced((String) a[0], (String) a[1], (String) a[2], (Long) a[3]));
    }

    private static String ascii(String text, boolean upper) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean change = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
            out.append(change ? (char) (c ^ 0x20) : c);
        }
        return out.toString();
    }

    private static String replaced(String text, String old, String by, long most) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        long left = most < 0 ? Long.MAX_VALUE : most;
        while (left > 0) {
            int found = text.indexOf(old, at);
            if (found < 0) {
                break;
            }
            out.append(text, at, found).append(by);
            at = found + old.length();
            left--;
            if (old.isEmpty()) {
                if (at >= text.length()) {
                    break;
                }
                out.append(text.charAt(at));
                at++;
            }
        }
        return out.append(text.substring(Math.min(at, text.length()))).toString();
    }

    private static void places(Table table) {
        table.put("string|charAt(int):string", a -> charAt((String) a[0], (Long) a[1]));
        table.put("string|indexOf(string):int", a -> index((String) a[0], (String) a[1], 0));
        table.put(
                "string|indexOf(string,int):int",
                a -> index((String) a[0], (String) a[1], (Long) a[2]));
        table.put(
                "string|lastIndexOf(string):int",
                a -> points((String) a[0], ((String) a[0]).lastIndexOf((String) a[1])));
        table.put(
                "string|lastIndexOf(string,int):int",
                a -> lastIndex((String) a[0], (String) a[1], (Long) a[2]));
        table.put(
                "string|substring(int):string",
                a -> ((String) a[0]).substring(inside((String) a[0], (Long) a[1])));
        table.put(
                "string|substring(int,int):string",
                a -> {
                    if ((Long) a[1] > (Long) a[2]) {
                        throw new CelException(
                                "invalid substring range. start: " + a[1] + ", end: " + a[2]);
                    }
                    String text = (String) a[0];
                    return text.substring(inside(text, (Long) a[1]), inside(text, (Long) a[2]));
                });
    }

    private static Object charAt(String text, long index) {
        if (index == text.codePointCount(0, text.length())) {
            return "";
        }
        return Character.toString(text.codePointAt(inside(text, index)));
    }

    /// The place in the text that a count of characters means.
    private static int inside(String text, long index) {
        if (index < 0 || index > text.codePointCount(0, text.length())) {
            throw new CelException("index out of range: " + index);
        }
        return text.offsetByCodePoints(0, (int) index);
    }

    private static long index(String text, String wanted, long from) {
        if (wanted.isEmpty()) {
            return from;
        }
        return isBehind(text, from) ? -1 : points(text, text.indexOf(wanted, inside(text, from)));
    }

    private static long lastIndex(String text, String wanted, long from) {
        if (wanted.isEmpty()) {
            return from;
        }
        return isBehind(text, from)
                ? -1
                : points(text, text.lastIndexOf(wanted, inside(text, from)));
    }

    private static boolean isBehind(String text, long index) {
        return index >= text.codePointCount(0, text.length());
    }

    private static long points(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static void parts(Table table) {
        table.put("list<string>|join():string", a -> join((List<?>) a[0], ""));
        table.put("list<string>|join(string):string", a -> join((List<?>) a[0], (String) a[1]));
        table.put(
                "string|split(string):list<string>", a -> split((String) a[0], (String) a[1], -1));
        table.put(
                "string|split(string,int):list<string>",
                a -> split((String) a[0], (String) a[1], (Long) a[2]));
    }

    private static String join(List<?> parts, String between) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (!(parts.get(i) instanceof String text)) {
                throw CelException.noOverload();
            }
            out.append(i == 0 ? "" : between).append(text);
        }
        return out.toString();
    }

    private static List<String> split(String text, String between, long most) {
        List<String> parts = new ArrayList<>();
        if (most == 0) {
            return parts;
        }
        int at = 0;
        while (most < 0 || parts.size() < most - 1) {
            int found = between.isEmpty() ? next(text, at) : text.indexOf(between, at);
            if (found < 0 || (between.isEmpty() && found >= text.length())) {
                break;
            }
            parts.add(text.substring(at, found));
            at = found + between.length();
        }
        if (!between.isEmpty() || !text.isEmpty()) {
            parts.add(text.substring(at));
        }
        return parts;
    }

    private static int next(String text, int at) {
        return at < text.length() ? text.offsetByCodePoints(at, 1) : -1;
    }

    private static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == 0x85 || c == 0xa0 || Character.isSpaceChar(c) || (c >= 9 && c <= 13);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case 7 -> out.append("\\a");
                case 11 -> out.append("\\v");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
