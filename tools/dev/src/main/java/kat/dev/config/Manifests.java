package kat.dev.config;

import java.util.List;

/// Where manifests come from.
///
/// @param rawYaml files and patterns
/// @param kustomizations folders
/// @param before commands that run first
public record Manifests(
        List<String> rawYaml,
        List<String> kustomizations,
        List<String> kustomizeArgs,
        Helm helm,
        List<Hooks.Hook> before) {

    public Manifests {
        rawYaml = List.copyOf(rawYaml);
        kustomizations = List.copyOf(kustomizations);
        kustomizeArgs = List.copyOf(kustomizeArgs);
        before = List.copyOf(before);
    }
}
