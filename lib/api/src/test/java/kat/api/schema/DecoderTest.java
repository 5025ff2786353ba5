package kat.api.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {

    @Test
    void namesFieldsAndNotTheKeysOfMaps() {
        Schema schema = Schemas.builtIn().of(Kinds.CONFIG_MAP);
        JsonObject tree = (JsonObject) Json.parse("{\"data\":{\"some.key\":5}}".getBytes(UTF_8));

        DecodeException refused =
                assertThrows(DecodeException.class, () -> Decoder.canonical(schema, tree));

        assertEquals(
                "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
                refused.getMessage());
    }

    @Test
    void tellsAListThatWasSentEmptyUntilItIsStored() {
        Schema schema = Schemas.builtIn().of(Kinds.builtIn().require("v1", "LimitRange"));
        JsonObject tree = (JsonObject) Json.parse("{\"spec\":{\"limits\":[]}}".getBytes(UTF_8));

        JsonObject decoded = Decoder.canonical(schema, tree);

        assertEquals(tree.object("spec"), decoded.object("spec"));
        assertEquals(JsonNull.NULL, ReadBack.of(schema, decoded).object("spec").get("limits"));
        assertSame(decoded, ReadBack.withoutTold(schema, decoded));
    }

    record Told(String version, String kind, String json) {}

    static List<Told> told() {
        return List.of(
                new Told(
                        "autoscaling/v2",
                        "HorizontalPodAutoscaler",
                        "{'spec':{'behavior':{'scaleUp':{'policies':[]}}}}"),
                new Told("networking.k8s.io/v1", "NetworkPolicy", "{'spec':{'egress':[]}}"),
                new Told(
                        "networking.k8s.io/v1",
                        "NetworkPolicy",
                        "{'spec':{'ingress':[{'from':[]}]}}"),
                new Told(
                        "admissionregistration.k8s.io/v1",
                        "ValidatingWebhookConfiguration",
                        "{'webhooks':[{'rules':[]}]}"),
                new Told("v1", "PodTemplate", "{'template':{'spec':{'overhead':{}}}}"),
                new Told("resource.k8s.io/v1", "ResourceSlice", "{'spec':{'sharedCounters':[]}}"));
    }

    @ParameterizedTest
    @MethodSource("told")
    void tellsWhatWasSentEmptyFromNoneUntilItIsStored(Told each) {
        Schema schema = Schemas.builtIn().of(Kinds.builtIn().require(each.version(), each.kind()));
        String json = each.json().replace('\'', '"');
        JsonObject tree = (JsonObject) Json.parse(json.getBytes(UTF_8));
        String field = json.replaceFirst(".*\"(\\w+)\":(\\[]|\\{}).*", "$1");

        JsonObject decoded = Decoder.canonical(schema, tree);

        assertTrue(decoded.toString().contains(field), decoded::toString);
        assertFalse(ReadBack.of(schema, decoded).toString().contains(field), field);
        assertFalse(ReadBack.withoutTold(schema, decoded).toString().contains(field), field);
    }
}
