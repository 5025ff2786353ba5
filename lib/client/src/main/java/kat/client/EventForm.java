package kat.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.api.schema.Times;

/// How Events are written, and which of them are the same one again.
sealed interface EventForm {

    /// In whose form they are written.
    Kind kind();

    /// What two Events have in common that are one.
    Change.Emit likeness(Change.Emit emit);

    /// Whether a like Event of now goes on with one that was seen last then.
    boolean goesOn(Instant last, Instant now);

    /// An Event, without what all objects have.
    JsonObject first(Change.Emit emit, Instant when);

    /// What changes in an Event that happens again.
    ///
    /// @param count how often it happened, this time included
    JsonObject again(Change.Emit emit, long count, Instant when);

    /// Whether the server is told at once that an Event happened once more, not only when its
    /// series ends or its time is to be refreshed.
    ///
    /// @param count how often it happened, this time included
    boolean isToldAtOnce(long count);

    /// Whether [EventCorrelator] decides what is written.
    boolean isLimited();

    /// The older form, which most components use: like are those with the same words.
    ///
    /// @param component for example `deployment-controller`
    /// @param host the node that it comes from; empty for none
    ///
    /// **Source:** client-go `tools/record`.
    record Counted(String component, String host) implements EventForm {

        @Override
        public Kind kind() {
            return Kinds.EVENT;
        }

        @Override
        public Change.Emit likeness(Change.Emit emit) {
            Change.Reference about = emit.regarding();
            Change.Reference anyVersion =
                    new Change.Reference(
                            about.apiVersion(),
                            about.kind(),
                            about.key(),
                            about.uid(),
                            "",
                            about.fieldPath());
            return new Change.Emit(anyVersion, emit.type(), emit.reason(), emit.message());
        }

        @Override
        public boolean goesOn(Instant last, Instant now) {
            return true;
        }

        @Override
        public JsonObject first(Change.Emit emit, Instant when) {
            JsonObject source =
                    JsonObject.builder()
                            .put("component", component)
                            .putUnlessEmpty("host", host)
                            .build();
            return JsonObject.builder()
                    .put("involvedObject", emit.regarding().toJson())
                    .put("reason", emit.reason())
                    .put("message", emit.message())
                    .put("source", source)
                    .put("firstTimestamp", Times.seconds(when))
                    .put("lastTimestamp", Times.seconds(when))
                    .put("count", 1)
                    .put("type", emit.type())
                    .put("reportingComponent", component)
                    .put("reportingInstance", host)
                    .build();
        }

        @Override
        public JsonObject again(Change.Emit emit, long count, Instant when) {
            return JsonObject.builder()
                    .put("count", count)
                    .put("lastTimestamp", Times.seconds(when))
                    .put("message", emit.message())
                    .build();
        }

        @Override
        public boolean isToldAtOnce(long count) {
            return true;
        }

        @Override
        public boolean isLimited() {
            return true;
        }
    }

    /// The form of `events.k8s.io`, which the scheduler uses: like are those with the same reason
    /// about the same version of an object. A series ends when it pauses. Notes are cut where
    /// the server would refuse them.
    ///
    /// @param controller for example `default-scheduler`
    /// @param instance of it; not empty
    ///
    /// **Source:** client-go `tools/events`.
    /// For notes kube-scheduler's `schedule_one.go`, `truncateMessage`, which may cut inside a
    /// character.
    record Series(String controller, String instance) implements EventForm {

        private static final Kind EVENT = Kinds.builtIn().require("events.k8s.io/v1", "Event");
        static final Duration PAUSE = Duration.ofMinutes(6);
        private static final int MOST_BYTES_OF_NOTE = 1_024;
        private static final String CUT = " ...";

        @Override
        public Kind kind() {
            return EVENT;
        }

        @Override
        public Change.Emit likeness(Change.Emit emit) {
            return new Change.Emit(emit.regarding(), emit.type(), emit.reason(), "", emit.doing());
        }

        @Override
        public boolean goesOn(Instant last, Instant now) {
            return !last.isBefore(now.minus(PAUSE));
        }

        @Override
        public JsonObject first(Change.Emit emit, Instant when) {
            JsonObject.Builder event =
                    JsonObject.builder()
                            .put("eventTime", Times.micros(when))
                            .put("reportingController", controller)
                            .put("reportingInstance", instance)
                            .put("action", emit.doing().action())
                            .put("reason", emit.reason())
                            .put("regarding", emit.regarding().toJson())
                            .put("note", note(emit.message()))
                            .put("type", emit.type());
            Change.Reference related = emit.doing().related();
            return related == null ? event.build() : event.put("related", related.toJson()).build();
        }

        @Override
        public boolean isToldAtOnce(long count) {
            return count == 2;
        }

        @Override
        public boolean isLimited() {
            return false;
        }

        @Override
        public JsonObject again(Change.Emit emit, long count, Instant when) {
            JsonObject series =
                    JsonObject.EMPTY
                            .with("count", count)
                            .with("lastObservedTime", Times.micros(when));
            return JsonObject.of("series", series);
        }

        private static String note(String message) {
            byte[] bytes = message.getBytes(UTF_8);
            if (bytes.length <= MOST_BYTES_OF_NOTE) {
                return message;
            }
            int end = MOST_BYTES_OF_NOTE - CUT.length();
            while (isInsideCharacter(bytes[end])) {
                end--;
            }
            return new String(bytes, 0, end, UTF_8) + CUT;
        }

        private static boolean isInsideCharacter(byte unit) {
            return (unit & 0xC0) == 0x80;
        }
    }
}
