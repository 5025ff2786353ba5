package kat.api.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/// Builds one document's value from parser events.
final class YamlComposer {

    private static final String MERGE_KEY = "<<";

    private final Iterator<Event> events;
    private final Map<String, Json> anchors = new HashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private final List<String> duplicates = new ArrayList<>();
    private int depth;
    private int nodes;

    YamlComposer(Iterator<Event> events) {
        this.events = events;
    }

    List<String> duplicates() {
        return duplicates;
    }

    Json document() {
        return node(events.next());
    }

    private Json node(Event event) {
        if (++nodes > Yaml.MAX_NODES) {
            throw new YamlException("document contains excessive aliasing");
        }
        if (++depth > Yaml.MAX_DEPTH) {
            throw new YamlException("exceeded max depth of " + Yaml.MAX_DEPTH);
        }
        int before = nodes;
        Json value =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar);
                    case SequenceStartEvent _ -> sequence();
                    case MappingStartEvent _ -> mapping();
                    case AliasEvent alias -> alias(alias);
                    default -> throw new YamlException("unexpected " + event.getEventId());
                };
        depth--;
        if (event instanceof NodeEvent node && !(event instanceof AliasEvent)) {
            Optional<Anchor> anchor = node.getAnchor();
            if (anchor.isPresent()) {
                anchors.put(anchor.get().getValue(), value);
                sizes.put(anchor.get().getValue(), nodes - before + 1);
            }
        }
        return value;
    }

    private Json alias(AliasEvent event) {
        String name = event.getAlias().getValue();
        Json value = anchors.get(name);
        if (value == null) {
            throw new YamlException("unknown anchor '" + name + "' referenced");
        }
        nodes += sizes.getOrDefault(name, 1);
        return value;
    }

    private Json sequence() {
        List<Json> items = new ArrayList<>();
        for (Event event = events.next();
                event.getEventId() != Event.ID.SequenceEnd;
                event = events.next()) {
            items.add(node(event));
        }
        return new JsonArray(items);
    }

    private Json mapping() {
        JsonObject.Builder members = JsonObject.builder();
        Set<String> seen = new HashSet<>();
        @Nullable JsonObject merged = null;
        for (Event event = events.next();
                event.getEventId() != Event.ID.MappingEnd;
                event = events.next()) {
            int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            boolean plain =
                    event instanceof ScalarEvent scalar
                            && scalar.getScalarStyle() == ScalarStyle.PLAIN;
            Json told = node(event);
            String key = key(told);
            Json value = node(events.next());
            if (plain && key.equals(MERGE_KEY)) {
                merged = merge(merged, value);
                continue;
            }
            if (!seen.add(key)) {
                duplicates.add("line " + line + ": key " + told + " already set in map");
            }
            members.put(key, value);
        }
        JsonObject own = members.build();
        if (merged == null) {
            return own;
        }
        JsonObject.Builder all = merged.toBuilder();
        own.forEach(all::put);
        return all.build();
    }

    private static JsonObject merge(@Nullable JsonObject before, Json value) {
        JsonObject.Builder all = JsonObject.builder();
        List<JsonObject> sources =
                value instanceof JsonArray array
                        ? array.objects().reversed()
                        : value instanceof JsonObject object ? List.of(object) : List.of();
        if (sources.isEmpty()) {
            throw new YamlException("map merge requires map or sequence of maps as the value");
        }
        sources.forEach(source -> source.forEach(all::put));
        if (before != null) {
            before.forEach(all::put);
        }
        return all.build();
    }

    private static String key(Json key) {
        return switch (key) {
            case JsonString(String text) -> text;
            case JsonNull _ -> "null";
            case JsonObject _, JsonArray _ ->
                    throw new YamlException("invalid map key: " + key.typeName());
            default -> key.toString();
        };
    }

    private static Json scalar(ScalarEvent event) {
        String text = event.getValue();
        Optional<String> tag = event.getTag();
        if (tag.isPresent() && !tag.get().equals("!")) {
            return YamlScalars.tagged(tag.get(), text);
        }
        boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN && tag.isEmpty();
        return plain ? YamlScalars.plain(text) : new JsonString(text);
    }
}
