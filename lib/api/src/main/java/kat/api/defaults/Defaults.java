package kat.api.defaults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// Fills in what a request left open, as Kubernetes' `SetDefaults` functions do: walks an object
/// along its schema, outer before inner, and applies to each part the constants and the rule of its
/// definition. Rules therefore hold wherever a definition is used: a probe's in pods and in every
/// template.
///
/// Custom resources get the defaults of their structural schema by the same walk.
///
/// **Threads:** any.
///
/// **Source:** `pkg/apis/*/v1/defaults.go`;
/// `apiextensions-apiserver/pkg/apiserver/schema/defaulting`.
public final class Defaults {

    private static final Defaults BUILT_IN = new Defaults();

    private final Map<String, JsonObject> constants = Constants.read();
    private final Map<String, UnaryOperator<JsonObject>> rules = Rules.all();
    private final ConcurrentHashMap<String, Plan> plans = new ConcurrentHashMap<>();

    /// What to do at one definition.
    private record Plan(
            JsonObject constants,
            UnaryOperator<JsonObject> rule,
            List<Schema> fields,
            Set<String> pointers,
            boolean isLeaf) {}

    private Defaults() {}

    /// The object with defaults; the same when nothing was open.
    ///
    /// @param object in the decoder's canonical form
    public static JsonObject apply(Schema schema, JsonObject object) {
        return BUILT_IN.object(schema, object);
    }

    private JsonObject object(Schema schema, JsonObject object) {
        String definition = schema.definition();
        Plan plan =
                definition.isEmpty()
                        ? plan(schema, "")
                        : plans.computeIfAbsent(definition, name -> plan(schema, name));
        if (plan.isLeaf()) {
            return object;
        }
        JsonObject filled = plan.rule().apply(fill(object, plan));
        return filled.map((name, value) -> member(schema, name, value));
    }

    private static JsonObject fill(JsonObject object, Plan plan) {
        JsonObject filled = object;
        for (Schema field : plan.fields()) {
            Json given = filled.get(field.name());
            Json value = field.defaultValue();
            boolean open = given == null || (given instanceof JsonNull && !field.isNullable());
            if (open && value != null) {
                filled = filled.with(field.name(), value);
            }
        }
        JsonObject constants = plan.constants();
        for (int i = 0; i < constants.size(); i++) {
            Json given = filled.get(constants.nameAt(i));
            boolean open = given == null || given instanceof JsonNull || isEmptyText(given);
            if (open && !(given != null && plan.pointers().contains(constants.nameAt(i)))) {
                filled = filled.with(constants.nameAt(i), constants.valueAt(i));
            }
        }
        return filled;
    }

    private static boolean isEmptyText(Json value) {
        return value instanceof JsonString(String text) && text.isEmpty();
    }

    private Json member(Schema schema, String name, Json value) {
        Schema field = schema.field(name);
        if (field == null) {
            return value;
        }
        Schema filling = field.filling();
        return value(filling == null ? field : filling, value);
    }

    private Json value(Schema schema, Json value) {
        return switch (value) {
            case JsonObject object when schema.type() == Schema.Type.OBJECT ->
                    object(schema, object);
            case JsonObject object when schema.type() == Schema.Type.MAP ->
                    map(schema.values(), object);
            case JsonArray array when schema.type() == Schema.Type.ARRAY ->
                    array.map(item -> value(schema.items(), item));
            case JsonNull _ when schema.isCustom() && !schema.isNullable() -> {
                Json other = schema.defaultValue();
                yield other == null ? value : other;
            }
            default -> value;
        };
    }

    private JsonObject map(Schema values, JsonObject object) {
        return switch (values.type()) {
            case QUANTITY -> object.map((_, amount) -> roundedUp(amount));
            case OBJECT, MAP, ARRAY -> object.map((_, member) -> value(values, member));
            default ->
                    values.isCustom() ? object.map((_, member) -> value(values, member)) : object;
        };
    }

    private static Json roundedUp(Json amount) {
        if (amount instanceof JsonString(String text)
                && (text.endsWith("n") || text.endsWith("u"))) {
            Quantity quantity = Quantity.tryParse(text);
            return quantity == null ? amount : Json.of(quantity.roundedUpToMilli().toString());
        }
        return amount;
    }

    private Plan plan(Schema schema, String definition) {
        String[] words = definition.split("\\.", -1);
        int from = Math.max(0, words.length - 3);
        String key = String.join(".", List.of(words).subList(from, words.length));
        JsonObject own = constants.getOrDefault(key, JsonObject.EMPTY);
        @Nullable UnaryOperator<JsonObject> rule = rules.get(key);
        return new Plan(
                own,
                rule == null ? UnaryOperator.identity() : rule,
                defaulted(schema),
                pointers(schema),
                definition.endsWith(".ObjectMeta") || definition.endsWith(".LabelSelector"));
    }

    /// The fields of which an empty text is a value as any other.
    private static Set<String> pointers(Schema schema) {
        return schema.fields().values().stream()
                .filter(Schema::isPointer)
                .map(Schema::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<Schema> defaulted(Schema schema) {
        List<Schema> found = new ArrayList<>();
        for (Schema field : schema.fields().values()) {
            Json value = field.defaultValue();
            boolean custom = field.isCustom() && value != null;
            if (custom || (value != null && isWorthSetting(field, value))) {
                found.add(field);
            }
        }
        return found;
    }

    /// A zero default of a field that is written anyway, or left out when zero, changes nothing.
    private static boolean isWorthSetting(Schema field, Json value) {
        boolean zero =
                switch (value) {
                    case JsonString(String text) -> text.isEmpty();
                    default -> value.toString().equals("0") || value.toString().equals("false");
                };
        return !zero || field.presence() == Schema.Presence.KEEP;
    }
}
