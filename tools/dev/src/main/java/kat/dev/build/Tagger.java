package kat.dev.build;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.dev.config.Artifact;
import kat.dev.config.DevException;
import kat.dev.config.TagPolicy;
import kat.dev.config.Template;
import kat.dev.process.Shell;

/// Tags of images, by their policies.
public final class Tagger {

    private static final int LONGEST = 128;
    private static final int INPUT_DIGITS = 64;

    private final Shell shell;
    private final Instant begun;

    /// @param begun the time that all tags of one run tell
    public Tagger(Shell shell, Instant begun) {
        this.shell = shell;
        this.begun = begun;
    }

    /// @param inputs the artifact's [InputDigest]
    /// @throws DevException when Git or a variable is missing
    public String tag(TagPolicy policy, Artifact artifact, String inputs)
            throws InterruptedException {
        return switch (policy) {
            case TagPolicy.GitCommit git -> git.prefix() + git(git, artifact.context());
            case TagPolicy.Sha256 _ -> "latest";
            case TagPolicy.DateTime time -> time(time);
            case TagPolicy.EnvTemplate template -> expand(template.template(), artifact, Map.of());
            case TagPolicy.InputDigest _ -> inputs.substring(0, INPUT_DIGITS);
            case TagPolicy.CustomTemplate custom -> {
                SequencedMap<String, String> parts = new LinkedHashMap<>();
                for (Map.Entry<String, TagPolicy> part : custom.components().entrySet()) {
                    parts.put(part.getKey(), tag(part.getValue(), artifact, inputs));
                }
                yield expand(custom.template(), artifact, parts);
            }
        };
    }

    private String expand(String template, Artifact artifact, Map<String, String> parts) {
        Map<String, String> variables = new LinkedHashMap<>(shell.environment());
        variables.put("IMAGE_NAME", artifact.image());
        variables.putAll(parts);
        String tag = Template.expand(template, variables);
        String name = artifact.image() + ":";
        return tag.startsWith(name) ? tag.substring(name.length()) : tag;
    }

    private String time(TagPolicy.DateTime policy) {
        try {
            ZoneId zone =
                    policy.timezone().equals("Local")
                            ? ZoneId.systemDefault()
                            : ZoneId.of(policy.timezone());
            return GoTime.format(begun.atZone(zone), policy.format());
        } catch (DateTimeException e) {
            throw new DevException("tagPolicy.dateTime.timezone " + policy.timezone(), e);
        }
    }

    private String git(TagPolicy.GitCommit policy, Path folder) throws InterruptedException {
        String found =
                switch (policy.variant()) {
                    case "commitsha" -> run(folder, "rev-list", "-1", "HEAD");
                    case "abbrevcommitsha" ->
                            run(folder, "rev-list", "-1", "HEAD", "--abbrev-commit");
                    case "treesha" -> run(folder, "rev-parse", "HEAD:./");
                    case "abbrevtreesha" -> run(folder, "rev-parse", "--short", "HEAD:./");
                    case "branches" -> {
                        String branch = run(folder, "branch", "--show-current");
                        yield branch.isEmpty()
                                ? run(folder, "rev-list", "-1", "HEAD", "--abbrev-commit")
                                : branch;
                    }
                    default -> run(folder, "describe", "--tags", "--always");
                };
        boolean isDirty =
                !policy.ignoresChanges() && !run(folder, "status", ".", "--porcelain").isEmpty();
        return sanitized(found) + (isDirty ? "-dirty" : "");
    }

    private String run(Path folder, String... words) throws InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        Shell.Result result = shell.run(Shell.Command.of(folder, command));
        if (!result.isGood()) {
            throw new DevException(
                    "the tag policy gitCommit asks Git about "
                            + folder
                            + ", which says: "
                            + result.said()
                            + "; commit, or choose another policy in build.tagPolicy");
        }
        return result.out().strip();
    }

    /// What a tag may hold; other characters become `_`.
    static String sanitized(String tag) {
        String plain = tag.replaceAll("[^a-zA-Z0-9-._]", "_");
        int leading = 0;
        while (leading < plain.length() && "-.".indexOf(plain.charAt(leading)) >= 0) {
            leading++;
        }
        String safe = "_".repeat(leading) + plain.substring(leading);
        return safe.substring(0, Math.min(LONGEST, safe.length()));
    }
}
