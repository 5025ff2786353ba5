package kat.dev.config;

import java.util.List;

/// Which changed files are copied into running containers, in place of a new image. For jib,
/// where skaffold has `auto`, classes and resources always are.
///
/// @param infer patterns of files for which the Dockerfile's COPY and ADD tell where they go
public record Sync(List<Rule> manual, List<String> infer, Hooks hooks) {

    public static final Sync NONE = new Sync(List.of(), List.of(), Hooks.NONE);

    public Sync {
        manual = List.copyOf(manual);
        infer = List.copyOf(infer);
    }

    /// Where files go.
    ///
    /// @param source a pattern relative to the context
    /// @param destination a folder in the container
    /// @param strip what is taken from the beginning of names
    public record Rule(String source, String destination, String strip) {}
}
