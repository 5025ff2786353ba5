package kat.logging.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteralsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "ERROR|timeout ERROR,timeout",
                "status=5.. status=5",
                "^time(out)?s? time",
                "ab+c ab",
                "a\\.b\\d+seconds seconds",
                "[a-z]+failed failed",
                "wor{2,3}ld wo",
                "colou?rs colo",
                "(a|b) ''",
                "error|x ''",
                "(?i)error ''",
                "[]a]bc ''",
                "[a[bc]]de ''",
                "\\x41bc ''",
                "\\Qa|b\\E ''",
                "größe grÃ¶ÃŸe"
            })
    void tellsWhatAMatchMustHold(String pattern, String literals) {
        String wanted =
                literals.startsWith("gr")
                        ? new String(
                                "größe".getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1)
                        : literals;

        assertEquals(
                wanted.isEmpty() ? List.of() : List.of(wanted.split(",", -1)),
                Literals.of(pattern));
    }

    @ParameterizedTest
    @CsvSource({
        "timeouts,timeout",
        "Größe,Gr",
        "kiss|error,''",
        "tasks|disk,ta:di",
        "disk|error,di:error"
    })
    void inAnyCaseOnlyPlainLettersAreLookedFor(String pattern, String literals) {
        assertEquals(
                literals.isEmpty() ? List.of() : List.of(literals.split(":", -1)),
                Literals.ofAnyCase(pattern));
    }

    @Test
    void neverMissesAMatch() {
        Random random = new Random(3);
        String parts = "ab|()[]^$.*+?{1}\\dw-,";
        int checked = 0;
        for (int round = 0; round < 50_000; round++) {
            String text = pick(random, parts, 1 + random.nextInt(9));
            Expression pattern;
            try {
                pattern = Expression.compile(text);
            } catch (IllegalArgumentException none) {
                continue;
            }
            List<String> literals = pattern.literals();
            for (int i = 0; i < 5 && !literals.isEmpty(); i++) {
                String line = pick(random, "ab1-,", random.nextInt(8));
                if (pattern.isIn(line)) {
                    checked++;
                    assertTrue(
                            literals.stream().anyMatch(line::contains),
                            () -> text + " is in " + line + " without " + literals);
                }
            }
        }
        assertTrue(checked > 50, "only " + checked + " matches were checked");
    }

    private static String pick(Random random, String from, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }
}
