package kat.dev.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Which profiles of a document are active, and what they make of it.
///
/// **Source:** skaffold's documentation of profiles; a profile's lists and builders replace
/// those of the document, its other fields lie over them.
final class Profiles {

    /// Parts of which members, not the whole, are replaced.
    private static final List<String> MERGED = List.of("build", "deploy", "manifests");

    /// Parts that are replaced by another of their group.
    private static final Set<String> WHERE_TO_BUILD =
            Set.of("local", "cluster", "googleCloudBuild");

    private final Loading.Surroundings surroundings;

    Profiles(Loading.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// The names of active profiles, in the order in which they are applied: those that their
    /// conditions activate, then those asked for.
    ///
    /// @param asked names from the command line or a requiring module; `-NAME` takes one out
    List<String> active(JsonObject document, List<String> asked) {
        Set<String> active = new LinkedHashSet<>();
        List<String> known = new ArrayList<>();
        for (JsonObject profile : document.array("profiles").objects()) {
            known.add(profile.string("name"));
            if (isActivated(profile)) {
                active.add(profile.string("name"));
            }
        }
        for (String name : asked) {
            if (name.startsWith("-")) {
                active.remove(name.substring(1));
            } else if (known.contains(name)) {
                active.add(name);
            }
        }
        return List.copyOf(active);
    }

    private boolean isActivated(JsonObject profile) {
        List<JsonObject> conditions = profile.array("activation").objects();
        if (profile.bool("requiresAllActivations")) {
            return !conditions.isEmpty() && conditions.stream().allMatch(this::holds);
        }
        return conditions.stream().anyMatch(this::holds);
    }

    private boolean holds(JsonObject condition) {
        return matches(condition.string("command"), surroundings.command())
                && matches(condition.string("kubeContext"), surroundings.kubeContext())
                && holdsEnvironment(condition.string("env"));
    }

    private boolean holdsEnvironment(String said) {
        if (said.isEmpty()) {
            return true;
        }
        int equals = said.indexOf('=');
        if (equals < 0) {
            throw new DevException(
                    "activation of a profile by env \"" + said + "\": expected NAME=VALUE");
        }
        String value = surroundings.environment().getOrDefault(said.substring(0, equals), "");
        String wanted = said.substring(equals + 1);
        return wanted.isEmpty() ? value.isEmpty() : matches(wanted, value);
    }

    /// Whether a pattern, negated by `!`, is found; an empty one always.
    private static boolean matches(String pattern, String value) {
        if (pattern.isEmpty()) {
            return true;
        }
        boolean isNegated = pattern.startsWith("!");
        String expression = isNegated ? pattern.substring(1) : pattern;
        boolean found;
        try {
            found = Pattern.compile(expression).matcher(value).find();
        } catch (PatternSyntaxException notPattern) {
            found = value.equals(expression);
        }
        return found != isNegated;
    }

    /// The document with profiles applied one after another, without its list of profiles.
    ///
    /// @param where the document, for messages
    JsonObject apply(JsonObject document, List<String> active, String where) {
        JsonObject applied = document;
        for (String name : active) {
            for (JsonObject profile : document.array("profiles").objects()) {
                if (profile.string("name").equals(name)) {
                    List<JsonObject> patches = profile.array("patches").objects();
                    String place = where + ": profile " + name;
                    applied = Patches.apply(overlay(applied, profile), patches, place);
                }
            }
        }
        return applied.without("profiles");
    }

    private static JsonObject overlay(JsonObject document, JsonObject profile) {
        JsonObject merged = document;
        for (String part : MERGED) {
            JsonObject over = profile.object(part);
            JsonObject under = merged.object(part);
            if (part.equals("build") && over.names().stream().anyMatch(WHERE_TO_BUILD::contains)) {
                for (String way : WHERE_TO_BUILD) {
                    under = under.without(way);
                }
            }
            for (String name : over.names()) {
                Json value = over.get(name);
                if (value != null && !isNothing(value)) {
                    under = under.with(name, value);
                }
            }
            merged = over.isEmpty() ? merged : merged.with(part, under);
        }
        Json forwards = profile.get("portForward");
        return forwards == null || isNothing(forwards)
                ? merged
                : merged.with("portForward", forwards);
    }

    private static boolean isNothing(Json value) {
        return value.isNull() || (value instanceof JsonArray items && items.isEmpty());
    }
}
