package kat.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Sessions sessions = new Sessions(ticker, Randomness.seeded(1));

    @Test
    void aSessionEndsWhenItIsNotUsed() {
        String session = sessions.exchange(sessions.secret());

        ticker.advance(Sessions.UNUSED.minus(Duration.ofSeconds(1)));
        assertTrue(sessions.isOpen(session));
        ticker.advance(Sessions.UNUSED.minus(Duration.ofSeconds(1)));
        assertTrue(sessions.isOpen(session));
        ticker.advance(Sessions.UNUSED.plus(Duration.ofSeconds(1)));
        assertFalse(sessions.isOpen(session));
    }

    @Test
    void nothingIsNoSecretOnceItWasExchanged() {
        String unused = sessions.exchange(sessions.secret());

        assertEquals("", sessions.exchange(""));
        assertFalse(sessions.isOpen(""));
    }
}
