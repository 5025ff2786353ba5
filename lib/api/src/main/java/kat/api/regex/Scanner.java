package kat.api.regex;

/// A place in an expression that is being read.
///
/// **Threads:** one.
final class Scanner {

    /// Stands for a number that is none.
    static final int NONE = -1;

    private final String source;
    private int at;

    Scanner(String source) {
        this.source = source;
    }

    static IllegalArgumentException refused(String why, String part) {
        return new IllegalArgumentException("error parsing regexp: " + why + ": `" + part + "`");
    }

    int at() {
        return at;
    }

    int left() {
        return source.length() - at;
    }

    boolean atEnd() {
        return at >= source.length();
    }

    char peek() {
        return source.charAt(at);
    }

    /// A character further on, which has to be there.
    char peek(int ahead) {
        return source.charAt(at + ahead);
    }

    boolean startsWith(String text) {
        return source.startsWith(text, at);
    }

    void moveTo(int place) {
        at = place;
    }

    void skip(int count) {
        at += count;
    }

    /// The next character, which is read.
    int next() {
        int codePoint = source.codePointAt(at);
        at += Character.charCount(codePoint);
        return codePoint;
    }

    /// Reads a character if it is this one.
    boolean takes(char wanted) {
        boolean there = !atEnd() && peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    /// What was read since a place.
    String since(int from) {
        return source.substring(from, at);
    }

    /// All from a place on.
    String from(int place) {
        return source.substring(place);
    }

    /// Where a text comes next, at a place or behind it; negative when it does not.
    int find(String text, int from) {
        return source.indexOf(text, from);
    }
}
