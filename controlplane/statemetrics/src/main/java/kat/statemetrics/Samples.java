package kat.statemetrics;

/// The samples of one object: what follows the labels that all of them share.
///
/// **Threads:** one owner.
final class Samples {

    private final StringBuilder text = new StringBuilder();
    private int familyFrom;

    /// Begins another metric.
    void beginFamily() {
        familyFrom = text.length();
    }

    int length() {
        return text.length();
    }

    /// How many bytes what was added since `from` has in UTF-8.
    int bytesFrom(int from) {
        int bytes = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800 || Character.isSurrogate(c)) {
                bytes += 2;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }

    String text() {
        return text.toString();
    }

    /// @param labels as [#label] writes them
    void add(String labels, String value) {
        text.append(labels).append("} ").append(value).append('\n');
    }

    void add(String labels, long value) {
        text.append(labels).append("} ").append(value).append('\n');
    }

    void add(String labels, boolean value) {
        add(labels, value ? 1 : 0);
    }

    /// Adds a sample of value 1 unless the present metric has it already.
    void addOnce(String labels) {
        String sample = labels + "} 1\n";
        int at = text.indexOf(sample, familyFrom);
        boolean isThere = at == familyFrom || (at > 0 && text.charAt(at - 1) == '\n');
        if (!isThere) {
            text.append(sample);
        }
    }

    /// A label as it stands behind others.
    static String label(String name, String value) {
        StringBuilder out = new StringBuilder(name.length() + value.length() + 4);
        out.append(',').append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
