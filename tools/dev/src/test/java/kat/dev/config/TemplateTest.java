package kat.dev.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            value = {
                "plain; plain",
                "{{.A}}-{{ .B }}; one-Two",
                "{{- .A -}}; one",
                "{{default \"x\" .NONE}}; x",
                "{{.NONE | default \"x\"}}; x",
                "{{.B | lower}}/{{.A | upper}}; two/ONE",
                "{{.A | trunc 2}}; on",
                "{{replace \"o\" \"0\" .A}}; 0ne",
                "{{.A | quote}}; \"one\"",
                "{{`raw`}}; raw"
            })
    void expands(String template, String expected) {
        assertEquals(expected, Template.expand(template, Map.of("A", "one", "B", "Two")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            value = {
                "{{.NONE}}; .NONE has no value",
                "{{.NONE | lower}}; has no value",
                "{{range .A}}; KAT has no function range",
                "{{.A; {{ has no end",
                "{{lower .A .A}}; lower takes 1 values",
                "{{}}; an action is empty"
            })
    void saysWhatItCannotExpand(String template, String words) {
        DevException fault =
                assertThrows(
                        DevException.class, () -> Template.expand(template, Map.of("A", "one")));

        assertTrue(String.valueOf(fault.getMessage()).contains(words), fault.getMessage());
    }
}
