package kat.dev.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import kat.api.json.JsonObject;

/// Reads a tag policy; where none is named it is that of Git.
final class TagPolicyReader {

    private static final List<String> KINDS =
            List.of(
                    "gitCommit",
                    "sha256",
                    "dateTime",
                    "envTemplate",
                    "inputDigest",
                    "customTemplate");

    private static final List<String> VARIANTS =
            List.of(
                    "",
                    "tags",
                    "commitsha",
                    "abbrevcommitsha",
                    "treesha",
                    "abbrevtreesha",
                    "branches");

    private final String where;

    TagPolicyReader(String where) {
        this.where = where;
    }

    TagPolicy read(JsonObject said, String place) {
        List<String> kinds = KINDS.stream().filter(said::has).toList();
        if (kinds.size() > 1) {
            throw new DevException(
                    where + ": " + place + ": only one of " + String.join(", ", kinds) + " can be");
        }
        String kind = kinds.isEmpty() ? "gitCommit" : kinds.getFirst();
        JsonObject policy = said.object(kind);
        return switch (kind) {
            case "gitCommit" -> git(policy, place);
            case "sha256" -> new TagPolicy.Sha256();
            case "dateTime" ->
                    new TagPolicy.DateTime(
                            policy.string("format", "2006-01-02_15-04-05.999_MST"),
                            policy.string("timezone", "Local"));
            case "envTemplate" -> new TagPolicy.EnvTemplate(template(policy, place));
            case "inputDigest" -> new TagPolicy.InputDigest();
            default -> custom(policy, place);
        };
    }

    private TagPolicy git(JsonObject policy, String place) {
        String variant = policy.string("variant").toLowerCase(Locale.ROOT);
        if (!VARIANTS.contains(variant)) {
            throw new DevException(
                    where
                            + ": "
                            + place
                            + ".gitCommit.variant: no variant "
                            + policy.string("variant")
                            + "; there are Tags, CommitSha, AbbrevCommitSha, TreeSha,"
                            + " AbbrevTreeSha and Branches");
        }
        return new TagPolicy.GitCommit(
                Values.text(policy, "prefix"),
                variant.isEmpty() ? "tags" : variant,
                policy.bool("ignoreChanges"));
    }

    private TagPolicy custom(JsonObject policy, String place) {
        SequencedMap<String, TagPolicy> components = new LinkedHashMap<>();
        for (JsonObject component : policy.array("components").objects()) {
            String name = component.string("name");
            if (name.isEmpty() || components.containsKey(name)) {
                throw new DevException(
                        where
                                + ": "
                                + place
                                + ".customTemplate.components: each needs a name of its own");
            }
            components.put(name, read(component, place + ".customTemplate.components." + name));
        }
        return new TagPolicy.CustomTemplate(template(policy, place), components);
    }

    private String template(JsonObject policy, String place) {
        String template = Values.text(policy, "template");
        if (template.isEmpty()) {
            throw new DevException(where + ": " + place + ": template is missing");
        }
        return template;
    }
}
