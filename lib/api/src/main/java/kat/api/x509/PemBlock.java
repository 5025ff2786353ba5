package kat.api.x509;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block of PEM. Text outside of blocks is skipped, as are blocks whose content is not
/// Base64.
///
/// The text is walked once, whatever stands in it: it comes from whoever sends requests.
///
/// **Threads:** immutable.
///
/// **Source:** RFC 7468; `Decode` of Go's `encoding/pem`, which tells what is a block of what
/// is not well-formed.
public final class PemBlock {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "\n-----END ";
    private static final String DASHES = "-----";
    private static final int BASE64_UNIT = 4;

    private final String type;
    private final boolean hasHeaders;
    private final byte[] content;
    private final int after;

    private PemBlock(String type, boolean hasHeaders, byte[] content, int after) {
        this.type = type;
        this.hasHeaders = hasHeaders;
        this.content = content;
        this.after = after;
    }

    /// What Base64 stands for, as text of which each character is a byte; empty when there is
    /// none.
    public static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), ISO_8859_1);
        } catch (IllegalArgumentException noBase64) {
            return "";
        }
    }

    /// Every block, in the order of the text.
    ///
    /// @param pem of which each character is a byte, as is that of [#first]
    public static List<PemBlock> all(String pem) {
        List<PemBlock> found = new ArrayList<>();
        PemBlock next = from(pem, 0);
        while (next != null) {
            found.add(next);
            next = from(pem, next.after);
        }
        return found;
    }

    /// The first block; null when there is none. What follows it is not looked at.
    public static @Nullable PemBlock first(String pem) {
        return from(pem, 0);
    }

    /// The first block that begins at a place or after it.
    private static @Nullable PemBlock from(String pem, int start) {
        int at = start;
        int end = pem.indexOf(END, at);
        while (end >= 0) {
            int begin = lastBegin(pem, at, end);
            int trailer = end + END.length();
            Line typeLine = Line.at(pem, Math.max(begin, 0) + BEGIN.length());
            if (begin >= 0 && pem.startsWith(DASHES, typeLine.to() - DASHES.length())) {
                int body = afterHeaders(pem, typeLine.next());
                // the headers ran over the line that ends the block, or to the end of the text
                if (body > trailer || body == pem.length()) {
                    return null;
                }
                PemBlock block = block(pem, typeLine, body, end);
                if (block != null) {
                    return block;
                }
            }
            at = trailer;
            end = pem.indexOf(END, at);
        }
        return null;
    }

    /// Where the last line before an end begins a block; negative when the last mark of a
    /// beginning stands elsewhere in its line, or there is none.
    private static int lastBegin(String pem, int from, int end) {
        int last = -1;
        int found = pem.indexOf(BEGIN, from, end);
        while (found >= 0) {
            last = found;
            found = pem.indexOf(BEGIN, found + 1, end);
        }
        boolean isAtStart = last == from || (last > 0 && pem.charAt(last - 1) == '\n');
        return isAtStart ? last : -1;
    }

    private static int afterHeaders(String pem, int from) {
        int at = from;
        while (at < pem.length()) {
            Line line = Line.at(pem, at);
            if (!line.holds(pem, ':')) {
                return at;
            }
            at = line.next();
        }
        return at;
    }

    /// @param body where its content starts
    /// @param end where the line break before its last line is
    private static @Nullable PemBlock block(String pem, Line typeLine, int body, int end) {
        boolean hasHeaders = body > typeLine.next();
        int typeEnd = typeLine.to() - DASHES.length();
        if (typeEnd < typeLine.from() || (hasHeaders && end < body)) {
            return null;
        }
        String type = pem.substring(typeLine.from(), typeEnd);
        int trailer = end + END.length();
        if (!pem.startsWith(type, trailer) || !pem.startsWith(DASHES, trailer + type.length())) {
            return null;
        }
        Line last = Line.at(pem, trailer + type.length() + DASHES.length());
        byte[] content = last.isBlank() ? content(pem.substring(Math.min(body, end), end)) : null;
        return content == null ? null : new PemBlock(type, hasHeaders, content, last.next());
    }

    private static byte @Nullable [] content(String lines) {
        StringBuilder base64 = new StringBuilder(lines.length());
        for (int i = 0; i < lines.length(); i++) {
            if (" \t\r\n".indexOf(lines.charAt(i)) < 0) {
                base64.append(lines.charAt(i));
            }
        }
        if (base64.length() % BASE64_UNIT != 0) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }

    /// A line, or the rest of one.
    ///
    /// @param from where it starts
    /// @param to where it ends, without what is blank at its end
    /// @param next where the next line starts
    private record Line(int from, int to, int next) {

        static Line at(String text, int from) {
            int end = text.indexOf('\n', from);
            int next = end < 0 ? text.length() : end + 1;
            int to = end < 0 ? text.length() : end;
            if (end > from && text.charAt(end - 1) == '\r') {
                to--;
            }
            while (to > from && " \t".indexOf(text.charAt(to - 1)) >= 0) {
                to--;
            }
            return new Line(from, to, next);
        }

        boolean holds(String text, char wanted) {
            return text.indexOf(wanted, from, to) >= 0;
        }

        boolean isBlank() {
            return from == to;
        }
    }

    public String type() {
        return type;
    }

    public boolean hasHeaders() {
        return hasHeaders;
    }

    public byte[] content() {
        return content.clone();
    }
}
