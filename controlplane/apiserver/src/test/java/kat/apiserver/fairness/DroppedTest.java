package kat.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DroppedTest {

    private final Dropped dropped = new Dropped();

    private int drop(long second, int times) {
        int wait = 0;
        for (int i = 0; i < times; i++) {
            wait = dropped.drop(second);
        }
        return wait;
    }

    @Test
    void tellsOneSecondWhereLittleIsRefused() {
        assertEquals(1, drop(1000, 2));
        assertEquals(1, drop(1001, 2));
        assertEquals(1, drop(1060, 1));
    }

    @Test
    void doublesWithManyRefusalsButOnceInTheTimeThatIsTold() {
        assertEquals(1, drop(1000, 3));
        assertEquals(2, drop(1001, 6));
        assertEquals(2, drop(1002, 6));
        assertEquals(4, drop(1003, 6));
        assertEquals(4, drop(1004, 6));
        assertEquals(4, drop(1006, 6));
        assertEquals(8, drop(1007, 6));
    }

    @Test
    void tellsNeverMoreThanHalfAMinute() {
        int wait = 0;
        for (int second = 1000; second < 1200; second++) {
            wait = drop(second, 200);
        }
        assertEquals(32, wait);
    }

    @Test
    void comesDownSecondBySecond() {
        for (int second = 1000; second < 1004; second++) {
            drop(second, 20);
        }
        assertEquals(4, dropped.drop(1003));
        assertEquals(3, drop(1100, 1));
        assertEquals(2, drop(1200, 1));
        assertEquals(1, drop(1300, 1));
        assertEquals(1, drop(1400, 1));
    }
}
