package kat.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1.2.3; 1.2.3; true",
                "v1.2.3; 1.2.3; true",
                "1.2.3; 1.2.4; false",
                "1.2; 1.2.9; true",
                "1.x; 1.9.0; true",
                "1.2.*; 1.3.0; false",
                "*; 7.1.0; true",
                "^1.2.3; 1.9.0; true",
                "^1.2.3; 2.0.0; false",
                "^1.2.3; 1.2.2; false",
                "^0.2.3; 0.2.9; true",
                "^0.2.3; 0.3.0; false",
                "^0.0.3; 0.0.4; false",
                "^0; 0.9.0; true",
                "~1.2.3; 1.2.9; true",
                "~1.2.3; 1.3.0; false",
                "~1; 1.9.0; true",
                ">=1.0, <2.0; 1.5.0; true",
                ">=1.0 <2.0; 2.0.0; false",
                ">11; 11.1.0; false",
                ">11; 12.0.0; true",
                ">11.1; 11.1.5; false",
                "<=1.2; 1.2.9; true",
                "<=1.2; 1.3.0; false",
                "!=1.2.3; 1.2.4; true",
                "!=1.x; 1.2.4; false",
                "1.0 - 1.5; 1.3.0; true",
                "1.0 - 1.5; 1.6.0; false",
                "1.0.0 || >=3; 3.1.0; true",
                "1.0.0 || >=3; 2.1.0; false",
                "^1.0.0; 1.1.0-rc.1; false",
                ">=1.1.0-0; 1.1.0-rc.1; true",
                "^1.0.0; 1.1.0+build; true",
                "^1.0.0; latest; false",
            })
    void wantsWhatHelmWants(String range, String version, boolean isWanted) {
        assertEquals(isWanted, VersionRange.of(range).contains(version), range);
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThrows(HelmException.class, () -> VersionRange.of(""));
        assertThrows(HelmException.class, () -> VersionRange.of("newest"));
        assertThrows(HelmException.class, () -> VersionRange.of("1.2.3 newest"));
    }
}
