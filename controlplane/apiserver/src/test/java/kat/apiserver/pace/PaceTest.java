package kat.apiserver.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PaceTest {

    private static final long LOUD = 1;
    private static final long CALM = 2;

    private final Pace pace = new Pace(1);
    private final List<String> begun = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();

    private void ask(long flow, String name, boolean takesLong) {
        pace.enter(
                flow,
                takesLong,
                turn -> {
                    begun.add(name);
                    turns.add(turn);
                });
    }

    private void fill() {
        for (int i = 0; i < 4; i++) {
            ask(LOUD, "loud", false);
        }
    }

    @Test
    void aRequestBeginsAtOnceWhileThereIsRoom() {
        ask(LOUD, "one", false);
        assertEquals(List.of("one"), begun);
    }

    @Test
    void flowsTakeTurnsHoweverMuchOneAsksFor() {
        fill();
        for (int i = 0; i < 10; i++) {
            ask(LOUD, "loud " + i, false);
        }
        ask(CALM, "calm", false);
        assertEquals(4, begun.size());
        turns.get(0).end();
        turns.get(1).end();
        assertEquals(List.of("loud 0", "calm"), begun.subList(4, 6));
    }

    @Test
    void whoWaitsGivesTheTurnBackOnce() {
        fill();
        ask(CALM, "calm", false);
        ask(CALM, "later", false);
        turns.getFirst()
                .during(
                        () -> {
                            Turn.waits();
                            Turn.waits();
                        });
        turns.getFirst().end();
        assertEquals(List.of("calm"), begun.subList(4, begun.size()));
    }

    @Test
    void whoHasNoTurnMayWaitToo() {
        Turn.waits();
        ask(LOUD, "one", false);
        assertEquals(List.of("one"), begun);
    }

    @Test
    void whatTakesLongLeavesRoomForTheRest() {
        for (int i = 0; i < 10; i++) {
            ask(LOUD, "list " + i, true);
        }
        ask(CALM, "calm", false);
        assertEquals(List.of("list 0", "calm"), begun);
    }

    @Test
    void nothingIsForgotten() {
        for (int i = 0; i < 100; i++) {
            ask(i % 7, "request", i % 3 == 0);
        }
        for (int i = 0; i < turns.size(); i++) {
            turns.get(i).end();
        }
        assertEquals(100, begun.size());
    }
}
