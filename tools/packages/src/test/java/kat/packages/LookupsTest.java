package kat.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ lookup \"v1\" \"Secret\" \"a\" . }}",
                "{{- if (lookup \"v1\" \"Pod\" \"\" \"\")-}} yes {{- end -}}",
                "a {{ $x := lookup .v \"B\" \"\" \"\" }} lookup",
                "{{ \"b\" | lookup \"v1\" \"A\" \"n\" }}",
                "{{ include \"a\" . }}{{lookup \"v1\" \"A\" \"\" \"\"}}",
                "{{ lookup"
            })
    void callsOfTheFunctionAreAnswered(String template) {
        int call = template.indexOf("lookup");
        String answered =
                template.substring(0, call)
                        + "and (dict)"
                        + template.substring(call + "lookup".length());
        assertEquals(answered, Lookups.answeredWithNothing(template));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lookup: {{ .Values.a }}",
                "{{ .Values.lookup.a }}",
                "{{ $lookup }}{{ .lookup }}",
                "{{ include \"a.lookup\" . }}",
                "{{ print \"a \\\" lookup\" `\\` ` lookup ` }}",
                "{{/* a \" lookup */}}{{ lookupAll }}",
                "{{ \" lookup",
                "{{ /* lookup"
            })
    void whatOnlyLooksLikeOneStays(String template) {
        assertEquals(template, Lookups.answeredWithNothing(template));
    }
}
