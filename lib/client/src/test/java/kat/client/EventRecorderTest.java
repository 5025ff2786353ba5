package kat.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
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
                                + "\"lastTimestamp\":\"2026-11-21T10:10:00Z\","
                                + "\"message\":\"waiting\"}"),
                writes.lines);
    }

    @Test
    void drawsEventsTogetherThatDifferInTheirWordsAlone() {
        EventRecorder recorder = new EventRecorder(writes, ticker, "kubelet", "node-1");

        for (int i = 1; i <= 12; i++) {
            write(recorder, Change.Emit.warning(pod("7"), "Failed", "text " + i));
        }

        assertEquals(
                List.of(
                        "create text 9",
                        "create (combined from similar events): text 10",
                        "patch (combined from similar events): text 11",
                        "patch (combined from similar events): text 12"),
                writes.messages().subList(8, 12));
        assertTrue(writes.lines.getLast().contains("\"count\":3"), writes.lines.getLast());
    }

    @Test
    void countsTextsThatItKnowsBesideThoseDrawnTogether() {
        EventRecorder recorder = new EventRecorder(writes, ticker, "kubelet", "node-1");
        for (int i = 1; i <= 10; i++) {
            write(recorder, Change.Emit.warning(pod("7"), "Failed", "text " + i));
        }

        write(recorder, Change.Emit.warning(pod("7"), "Failed", "text 3"));

        assertEquals("patch text 3", writes.messages().getLast());
    }

    @Test
    void tellsEachTextAgainAfterAPause() {
        EventRecorder recorder = new EventRecorder(writes, ticker, "kubelet", "node-1");
        for (int i = 1; i <= 10; i++) {
            write(recorder, Change.Emit.warning(pod("7"), "Failed", "text " + i));
        }
        ticker.advance(Duration.ofMinutes(10).plusSeconds(1));

        write(recorder, Change.Emit.warning(pod("7"), "Failed", "later"));

        assertEquals("create later", writes.messages().getLast());
    }

    @Test
    void writesNoMoreOfAnObjectThanItMay() {
        EventRecorder recorder = new EventRecorder(writes, ticker, "kubelet", "node-1");
        for (int i = 1; i <= 40; i++) {
            write(recorder, Change.Emit.warning(pod("7"), "BackOff", "waiting"));
        }
        assertEquals(25, writes.lines.size());

        write(recorder, Change.Emit.normal(pod("7"), "Pulled", "of another type"));
        ticker.advance(Duration.ofMinutes(5));
        write(recorder, Change.Emit.warning(pod("7"), "BackOff", "waiting"));
        write(recorder, Change.Emit.warning(pod("7"), "BackOff", "waiting"));

        assertEquals(27, writes.lines.size());
        assertTrue(writes.lines.getLast().contains("\"count\":41"), writes.lines.getLast());
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
    void tellsTheCountOfASeriesOnceItEnds() {
        EventRecorder recorder = EventRecorder.ofSeries(writes, ticker, "sched", "sched-host");
        Change.Emit failed = Change.Emit.warning(pod("7"), "FailedScheduling", "a").during("x");
        for (int i = 0; i < 5; i++) {
            write(recorder, failed);
        }
        assertEquals(2, writes.lines.size());

        ticker.advance(Duration.ofMinutes(6).plusSeconds(1));
        recorder.writeNext();
        recorder.writeNext();

        assertEquals(
                List.of(
                        "patch events.k8s.io/v1 Event {\"series\":{\"count\":5,"
                                + "\"lastObservedTime\":\"2026-11-21T10:00:00.500000Z\"}}"),
                writes.lines.subList(2, writes.lines.size()));
    }

    @Test
    void makesAnEventAnewThatSomebodyDeletedWhileItsSeriesGoesOn() {
        EventRecorder recorder = EventRecorder.ofSeries(writes, ticker, "sched", "sched-host");
        Change.Emit failed = Change.Emit.warning(pod("7"), "FailedScheduling", "a").during("x");
        for (int i = 0; i < 10; i++) {
            write(recorder, failed);
            ticker.advance(Duration.ofMinutes(3));
        }
        writes.areGone = true;
        write(recorder, failed);

        write(recorder, failed);

        assertTrue(writes.lines.getLast().startsWith("create "), writes.lines.toString());
    }

    @Test
    void refreshesASeriesThatGoesOn() {
        EventRecorder recorder = EventRecorder.ofSeries(writes, ticker, "sched", "sched-host");
        Change.Emit failed = Change.Emit.warning(pod("7"), "FailedScheduling", "a").during("x");
        for (int i = 0; i <= 10; i++) {
            write(recorder, failed);
            ticker.advance(Duration.ofMinutes(3));
        }

        recorder.writeNext();

        assertEquals(3, writes.lines.size());
        assertTrue(writes.lines.getLast().contains("\"count\":11"), writes.lines.getLast());
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
        private boolean areGone;

        /// What was done, and the words of it.
        private List<String> messages() {
            return lines.stream()
                    .map(line -> line.replaceAll("^(\\w+) .*\"message\":\"([^\"]*)\".*", "$1 $2"))
                    .toList();
        }

        @Override
        public Written create(Kind kind, KubeObject object, WriteOptions options) {
            JsonObject tree = object.tree().without("apiVersion").without("kind");
            lines.add("create " + kind + " " + tree.without("metadata"));
            return new Written(object, 1);
        }

        @Override
        public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
            lines.add("patch " + kind + " " + patch.body());
            if (areGone) {
                throw Status.notFound(kind, key.name()).asException();
            }
            return new Written(pod("9"), 1);
        }
    }
}
