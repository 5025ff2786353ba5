package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HorizontalPodAutoscalers that are written in one version and read in the other.
class AutoscalerVersionsTest {

    private static final ObjectKey KEY = new ObjectKey("default", "h");
    private static final String CPU_TARGET = "targetCPUUtilizationPercentage";

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;
    private Kind one;
    private Kind two;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.component("test"));
        one = server.kinds().require("autoscaling/v1", "HorizontalPodAutoscaler");
        two = server.kinds().require("autoscaling/v2", "HorizontalPodAutoscaler");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anUpdateThroughTheOldVersionAddsNoTargetForProcessors() {
        admin.create(
                two,
                scaler(
                        "",
                        "'metrics':[{'type':'Resource','resource':{'name':'memory','target':{"
                                + "'type':'Utilization','averageUtilization':60}}}]"),
                WriteOptions.NONE);

        KubeObject read = admin.get(one, KEY);
        admin.update(one, read, WriteOptions.NONE);

        assertEquals(List.of("memory"), metrics());
        assertTrue(!admin.get(one, KEY).spec().has(CPU_TARGET));
    }

    @Test
    void theOldVersionAimsAtEightyPercentWhenNothingElseIsAskedFor() {
        KubeObject created = admin.create(one, scaler("", ""), WriteOptions.NONE).object();

        assertEquals(80, created.spec().integer(CPU_TARGET, 0));
        assertEquals(List.of("cpu"), metrics());
        assertTrue(created.metadata().array("managedFields").toString().contains(CPU_TARGET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'type':'Resource','resource':'x'}]",
                "[{'type':5}]",
                "['x']",
                "[{'type':'Pods','pods':{'metricName':5,'targetAverageValue':'1'}}]",
                "{'type':'Pods'}",
                "["
            })
    void anAnnotationThatDoesNotFitSaysNothing(String metrics) {
        String annotation = "'autoscaling.alpha.kubernetes.io/metrics':" + quoted(metrics);

        admin.create(one, scaler(annotation, ""), WriteOptions.NONE);

        assertEquals(List.of("cpu"), metrics());
    }

    @Test
    void aBehaviourThatDoesNotFitSaysNothing() {
        String behavior = quoted("{'ScaleUp':{'Policies':[{'Value':'x'}]}}");

        admin.create(
                one,
                scaler("'autoscaling.alpha.kubernetes.io/behavior':" + behavior, ""),
                WriteOptions.NONE);

        assertTrue(!admin.get(two, KEY).spec().has("behavior"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[{'type':'Bad'}] | | spec.metrics[0].type",
                "[null] | | spec.metrics[0].type",
                "[] | 'targetCPUUtilizationPercentage':0"
                        + " | spec.metrics[0].resource.target.averageUtilization"
            })
    void whatIsStoredIsChecked(String metrics, @Nullable String spec, String field) {
        String annotation = "'autoscaling.alpha.kubernetes.io/metrics':" + quoted(metrics);
        KubeObject wish = scaler(annotation, spec == null ? "" : spec);

        Status created = refusal(() -> admin.create(one, wish, WriteOptions.NONE));
        admin.create(one, scaler("", ""), WriteOptions.NONE);
        Status updated = refusal(() -> admin.update(one, wish, WriteOptions.NONE));

        for (Status refused : List.of(created, updated)) {
            assertEquals(422, refused.code());
            assertEquals(field, refused.details().causes().getFirst().field());
        }
    }

    private static Status refusal(Executable write) {
        return assertThrows(StatusException.class, write).status();
    }

    /// A text as a member of JSON that has apostrophes for quotation marks.
    private static String quoted(String text) {
        return "'" + text.replace("'", "\\'") + "'";
    }

    private List<String> metrics() {
        return admin.get(two, KEY).spec().array("metrics").objects().stream()
                .map(metric -> metric.object("resource").string("name"))
                .toList();
    }

    private static KubeObject scaler(String annotations, String spec) {
        String text =
                "{'metadata':{'name':'h','namespace':'default','annotations':{"
                        + annotations
                        + "}},'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1',"
                        + "'kind':'Deployment','name':'d'}"
                        + (spec.isEmpty() ? "" : "," + spec)
                        + "}}";
        return new KubeObject((JsonObject) Json.parse(text.replace('\'', '"').getBytes(UTF_8)));
    }
}
