package kat.controllers.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.quota.Quota;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class CountTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final SequencedMap<Kind, List<KubeObject>> objects = new LinkedHashMap<>();

    @Test
    void addsUpWhatIsThereAndForgetsWhatIsNoLongerLimited() {
        objects.put(
                Kinds.POD,
                List.of(
                        object("spec: {containers: [{name: a, resources: {requests: {cpu: 1}}}]}"),
                        object("spec: {containers: [{name: a, resources: {requests: {cpu: 2}}}]}"),
                        object("{status: {phase: Failed}, spec: {containers: [{name: a}]}}")));

        Count count =
                Count.of(
                        quota(
                                """
                                spec: {hard: {cpu: 4, pods: 9, secrets: 3, count/pods: 9}}
                                status: {hard: {cpu: 9}, used: {cpu: 9, configmaps: 1}}
                                """),
                        objects,
                        NOW);

        assertEquals(
                "{\"hard\":{\"count/pods\":\"9\",\"cpu\":\"4\",\"pods\":\"9\",\"secrets\":\"3\"},"
                        + "\"used\":{\"count/pods\":\"3\",\"cpu\":\"3\",\"pods\":\"2\"}}",
                count.status().toString());
    }

    @Test
    void countsNothingOutsideOfItsScope() {
        objects.put(Kinds.POD, List.of(object("spec: {containers: [{name: a}]}")));

        Count count =
                Count.of(quota("spec: {scopes: [NotBestEffort], hard: {pods: 9}}"), objects, NOW);

        assertEquals("{\"pods\":\"0\"}", count.status().object("used").toString());
    }

    @Test
    void looksAgainWhenAPodShouldBeGone() {
        objects.put(
                Kinds.POD,
                List.of(
                        object(
                                """
                                metadata:
                                  deletionTimestamp: '2026-01-01T12:00:10Z'
                                  deletionGracePeriodSeconds: 30
                                spec: {containers: [{name: a}]}
                                """)));

        Count count = Count.of(quota("spec: {hard: {pods: 9}}"), objects, NOW);

        assertEquals("{\"pods\":\"1\"}", count.status().object("used").toString());
        assertEquals(Duration.ofSeconds(41), count.next());
    }

    private static Quota quota(String yaml) {
        return Quota.of(object(yaml));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
