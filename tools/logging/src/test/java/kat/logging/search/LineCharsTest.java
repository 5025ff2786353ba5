package kat.logging.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class LineCharsTest {

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);

    private int read(LineChars chars) {
        int sum = 0;
        for (int i = 0; i < chars.length(); i++) {
            sum += chars.charAt(i) == 'a' ? 1 : 0;
        }
        return sum;
    }

    @Test
    void readingStopsOnceTheTimeIsOver() {
        byte[] line = "a".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        LineChars chars = new LineChars(ticker).of(line, 0, line.length);

        assertEquals(100_000, read(chars));
        ticker.advance(LineChars.PATIENCE.plusMillis(1));
        assertThrows(LineChars.TooSlow.class, () -> read(chars));
    }
}
