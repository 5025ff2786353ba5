package kat.api.validation;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.names.Names;
import org.jspecify.annotations.Nullable;

/// The rules for events, of which both groups that serve them have some of their own.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation/events.go`.
final class EventRules {

    private static final String OTHER = "does not match event.namespace";
    private static final int MAX_WORD = 128;
    private static final int MAX_NOTE = 1024;

    private EventRules() {}

    /// An event of the core group, as old clients make them.
    static void event(Node event) {
        common(event, new Fields("involvedObject", "reportingComponent", "message"));
    }

    /// An event of the group of its own, which must tell when it was.
    static void strict(Node event) {
        Fields fields = new Fields("regarding", "reportingController", "note");
        common(event, fields);
        MetadataRules.check(event.child("metadata"), true, Names::dnsSubdomain);
        series(event);
        if (!event.has("eventTime")) {
            event.child("eventTime").required();
        }
        Node type = event.child("type");
        if (!List.of("Normal", "Warning").contains(type.text())) {
            type.invalidText("", "has invalid value: " + type.text());
        }
        unset(event, "deprecatedFirstTimestamp", "firstTimestamp");
        unset(event, "deprecatedLastTimestamp", "lastTimestamp");
        unset(event, "deprecatedCount", "count");
        unset(event, "deprecatedSource", "source");
    }

    /// @param involved the field that names what the event is about
    /// @param reporter the field that names who tells it
    /// @param note the field that tells it
    private record Fields(String involved, String reporter, String note) {}

    private static void unset(Node event, String field, String shown) {
        Node given = event.child(field);
        boolean zero = given.isEmpty() || (given.isNumber() && given.integer() == 0);
        if (!zero) {
            event.child(shown).invalidText("", "needs to be unset");
        }
    }

    private static void series(Node event) {
        Node series = event.child("series");
        if (!series.isSet()) {
            return;
        }
        if (series.child("count").integer() < 2) {
            event.child("series.count").invalidText("", "should be at least 2");
        }
        if (!series.has("lastObservedTime")) {
            event.child("series.lastObservedTime").required();
        }
    }

    private static void common(Node event, Fields fields) {
        String namespace = event.child("metadata", "namespace").text();
        String about = event.child(fields.involved(), "namespace").text();
        Node involved = event.child("involvedObject", "namespace");
        if (!event.has("eventTime")) {
            boolean fits = about.isEmpty() ? namespace.equals("default") : about.equals(namespace);
            if (!fits) {
                involved.invalidText(about, OTHER);
            }
        } else {
            boolean clusters = namespace.equals("default") || namespace.equals("kube-system");
            if (about.isEmpty() && !clusters) {
                involved.invalidText(about, OTHER);
            }
            reported(event, fields);
        }
        for (String fault : Names.dnsSubdomain(namespace)) {
            event.child("namespace").invalidText(namespace, fault);
        }
    }

    private static void reported(Node event, Fields fields) {
        Node reporter = event.child(fields.reporter());
        reporter.requireNotEmpty();
        Common.qualifiedName(reporter.with(Json.of(reporter.text())));
        for (String field : List.of("reportingInstance", "action", "reason")) {
            Node word = event.child(field);
            word.requireNotEmpty();
            if (word.bytes() > MAX_WORD) {
                word.invalidText("", "can have at most " + MAX_WORD + " characters");
            }
        }
        if (event.child(fields.note()).bytes() > MAX_NOTE) {
            event.child("message").invalidText("", "can have at most " + MAX_NOTE + " characters");
        }
    }

    static void strictUpdate(Node event, JsonObject before) {
        common(event, new Fields("regarding", "reportingController", "note"));
        MetadataRules.checkKubernetesUpdate(event.child("metadata"), before.object("metadata"));
        if (!event.child("series").json().equals(orNull(before.get("series")))) {
            series(event);
        }
        same(event, before, "regarding", "involvedObject");
        same(event, before, "reason", "reason");
        same(event, before, "note", "message");
        same(event, before, "deprecatedSource", "source");
        same(event, before, "deprecatedFirstTimestamp", "firstTimestamp");
        same(event, before, "deprecatedLastTimestamp", "lastTimestamp");
        same(event, before, "deprecatedCount", "count");
        for (String field : List.of("reason", "type", "eventTime", "action", "related")) {
            same(event, before, field, field);
        }
        same(event, before, "reportingController", "reportingController");
        same(event, before, "reportingInstance", "reportingInstance");
    }

    private static Json orNull(@Nullable Json value) {
        return value == null ? JsonNull.NULL : value;
    }

    private static void same(Node event, JsonObject before, String field, String shown) {
        Node place = event.child(shown).with(event.child(field).json());
        if (before.get(field) instanceof JsonString) {
            place.immutableText(before.get(field));
        } else {
            place.immutable(before.get(field));
        }
    }
}
