package kat.dns;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A domain name, lower-case, without the root label.
///
/// @param labels from the left; each of 1 to 63 characters
record DnsName(List<String> labels) {

    static final DnsName ROOT = new DnsName(List.of());

    /// The most bytes a name may have on the wire (RFC 1035 §2.3.4).
    static final int MOST_BYTES = 255;

    static final int MOST_LABEL_BYTES = 63;

    DnsName {
        labels = List.copyOf(labels);
    }

    /// Parses the usual dotted form; a dot at the end changes nothing.
    static DnsName of(String text) {
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return bare.isEmpty()
                ? ROOT
                : new DnsName(List.of(bare.toLowerCase(Locale.ROOT).split("\\.", -1)));
    }

    int size() {
        return labels.size();
    }

    String label(int index) {
        return labels.get(index);
    }

    boolean isAtOrBelow(DnsName zone) {
        int extra = size() - zone.size();
        return extra >= 0 && labels.subList(extra, size()).equals(zone.labels);
    }

    /// What stands left of `zone`, which must end this name.
    List<String> labelsBefore(DnsName zone) {
        return labels.subList(0, size() - zone.size());
    }

    /// This name with labels put before it.
    DnsName below(String... more) {
        return new DnsName(Stream.concat(List.of(more).stream(), labels.stream()).toList());
    }

    /// Whether it can be written into a message.
    boolean isWritable() {
        int bytes = 1;
        for (String label : labels) {
            if (label.isEmpty() || label.length() > MOST_LABEL_BYTES) {
                return false;
            }
            bytes += label.length() + 1;
        }
        return bytes <= MOST_BYTES;
    }

    @Override
    public String toString() {
        return String.join(".", labels) + ".";
    }
}
