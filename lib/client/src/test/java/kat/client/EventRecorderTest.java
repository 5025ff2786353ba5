package kat.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class EventRecorderTest {

    private static final String POD =
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"namespace\":\"ns\","
                    + "\"resourceVersion\":\"7\",\"uid\":\"u\"}";

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-11-21T10:00:00.5Z"));
    private final Writes writes = new Writes();

    @Test
    void countsTheSameWordsAboutAnyVersionOfAnObject() {
        EventRecorder recorder = new EventRecorder(writes, ticker, "kubelet", "node-1");

        for (String version : List.of("7", "8")) {
            write(recorder, Change.Emit.warning(pod(version), "BackOff", "waiting"));
            ticker.advance(Duration.ofMinutes(10));
        }

        assertEquals(
                List.of(
                        """
                        create v1 Event {"count":1,"firstTimestamp":"2026-11-21T10:00:00Z",\
                        "involvedObject":%s,"lastTimestamp":"2026-11-21T10:00:00Z",\
                        "message":"waiting","reason":"BackOff","reportingComponent":"kubelet",\
                        "reportingInstance":"node-1",\
                        "source":{"component":"kubelet","host":"node-1"},"type":"Warning"}"""
                                .formatted(POD),
                        "patch v1 Event {\"count\":2,"
                                + "\"lastTimestamp\":\"2026-11-21T10:10:00Z\"}"),
                writes.lines);
    }

    @Test
    void tellsSeriesInTheFormOfEventsK8sIo() {
        EventRecorder recorder = EventRecorder.ofSeries(writes, ticker, "sched", "sched-host");
        Change.Emit preempted =
                Change.Emit.normal(pod("7"), "Preempted", "by q").during("Preempting", pod("7"));

        write(recorder, preempted);
        ticker.advance(Duration.ofMinutes(1));
        write(recorder, preempted);

        assertEquals(
                List.of(
                        """
                        create events.k8s.io/v1 Event {"action":"Preempting",\
                        "eventTime":"2026-11-21T10:00:00.500000Z","note":"by q",\
                        "reason":"Preempted","regarding":%s,"related":%s,\
                        "reportingController":"sched","reportingInstance":"sched-host",\
                        "type":"Normal"}"""
                                .formatted(POD, POD),
                        "patch events.k8s.io/v1 Event {\"series\":{\"count\":2,"
                                + "\"lastObservedTime\":\"2026-11-21T10:01:00.500000Z\"}}"),
                writes.lines);
    }

    @Test
    void beginsASeriesAnewAfterAPauseAndForAnotherVersion() {
        EventRecorder recorder = EventRecorder.ofSeries(writes, ticker, "sched", "sched-host");

        write(recorder, Change.Emit.warning(pod("7"), "FailedScheduling", "a").during("x"));
        write(recorder, Change.Emit.warning(pod("7"), "FailedScheduling", "b").during("x"));
        write(recorder, Change.Emit.warning(pod("8"), "FailedScheduling", "b").during("x"));
        ticker.advance(Duration.ofMinutes(7));
        write(recorder, Change.Emit.warning(pod("8"), "FailedScheduling", "b").during("x"));

        assertEquals(
                List.of("create", "patch", "create", "create"),
                writes.lines.stream().map(line -> line.replaceAll(" .*", "")).toList());
    }

    /// Longer notes would be refused, and the Event lost.
    @Test
    void cutsANoteOfASeriesAtTheMostBytesThatItMayHave() {
        assertEquals("a".repeat(1_024), note("a".repeat(1_024)));
        assertEquals("a".repeat(1_020) + " ...", note("a".repeat(1_025)));
        assertEquals("a" + "ä".repeat(509) + " ...", note("a" + "ä".repeat(600)));
        assertEquals("😀".repeat(255) + " ...", note("😀".repeat(300)));
    }

    private String note(String message) {
        EventForm form = new EventForm.Series("sched", "sched-host");
        Change.Emit emit = Change.Emit.warning(pod("7"), "FailedScheduling", message);
        return form.first(emit.during("Scheduling"), ticker.now()).string("note");
    }

    private void write(EventRecorder recorder, Change.Emit emit) {
        recorder.record(emit);
        recorder.writeNext();
    }

    private static KubeObject pod(String version) {
        return new KubeObject(
                (JsonObject)
                        Yaml.parse(
                                "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns, uid:"
                                        + " u, resourceVersion: '%s'}}".formatted(version)));
    }

    /// Tells what is written, without metadata.
    private static final class Writes implements UnexpectedRequests {

        private final List<String> lines = new ArrayList<>();

        @Override
        public Written create(Kind kind, KubeObject object, WriteOptions options) {
            JsonObject tree = object.tree().without("apiVersion").without("kind");
            lines.add("create " + kind + " " + tree.without("metadata"));
            return new Written(object, 1);
        }

        @Override
        public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
            lines.add("patch " + kind + " " + patch.body());
            return new Written(pod("9"), 1);
        }
    }
}
