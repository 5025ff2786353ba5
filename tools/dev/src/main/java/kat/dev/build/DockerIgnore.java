package kat.dev.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kat.dev.config.DevException;

/// The patterns of a `.dockerignore`: the last one that matches decides, `!` takes back.
final class DockerIgnore {

    private final List<Rule> rules;

    private record Rule(Pattern pattern, boolean isIgnored) {}

    private DockerIgnore(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /// @param dockerfile whose own `NAME.dockerignore` goes before the folder's
    static DockerIgnore of(Path context, String dockerfile) {
        Path own = context.resolve(dockerfile + ".dockerignore");
        Path file = Files.exists(own) ? own : context.resolve(".dockerignore");
        if (!Files.exists(file)) {
            return new DockerIgnore(List.of());
        }
        try {
            return of(Files.readAllLines(file));
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        }
    }

    static DockerIgnore of(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : lines) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                boolean isIgnored = !text.startsWith("!");
                String pattern = isIgnored ? text : text.substring(1);
                pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
                rules.add(new Rule(Patterns.ofTree(pattern), isIgnored));
            }
        }
        return new DockerIgnore(rules);
    }

    boolean isIgnored(String name) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if (rule.pattern().matcher(name).matches()) {
                ignored = rule.isIgnored();
            }
        }
        return ignored;
    }
}
