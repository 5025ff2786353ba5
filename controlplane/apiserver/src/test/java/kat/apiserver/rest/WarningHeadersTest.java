package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kat.apiserver.http.Answer;
import org.junit.jupiter.api.Test;

class WarningHeadersTest {

    /// As clients read them.
    private static List<String> told(List<String> texts) {
        return WarningHeaders.of(texts).stream()
                .map(Answer.Header::value)
                .map(value -> new String(value.getBytes(ISO_8859_1), UTF_8))
                .toList();
    }

    private static String quoted(String text) {
        return "299 - \"" + text + "\"";
    }

    /// Texts of a length that differ in how they begin.
    private static List<String> texts(int count, int length) {
        return IntStream.range(0, count)
                .mapToObj(i -> (char) ('A' + i) + "x".repeat(length - 1))
                .toList();
    }

    @Test
    void tellsEachTextOnceAndInOrder() {
        assertEquals(List.of(quoted("b"), quoted("a")), told(List.of("b", "", "a", "b")));
    }

    @Test
    void escapesQuotesAndBackslashesAlone() {
        assertEquals(List.of(quoted("a \\\"b\\\" \\\\ <ü>")), told(List.of("a \"b\" \\ <ü>")));
    }

    @Test
    void leavesOutWhatNoHeaderMayHold() {
        assertEquals(List.of(quoted("c")), told(List.of("a\nb", "a\tb", "a\u0085b", "c")));
    }

    @Test
    void tellsLongTextsWholeWhileThereIsRoom() {
        String text = "x".repeat(4096);

        assertEquals(List.of(quoted(text)), told(List.of(text)));
    }

    @Test
    void cutsEachOnceTheyAreTooLongTogether() {
        List<String> texts = new ArrayList<>(texts(1, 4096));
        texts.add("short");

        assertEquals(
                List.of(quoted(texts.getFirst().substring(0, 256)), quoted("short")), told(texts));
    }

    @Test
    void leavesOutTheRestOnceTheCutOnesFillTheRoom() {
        assertEquals(
                texts(16, 256).stream().map(WarningHeadersTest::quoted).toList(),
                told(texts(20, 300)));
    }

    @Test
    void tellsAlsoTheFirstThatIsTooMuch() {
        assertEquals(17, told(texts(18, 256)).size());
    }

    @Test
    void countsCharactersOfUnicode() {
        String text = "\uD83D\uDE00".repeat(4096);

        assertEquals(List.of(quoted(text)), told(List.of(text)));
        assertEquals(quoted("\uD83D\uDE00".repeat(256)), told(List.of(text, "more")).getFirst());
    }

    @Test
    void tellsTheBeginningOfWhatOnlyLaterHoldsWhatNoHeaderMay() {
        String late = "y".repeat(300) + "\n";

        assertEquals(List.of(quoted("a")), told(List.of(late, "a")));
        assertEquals(quoted("y".repeat(256)), told(List.of(late, "x".repeat(4097))).getFirst());
    }
}
