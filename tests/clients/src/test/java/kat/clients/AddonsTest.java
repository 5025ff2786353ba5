package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.addons.AddonException;
import kat.addons.Addons;
import kat.addons.Catalogue;
import kat.addons.Helm;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.HttpTransport;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.client.kubeconfig.Kubeconfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Add-ons come into a whole cluster by Helm and leave nothing behind.
@ExtendWith(LiveCluster.Shared.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AddonsTest {

    private static final ObjectKey CLAIM = ObjectKey.of("kat-trial", "data");
    private static final Addons.Wish PLAIN = wish();

    @TempDir private Path home;
    private HttpTransport transport;
    private Addons addons;

    @BeforeEach
    void makeAnAddonThatKeepsData(LiveCluster cluster) throws IOException {
        Path chart = home.resolve("charts/trial");
        Files.createDirectories(chart.resolve("templates"));
        Files.createDirectories(chart.resolve("crds"));
        Files.writeString(
                chart.resolve("Chart.yaml"),
                "apiVersion: v2\nname: trial\nversion: 1.2.3\ndescription: Tries add-ons.\n");
        Files.writeString(chart.resolve("values.yaml"), "word: none\nother: kept\n");
        Files.writeString(
                chart.resolve("values.schema.json"),
                """
                {"type": "object", "additionalProperties": false,
                 "properties": {"word": {"type": "string"}, "other": {"type": "string"}}}
                """);
        Files.writeString(
                chart.resolve("templates/NOTES.txt"),
                "Say {{ .Values.word }} {{ .Values.other }}.\n");
        Files.writeString(
                chart.resolve("templates/objects.yaml"),
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, annotations: {helm.sh/resource-policy: keep}}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: trial, namespace: kat-system}
                data: {word: "{{ .Values.word }}"}
                """);
        Files.writeString(
                chart.resolve("crds/trials.yaml"),
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: trials.addons.example.com, labels: {kat.dev/addon: trial}}
                spec:
                  group: addons.example.com
                  scope: Namespaced
                  names: {plural: trials, singular: trial, kind: Trial, listKind: TrialList}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object}}
                """);
        Kubeconfig kubeconfig = Kubeconfig.read(cluster.tokenKubeconfig(), "");
        transport =
                new HttpTransport(
                        kubeconfig.server(),
                        kubeconfig.tls(),
                        kubeconfig.authorization().replaceFirst("^Bearer ", ""),
                        "test");
        addons =
                new Addons(
                        Catalogue.read(home.resolve("charts")),
                        transport,
                        helm(new HelmProcess(home, cluster.tokenKubeconfig())),
                        new SystemTicker());
    }

    @AfterEach
    void close() {
        transport.close();
    }

    /// Libraries of the test's class path say something before Helm does.
    private static Helm helm(HelmProcess process) {
        return words -> {
            try {
                HelmProcess.Ended ended = process.run(words.toArray(String[]::new));
                String text =
                        String.join(
                                "\n",
                                ended.text()
                                        .lines()
                                        .filter(line -> !line.startsWith("SLF4J("))
                                        .toList());
                return new Helm.Outcome(ended.code(), text, text);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
    }

    private static Addons.Wish wish(String... values) {
        return new Addons.Wish(List.of(values), false, Duration.ofMinutes(2));
    }

    private boolean isThere(Kind kind, ObjectKey key) {
        try {
            return transport.get(kind, key) != null;
        } catch (StatusException e) {
            assertTrue(e.is("NotFound"), e.getMessage());
            return false;
        }
    }

    @Test
    void anAddonComesIsListedAndLeavesNothingBehind() throws Exception {
        assertEquals("no", addons.list().getFirst().enabled());

        Addons.Enabled enabled = addons.enable("trial", wish("word=hello"));

        assertEquals("Say hello kept.", enabled.notes());
        assertEquals("yes", addons.list().getFirst().enabled());
        assertEquals(
                "{\"description\":\"Tries add-ons.\",\"enabled\":true,\"installedVersion\":\"1.2.3\","
                        + "\"name\":\"trial\",\"namespace\":\"kat-trial\",\"revision\":1,"
                        + "\"status\":\"deployed\",\"version\":\"1.2.3\"}",
                addons.list().getFirst().toJson().toString());

        addons.disable("trial", Addons.Data.DELETE);

        assertFalse(isThere(Kinds.NAMESPACE, ObjectKey.of("", "kat-trial")));
        assertFalse(isThere(Kinds.NAMESPACE, ObjectKey.of("", "kat-system")));
        assertFalse(
                isThere(
                        Kinds.CUSTOM_RESOURCE_DEFINITION,
                        ObjectKey.of("", "trials.addons.example.com")));
        assertEquals("no", addons.list().getFirst().enabled());
    }

    @Test
    void whatSomebodyPutIntoTheSharedNamespaceStays() throws Exception {
        var unused = addons.enable("trial", PLAIN);
        JsonObject mine =
                Yaml.readObjects(
                                """
                                apiVersion: v1
                                kind: Secret
                                metadata: {name: mine, namespace: kat-system}
                                """)
                        .getFirst();
        Written written = transport.create(Kinds.SECRET, new KubeObject(mine), WriteOptions.NONE);

        addons.disable("trial", Addons.Data.DELETE);

        assertTrue(isThere(Kinds.SECRET, written.object().key()));
        assertFalse(isThere(Kinds.CONFIG_MAP, ObjectKey.of("kat-system", "trial")));
        Written unusedGone =
                transport.delete(Kinds.SECRET, written.object().key(), DeleteOptions.NONE);
        unused = addons.enable("trial", PLAIN);
        addons.disable("trial", Addons.Data.DELETE);
        assertFalse(isThere(Kinds.NAMESPACE, ObjectKey.of("", "kat-system")));
    }

    @Test
    void dataAreNotLostUnasked() throws Exception {
        var unused = addons.enable("trial", PLAIN);

        AddonException refused =
                assertThrows(
                        AddonException.class, () -> addons.disable("trial", Addons.Data.REFUSE));
        assertEquals(
                "trial keeps data: PersistentVolumeClaim kat-trial/data of 1Gi; say --delete-data"
                        + " to delete them, or --keep-data to keep them for when it is enabled"
                        + " again",
                refused.getMessage());
        String claim = transport.get(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM).uid();
        addons.disable("trial", Addons.Data.KEEP);
        unused = addons.enable("trial", PLAIN);

        assertEquals(claim, transport.get(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM).uid());
        addons.disable("trial", Addons.Data.DELETE);
    }

    @Test
    void enablingAgainKeepsEarlierValues() throws Exception {
        var unused = addons.enable("trial", wish("word=one", "other=two"));

        assertEquals("Say three two.", addons.enable("trial", wish("word=three")).notes());
        addons.disable("trial", Addons.Data.DELETE);
    }

    @Test
    void whatCannotBeIsToldInOneSentence() throws Exception {
        assertEquals(
                "there is no add-on other; there are trial", refusal(() -> enable("other", PLAIN)));
        assertEquals(
                "the add-on trial is not enabled",
                refusal(() -> addons.disable("trial", Addons.Data.REFUSE)));
        String fault = refusal(() -> enable("trial", wish("wrod=one")));
        assertTrue(fault.startsWith("cannot enable trial: "), fault);
        assertTrue(fault.contains("wrod"), fault);
        assertFalse(fault.contains("\n"), fault);
        assertFalse(isThere(Kinds.NAMESPACE, ObjectKey.of("", "kat-trial")), "nothing stays");
    }

    private void enable(String name, Addons.Wish wish) throws InterruptedException {
        var unused = addons.enable(name, wish);
    }

    private static String refusal(org.junit.jupiter.api.function.Executable action) {
        return String.valueOf(assertThrows(AddonException.class, action).getMessage());
    }
}
