package kat.api.yaml;

/// Text that grows, and the column at which it ends.
final class YamlLines {

    private final StringBuilder text = new StringBuilder();
    private int column;

    /// Code points since the last line break.
    int column() {
        return column;
    }

    void put(int c) {
        text.appendCodePoint(c);
        boolean breaks = c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
        column = breaks ? 0 : column + 1;
    }

    void put(String more) {
        more.codePoints().forEach(this::put);
    }

    /// Goes to a column of the next line; of this one when nothing stands in it.
    void newLine(int indent) {
        endLine();
        text.repeat(' ', indent);
        column = indent;
    }

    /// Ends this line unless nothing stands in it.
    void endLine() {
        if (column > 0) {
            put('\n');
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
