package kat.dev.config;

import java.nio.file.Path;
import java.util.List;

/// An image that is built.
///
/// @param image its name in manifests, without tag
/// @param context the folder with its sources
/// @param needs images that are built before it
/// @param runtimeType such as `jvm`; empty to find out
public record Artifact(
        String image,
        Path context,
        Builder builder,
        List<Need> needs,
        Sync sync,
        Hooks hooks,
        String runtimeType) {

    public Artifact {
        needs = List.copyOf(needs);
    }

    /// An image that another needs.
    ///
    /// @param alias by which the builder is told of it
    public record Need(String image, String alias) {}
}
