package kat.logging.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ExpressionTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " is ",
            value = {
                "abc is 3",
                "a{5} is 5",
                "(ab){5} is 10",
                "((a|b){3}){4} is 36",
                "[a-z{9}]{3} is 3",
                "\\{9} is 3",
                "a{2,} is 2",
                "a{0} is 1",
                "a{x} is 4",
                "((((){9}){9}){9} is 729"
            })
    void repeatsAreWrittenOut(String expression, long size) {
        assertEquals(size, Expression.size(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = {"((((){99}){99}){99}){99}x", "a{999}a{999}", "(a{40}){40}", "(", "a**"})
    void whatIsTooLargeOrNoneIsRefused(String expression) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Expression.compile(expression));

        assertTrue(refused.getMessage().startsWith("grep: "), refused.getMessage());
    }

    @Test
    void whatIsFoundInNoWayIsSoonNotFound() {
        assertFalse(Expression.compile("(?:|)".repeat(60) + "x").matcher("ab").find());
        assertFalse(Expression.compile("((a*)*)*x").matcher("a".repeat(20_000)).find());
        assertTrue(Expression.compile("(?i)ERROR").matcher("an error").find());
    }
}
