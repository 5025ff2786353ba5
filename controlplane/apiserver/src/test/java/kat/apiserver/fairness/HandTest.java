package kat.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandTest {

    @Test
    void dealsDifferentQueuesAndAllOfThemInTheEnd() {
        Random random = new Random(7);
        int[] seen = new int[64];

        for (int i = 0; i < 2_000; i++) {
            int[] hand = Hand.deal(random.nextLong(), 64, 6);
            assertEquals(6, Arrays.stream(hand).distinct().count());
            Arrays.stream(hand).forEach(queue -> seen[queue]++);
        }

        assertTrue(Arrays.stream(seen).allMatch(count -> count > 100), Arrays.toString(seen));
    }

    @Test
    void dealsAllQueuesWhenTheHandIsThatLarge() {
        int[] hand = Hand.deal(12345, 4, 4);

        assertEquals("[0, 1, 2, 3]", Arrays.toString(Arrays.stream(hand).sorted().toArray()));
    }
}
