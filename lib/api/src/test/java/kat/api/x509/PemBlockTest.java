package kat.api.x509;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is hostile is a million characters: who reads a line more than a few times does not end
/// within minutes.
@Timeout(value = 2, unit = MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PemBlockTest {

    private static final int MANY = 1_000_000;
    private static final int LINES = 100_000;

    private static List<String> told(String pem) {
        return PemBlock.all(pem).stream().map(PemBlockTest::told).toList();
    }

    private static String told(PemBlock block) {
        return block.type()
                + (block.hasHeaders() ? " with headers: " : ": ")
                + Base64.getEncoder().encodeToString(block.content());
    }

    /// Texts that Go's `encoding/pem` was shown, with the blocks that it found.
    @Test
    void findsTheBlocksThatGoFinds() throws IOException {
        try (InputStream in = PemBlockTest.class.getResourceAsStream("pem.json")) {
            JsonArray known = (JsonArray) Json.parse(Objects.requireNonNull(in).readAllBytes());

            assertTrue(known.size() > 100, "too few");
            for (JsonObject each : known.objects()) {
                String pem = each.string("pem");

                assertEquals(each.array("blocks").strings(), told(pem), pem);
            }
        }
    }

    @Test
    void stopsAtTheFirstBlock() {
        String one = "-----BEGIN A-----\nAAAA\n-----END A-----\n";
        String two = "-----BEGIN B-----\nAAAA\n-----END B-----\n";

        PemBlock first = Objects.requireNonNull(PemBlock.first("text\n" + one + two));

        assertEquals("A: AAAA", told(first));
        assertEquals(List.of("A: AAAA", "B: AAAA"), told(one + two));
    }

    @Test
    void readsEmptyLinesOnce() {
        String lines = "\n".repeat(MANY);

        assertEquals(List.of(), told("-----BEGIN A-----" + lines));
        assertEquals(List.of(), told("-----BEGIN A-----" + lines + "!\n-----END A-----\n"));
        assertEquals(List.of("A: "), told("-----BEGIN A-----" + lines + "-----END A-----\n"));
        assertEquals(
                List.of(), told("-----BEGIN A-----" + " ".repeat(MANY) + "!\n-----END A-----"));
    }

    @Test
    void readsAnyNumberOfHeaders() {
        String headers = "name: value\n".repeat(LINES);

        assertEquals(
                List.of("A with headers: AAAA"),
                told("-----BEGIN A-----\n" + headers + "\nAAAA\n-----END A-----\n"));
        assertEquals(List.of(), told("-----BEGIN A-----\n" + headers));
    }

    @Test
    void readsMarksOnce() {
        assertEquals(List.of(), told("-----BEGIN ".repeat(LINES)));
        assertEquals(List.of(), told("-----BEGIN A-----\n".repeat(LINES)));
        assertEquals(List.of(), told("\n-----END ".repeat(LINES)));
        assertEquals(List.of(), told("-----BEGIN A-----\na: b\n-----END B-----\n".repeat(LINES)));
        assertEquals(LINES, told("-----BEGIN A-----\n-----END A-----\n".repeat(LINES)).size());
    }

    @Test
    void takesTextFromBase64() {
        String text = new String("é".getBytes(UTF_8), ISO_8859_1);

        assertEquals(text, PemBlock.decoded("w6k="));
        assertEquals("", PemBlock.decoded("!"));
    }
}
