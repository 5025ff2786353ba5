package kat.api.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorsTest {

    private static final Map<String, String> LABELS = Map.of("app", "web", "tier", "a", "n", "5");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "app=web",
                "app==web",
                "app in (web,x)",
                "app notin (x)",
                "app",
                "!gone",
                "gone!=x",
                "app=web,tier=a,!gone",
                " app = web , tier in ( a ) ",
                "n>4",
                "n<6",
                "gone notin (x)"
            })
    void selects(String text) {
        assertTrue(LabelSelector.parse(text).matches(LABELS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app=x",
                "app!=web",
                "app in (x,y)",
                "app notin (web)",
                "!app",
                "gone",
                "n>5",
                "app=",
                "tier>1",
                "gone in ()"
            })
    void leavesOut(String text) {
        assertFalse(LabelSelector.parse(text).matches(LABELS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "=x|found '=', expected: !, identifier, or 'end of string'",
                "a b|unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "a in x|unable to parse requirement: found 'x' expected: '('",
                "a=x y|found 'y', expected: ',' or 'end of string'",
                "a,|found '', expected: identifier after ','",
                "a>x|unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"
            })
    void refusesInKubernetesWords(String text, String why) {
        SelectorException refused =
                assertThrows(SelectorException.class, () -> LabelSelector.parse(text));

        assertEquals(why, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata.name=a=b|invalid field selector: unescaped character in value: 61",
                "=x|is not a known field selector",
            })
    void refusesFieldsInKubernetesWords(String text, String why) {
        SelectorException refused =
                assertThrows(
                        SelectorException.class, () -> FieldSelector.parse(Kinds.CONFIG_MAP, text));

        assertTrue(String.valueOf(refused.getMessage()).contains(why.strip()), why);
    }

    @Test
    void readsWhatItWroteWhateverTheValue() {
        FieldSelector.Term term = new FieldSelector.Term("metadata.name", "a\\,b=c", false);

        assertEquals("metadata.name!=a\\\\\\,b\\=c", term.text());
        assertEquals(List.of(term), FieldSelector.read(term.text()).terms());
    }

    @Test
    void takesATermOfNothingForEverything() {
        assertTrue(FieldSelector.parse(Kinds.CONFIG_MAP, "=,!=,==").isEmpty());
    }

    @Test
    void readsFieldsOfPods() {
        KubeObject pod =
                object(
                        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"n1\"},\"status\":{\"phase\":\"Running\"}}");

        assertTrue(
                selects(
                        Kinds.POD,
                        "spec.nodeName=n1,status.phase!=Failed,spec.hostNetwork=false",
                        pod));
        assertFalse(selects(Kinds.POD, "metadata.name==q", pod));
        assertEquals(
                "n1", FieldSelector.parse(Kinds.POD, "spec.nodeName=n1").required("spec.nodeName"));
    }

    @Test
    void refusesFieldsThatAKindDoesNotOffer() {
        assertEquals("field label not supported: spec.nope", refusal(Kinds.POD, "spec.nope=x"));
        assertEquals(
                "\"data\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                refusal(Kinds.CONFIG_MAP, "data=x"));
        assertEquals("invalid selector: 'a'; can't understand 'a'", refusal(Kinds.POD, "a"));
    }

    @Test
    void keepsEscapedCharacters() {
        assertEquals(
                "a,b=c",
                FieldSelector.parse(Kinds.POD, "metadata.name=a\\,b\\=c")
                        .required("metadata.name"));
    }

    private static String refusal(Kind kind, String text) {
        return assertThrows(SelectorException.class, () -> FieldSelector.parse(kind, text))
                .getMessage();
    }

    private static boolean selects(Kind kind, String text, KubeObject object) {
        return FieldSelector.parse(kind, text).matches(kind, object);
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.getBytes(StandardCharsets.UTF_8)));
    }
}
