package kat.controllers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 10 | ''",
                "0 | 10 | 0",
                "0,1 | 10 | '0,1'",
                "0,1,2 | 10 | 0-2",
                "0-3,5-7 | 7 | '0-3,5,6'",
                "1-3,9-12 | 4 | 1-3",
                "a,2,3-b,5 | 10 | '2,5'",
                "5,1 | 10 | '1,5'"
            })
    void readsAndWrites(String text, long completions, String expected) {
        assertEquals(expected, Indexes.parse(text, completions).toString());
    }

    @Test
    void findsWhatIsMissing() {
        Indexes indexes = Indexes.parse("0-2,4", 10);

        assertEquals(3, indexes.nextMissing(0));
        assertEquals(5, indexes.nextMissing(4));
        assertEquals(4, indexes.count());
        assertEquals(2, indexes.countIn(Indexes.parse("2-4", 10)));
    }
}
