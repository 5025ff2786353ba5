package kat.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SetExpressionTest {

    private static JsonObject typed(JsonObject base, String text) {
        return SetExpression.apply(base, text, SetExpression::typed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=1|{\"a\":1}",
                "a=1.5|{\"a\":\"1.5\"}",
                "a=007|{\"a\":\"007\"}",
                "a=0|{\"a\":0}",
                "a=-3|{\"a\":-3}",
                "a=true,b=null|{\"a\":true,\"b\":null}",
                "a=|{\"a\":\"\"}",
                "a.b.c=x|{\"a\":{\"b\":{\"c\":\"x\"}}}",
                "a={x,2}|{\"a\":[\"x\",2]}",
                "a={}|{\"a\":[]}",
                "a={x},b=1|{\"a\":[\"x\"],\"b\":1}",
                "a[0].b=1,a[1].b=2|{\"a\":[{\"b\":1},{\"b\":2}]}",
                "a[1]=x|{\"a\":[null,\"x\"]}",
                "a\\.b=1|{\"a.b\":1}",
                "a=x\\,y|{\"a\":\"x,y\"}",
                "a=b=c|{\"a\":\"b=c\"}"
            })
    void readsHelmsLanguage(String text, String json) {
        assertEquals(json, typed(JsonObject.EMPTY, text).toString());
    }

    @Test
    void changesWhatIsThere() {
        JsonObject base = (JsonObject) Yaml.read("a: [{x: 1, z: 2}]\nb: {c: 3}").value();

        assertEquals(
                "{\"a\":[{\"x\":9,\"z\":2}],\"b\":{\"c\":3,\"d\":4}}",
                typed(base, "a[0].x=9,b.d=4").toString());
    }

    @Test
    void takesTextsAndJsonAsTheyAre() {
        assertEquals(
                "{\"a\":\"1\",\"b\":\"true\"}",
                SetExpression.apply(JsonObject.EMPTY, "a=1,b=true", JsonString::new).toString());
        assertEquals(
                "{\"a\":[1,2],\"b\":{\"c\":null}}",
                SetExpression.applyJson(JsonObject.EMPTY, "a=[1,2],b={\"c\":null}").toString());
        assertEquals(
                "{\"a\":\"x,{y}=\\\\z\"}",
                SetExpression.applyLiteral(JsonObject.EMPTY, "a=x,{y}=\\z").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|key \"a\" has no value",
                "a=1,b|key \"b\" has no value",
                "a[-1]=1|negative -1 index not allowed",
                "a={1|list must terminate with '}'"
            })
    void saysWhatIsWrong(String text, String message) {
        HelmException fault =
                assertThrows(HelmException.class, () -> typed(JsonObject.EMPTY, text));

        assertEquals(message, fault.getMessage());
    }
}
