package kat.logging.search;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ExpressionTest {

    @ParameterizedTest
    @ValueSource(strings = {"((((){99}){99}){99}){99}x", "(a{99}){99}", "(", "a**", "(?=a)"})
    void whatIsTooLargeOrNoneIsRefused(String expression) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Expression.compile(expression));

        assertTrue(refused.getMessage().startsWith("grep: "), refused.getMessage());
    }

    @Test
    void whatIsFoundInNoWayIsSoonNotFound() {
        assertFalse(Expression.compile("(?:|)".repeat(60) + "x").isIn("ab"));
        assertFalse(Expression.compile("((a*)*)*x").isIn("a".repeat(20_000)));
        assertTrue(Expression.compile("(?i)ERROR").isIn("an error"));
    }
}
