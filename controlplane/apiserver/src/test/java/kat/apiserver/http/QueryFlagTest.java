package kat.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryFlagTest {

    @ParameterizedTest
    @ValueSource(strings = {"true", "True", "1", "t", "", "yes"})
    void whatIsThereAndNotDeniedIsTrue(String value) {
        assertTrue(QueryFlag.isTrue(List.of(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", "FALSE", "0"})
    void whatIsDeniedIsFalse(String value) {
        assertFalse(QueryFlag.isTrue(List.of(value, "true")));
    }

    @Test
    void whatIsAbsentIsFalse() {
        assertFalse(QueryFlag.isTrue(List.of()));
    }
}
