package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompressionTest {

    private static final byte[] LARGE = "x".repeat(200_000).getBytes(UTF_8);

    /// A request of which only the client and what it accepts matter.
    private record Asked(Peer peer, @Nullable String encoding) implements Request {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public String rawQuery() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return name.equals("accept-encoding") ? encoding : null;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public List<Map.Entry<String, String>> allHeaders() {
            return List.of();
        }

        @Override
        public byte[] body() {
            return new byte[0];
        }
    }

    private static Asked by(boolean local, @Nullable String encoding) {
        return new Asked(new Request.Peer(List.of(), local, "192.0.2.1"), encoding);
    }

    @Test
    void compressesLargeAnswersForWhoTakesThem() throws IOException {
        Answer answer = Answer.of(200, Answer.JSON, LARGE);

        Answer small = Compression.of(answer, by(false, "br, gzip"));

        assertTrue(small.headers().contains(new Answer.Header("content-encoding", "gzip")));
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(small.joined()))) {
            assertArrayEquals(LARGE, in.readAllBytes());
        }
    }

    @Test
    void leavesAnswersAsTheyAreForOthers() {
        Answer answer = Answer.of(200, Answer.JSON, LARGE);

        assertSame(answer, Compression.of(answer, by(false, null)));
        assertSame(answer, Compression.of(answer, by(true, "gzip")));
    }

    @Test
    void leavesSmallAnswersAsTheyAre() {
        Answer answer = Answer.of(200, Answer.JSON, new byte[10]);

        assertSame(answer, Compression.of(answer, by(false, "gzip")));
    }
}
