package kat.api.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A block of PEM. Text outside of blocks is skipped, as are blocks whose content is not
/// Base64.
///
/// **Threads:** immutable.
///
/// **Source:** RFC 7468; `Decode` of Go's `encoding/pem`.
final class PemBlock {

    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([^\\n-]*)-----\\s*\\n((?:[^\\n:]+:[^\\n]*\\n)*)"
                            + "([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private final String type;
    private final boolean hasHeaders;
    private final byte[] content;

    private PemBlock(String type, boolean hasHeaders, byte[] content) {
        this.type = type;
        this.hasHeaders = hasHeaders;
        this.content = content;
    }

    /// What Base64 stands for, as text; empty when it is none.
    static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), ISO_8859_1);
        } catch (IllegalArgumentException noBase64) {
            return "";
        }
    }

    static List<PemBlock> all(String pem) {
        List<PemBlock> found = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(pem);
        while (blocks.find()) {
            byte[] content = content(blocks.group(3));
            if (content != null) {
                found.add(new PemBlock(blocks.group(1), !blocks.group(2).isEmpty(), content));
            }
        }
        return found;
    }

    private static byte @Nullable [] content(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }

    /// Null when there is none.
    static @Nullable PemBlock first(String pem) {
        List<PemBlock> found = all(pem);
        return found.isEmpty() ? null : found.getFirst();
    }

    String type() {
        return type;
    }

    boolean hasHeaders() {
        return hasHeaders;
    }

    byte[] content() {
        return content.clone();
    }
}
