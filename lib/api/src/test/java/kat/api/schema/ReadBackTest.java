package kat.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Objects;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadBackTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rbac.authorization.k8s.io/v1 | Role | {rules: []} | {rules: null}",
                "v1 | Secret | {data: {a: null, b: YQ==}} | {data: {a: '', b: YQ==}}",
                "storage.k8s.io/v1 | CSINode | {spec: {drivers: [{topologyKeys: []}]}}"
                        + " | {spec: {drivers: [{topologyKeys: null}]}}",
            })
    void forgetsWhatProtobufCannotTell(String version, String kind, String sent, String read) {
        assertEquals(yaml(read), ReadBack.of(schema(version, kind), yaml(sent)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: a, name: b} | {apiGroup: null, kind: a, name: b}",
                "{apiGroup: '', kind: a, name: b} | {apiGroup: '', kind: a, name: b}",
                "{apiGroup: x, kind: a, name: b} | {apiGroup: x, kind: a, name: b}",
            })
    void writesAGroupThatWasNotGivenAsNull(String sent, String canonical) {
        Schema claim = schema("v1", "PersistentVolumeClaim");
        JsonObject source = yaml("{spec: {dataSource: " + sent + "}}");

        assertEquals(
                yaml(canonical),
                Decoder.canonical(claim, source).object("spec").object("dataSource"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = "v1 | ConfigMap | {data: {a: b}}")
    void leavesOthersAsTheyAre(String version, String kind, String sent) {
        JsonObject object = yaml(sent);

        assertSame(object, ReadBack.of(schema(version, kind), object));
    }

    private static Schema schema(String version, String kind) {
        return Objects.requireNonNull(
                Schemas.builtIn()
                        .of(Objects.requireNonNull(Kinds.builtIn().byKind(version, kind))));
    }

    private static JsonObject yaml(String text) {
        Json parsed = Yaml.parse(text);
        return parsed instanceof JsonObject object ? object : JsonObject.EMPTY;
    }
}
