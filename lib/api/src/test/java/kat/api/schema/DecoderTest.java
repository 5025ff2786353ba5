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
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "v1|Pod|{'spec':{'volumes':[{'hostPath':{'path':5}}]}}"
                        + "|number into Go struct field HostPathVolumeSource.spec.volumes"
                        + ".VolumeSource.hostPath.path of type string",
                "v1|Pod|{'spec':{'restartPolicy':5}}"
                        + "|number into Go struct field PodSpec.spec.restartPolicy of type"
                        + " v1.RestartPolicy",
                "v1|Namespace|{'spec':{'finalizers':'x'}}"
                        + "|string into Go struct field NamespaceSpec.spec.finalizers of type"
                        + " []v1.FinalizerName",
                "v1|Namespace|{'spec':{'finalizers':[{}]}}"
                        + "|object into Go struct field NamespaceSpec.spec.finalizers of type"
                        + " v1.FinalizerName",
                "apps/v1|Deployment|{'spec':{'replicas':2.0}}"
                        + "|number 2.0 into Go struct field DeploymentSpec.spec.replicas of type"
                        + " int32"
            })
    void namesTheTypesOfGo(String version, String kind, String json, String fault) {
        Schema schema = Schemas.builtIn().of(Kinds.builtIn().require(version, kind));
        JsonObject tree = (JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8));

        DecodeException refused =
                assertThrows(DecodeException.class, () -> Decoder.canonical(schema, tree));

        assertEquals("json: cannot unmarshal " + fault, refused.getMessage());
    }

    @Test
    void takesWholeNumbersOfATreeForIntegers() {
        Schema schema = Schemas.builtIn().of(Kinds.builtIn().require("apps/v1", "Deployment"));
        String json =
                "{'spec':{'replicas':1e12,'strategy':{'rollingUpdate':{'maxSurge':2.0}}}}"
                        .replace('\'', '"');
        JsonObject tree = (JsonObject) Json.parse(json.getBytes(UTF_8));

        JsonObject spec = Decoder.merged(schema, tree).object().object("spec");

        assertEquals("-727379968", spec.get("replicas").toString());
        assertEquals(
                "2", spec.object("strategy").object("rollingUpdate").get("maxSurge").toString());
    }

    private static JsonObject decodedSchema(String json) {
        Schema definition =
                Schemas.builtIn()
                        .of(
                                Kinds.builtIn()
                                        .require(
                                                "apiextensions.k8s.io/v1",
                                                "CustomResourceDefinition"));
        String whole = "{'spec':{'versions':[{'schema':{'openAPIV3Schema':" + json + "}}]}}";
        JsonObject tree = (JsonObject) Json.parse(whole.replace('\'', '"').getBytes(UTF_8));
        Decoder.Decoded decoded = Decoder.decode(definition, tree);
        assertEquals(List.of(), decoded.unknownFields());
        JsonObject version = (JsonObject) decoded.object().object("spec").array("versions").get(0);
        return version.object("schema").object("openAPIV3Schema");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'items':{'type':'object','description':'','nullable':false,'zork':1}}"
                        + "|{'items':{'type':'object'}}",
                "{'additionalProperties':{'type':'string','enum':[],'default':null}}"
                        + "|{'additionalProperties':{'type':'string'}}",
                "{'additionalProperties':false}|{'additionalProperties':false}",
                "{'items':'x'}|{}",
                "{'items':[]}|{}",
                "{'dependencies':{'a':['b'],'c':{'title':''}}}|{'dependencies':{'a':['b'],'c':{}}}"
            })
    void readsSchemasWhereSomethingSimplerMayStand(String sent, String read) {
        JsonObject expected = (JsonObject) Json.parse(read.replace('\'', '"').getBytes(UTF_8));

        assertEquals(expected, decodedSchema(sent));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'additionalProperties':'x'}|boolean or JSON schema expected",
                "{'items':{'type':5}}"
                        + "|json: cannot unmarshal number into Go struct field JSONSchemaProps.spec"
                        + ".versions.schema.openAPIV3Schema.items.type of type string",
                "{'items':['x']}"
                        + "|json: cannot unmarshal string into Go struct field JSONSchemaProps.spec"
                        + ".versions.schema.openAPIV3Schema.items of type v1.JSONSchemaProps"
            })
    void refusesWhatIsNoSchemaThere(String sent, String fault) {
        DecodeException refused = assertThrows(DecodeException.class, () -> decodedSchema(sent));

        assertEquals(fault, refused.getMessage());
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
