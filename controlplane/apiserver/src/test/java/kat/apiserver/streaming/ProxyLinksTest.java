package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyLinksTest {

    private static final String PREFIX = "/api/v1/namespaces/n/pods/p/proxy";

    @Test
    void leadsLinksToTheRootThroughTheProxy() {
        String html =
                "<a href=\"/here\">a</a><img src='/x.png'><a href=\"there\">b</a>"
                        + "<a href=\"//else.where/\">c</a><a href=\"https://else.where/\">d</a>";

        String rewritten = read(html, html.length());

        assertEquals(
                "<a href=\"/api/v1/namespaces/n/pods/p/proxy/here\">a</a>"
                        + "<img src='/api/v1/namespaces/n/pods/p/proxy/x.png'>"
                        + "<a href=\"there\">b</a>"
                        + "<a href=\"//else.where/\">c</a><a href=\"https://else.where/\">d</a>",
                rewritten);
        assertEquals(rewritten, read(rewritten, rewritten.length()));
        assertEquals(rewritten, read(html, 1), "read byte by byte");
    }

    @Test
    void leadsAllLinksOfOneTagThroughTheProxy() {
        String tag = "<video poster=\"/p.png\" src=\"/v.mp4\">";

        assertEquals(
                "<video poster=\"%1$s/p.png\" src=\"%1$s/v.mp4\">".formatted(PREFIX),
                read(tag, tag.length()));
    }

    /// What keeps a whole page in memory to find its links lets any pod fill it.
    @Test
    void passesOnWhatIsNoPageAsItComes() throws IOException {
        String open = "<a href=\"/x" + "x".repeat(LinkedPage.MOST_TAG_BYTES);
        try (InputStream page = new LinkedPage(endless(open), PREFIX)) {
            byte[] begun = page.readNBytes(4 * open.length());

            assertEquals(open.repeat(4), new String(begun, ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<", "no tag", "1 < 2 and <a href=\"/x\"", "<<<>", "\u00e4<\u00fc>"})
    void leavesOtherTextsAsTheyAre(String text) {
        assertEquals(text, read(text, 1));
    }

    /// @param step how much a read of the page gives at most
    private static String read(String html, int step) {
        InputStream pieces =
                new ByteArrayInputStream(html.getBytes(ISO_8859_1)) {
                    @Override
                    public int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, Math.min(length, step));
                    }
                };
        try (InputStream page = new LinkedPage(pieces, PREFIX)) {
            return new String(page.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream endless(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                return bytes[at++ % bytes.length];
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    to[offset + i] = (byte) read();
                }
                return length;
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "/next?x=1, /api/v1/namespaces/n/pods/p/proxy/next?x=1",
        "http://10.0.0.1:80/next, /api/v1/namespaces/n/pods/p/proxy/next",
        "https://else.where/next, https://else.where/next",
        "next, next",
    })
    void leadsRedirectsThroughTheProxy(String value, String shown) {
        URI from = URI.create("http://10.0.0.1:80/first");

        assertEquals(shown, ProxyLinks.location(value, from, PREFIX));
    }
}
