package kat.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.base.testing.FakeTicker;
import kat.ingress.route.Resolved;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutsideNamesTest {

    private static final String NAME = "far.example.com";
    private static final Duration SOME = Duration.ofSeconds(15);

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final TestResolver resolver = new TestResolver();
    private final OutsideNames names = new OutsideNames(resolver, ticker, () -> {});

    @AfterEach
    void stops() {
        names.close();
    }

    private void await(Resolved wanted) throws Exception {
        TestIngress.await(() -> wanted.equals(names.get(NAME)));
    }

    /// Time goes on until it is so.
    private void awaitLater(Resolved wanted) throws Exception {
        TestIngress.await(
                () -> {
                    ticker.advance(SOME);
                    return wanted.equals(names.get(NAME));
                });
    }

    private static Resolved addresses(String... all) {
        return new Resolved(List.of(all), "");
    }

    @Test
    void followsWhatANameStandsFor() throws Exception {
        resolver.put(NAME, "192.0.2.2", "192.0.2.1", "192.0.2.2");
        assertNull(names.get(NAME));

        boolean unused = names.watch(Set.of(NAME));

        await(addresses("192.0.2.1", "192.0.2.2"));
        resolver.put(NAME, "192.0.2.3");
        awaitLater(addresses("192.0.2.3"));
    }

    @Test
    void keepsWhatItFoundForAWhileOnly() throws Exception {
        resolver.put(NAME, "192.0.2.1");
        boolean unused = names.watch(Set.of(NAME));
        await(addresses("192.0.2.1"));

        resolver.put(NAME);
        for (int i = 0; i < 3; i++) {
            ticker.advance(SOME);
            assertEquals(addresses("192.0.2.1"), names.get(NAME));
        }

        awaitLater(new Resolved(List.of(), "cannot be resolved"));
    }

    @Test
    void leavesOutNamesBeyondItsLimit() {
        Set<String> many = new TreeSet<>();
        for (int i = 0; i <= OutsideNames.MOST_WATCHED; i++) {
            many.add("name-%04d.example.com".formatted(i));
        }

        boolean unused = names.watch(many);

        Resolved last = names.get("name-%04d.example.com".formatted(OutsideNames.MOST_WATCHED));
        assertNotNull(last);
        assertEquals("is one of more than 500", last.fault());
    }
}
