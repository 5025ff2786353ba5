package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {

    @ParameterizedTest
    @CsvSource({
        "hostname, a.example.org, true",
        "hostname, localhost, true",
        "hostname, 10.0.0.1, false",
        "hostname, a.b.c, false",
        "hostname, 123-45-6789, false",
        "ipv4, 01.2.3.4, true",
        "ipv4, 10.0.0.256, false",
        "mac, 4111111111111111, true",
        "uri, *, true",
        "uri, fe80::1%eth0, true",
        "uri, /rel, true",
        "uri, rel, false",
        "uri, http://a b/, false",
        "byte, '', false",
        "byte, aGk=, true",
        "creditcard, 4111111111111111, true",
        "creditcard, 4111-1111-1111-1112, false",
        "ssn, 123-45-6789, true",
        "ssn, 123456789, false",
        "'rgbcolor', 'rgb(1,2,3)', true",
        "'rgbcolor', 'rgb(1,2,300)', false",
        "duration, 1h30m, true",
        "duration, 3 days, true",
        "duration, 00:1a:2b:3c:4d:5e, true",
        "duration, 507f, false"
    })
    void holdsTextsAgainstFormats(String format, String text, boolean fits) {
        boolean matches = Formats.matches(format, text);

        assertEquals(fits, matches);
    }
}
