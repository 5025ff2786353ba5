package kat.dev.config;

import java.nio.file.Path;
import java.util.List;

/// One document of a skaffold.yaml.
///
/// @param name empty when it has none
/// @param folder to which its paths are relative
/// @param isPushed what `build.local.push` says; null when it says nothing
/// @param insecureRegistries hosts that are spoken to without TLS
public record Module(
        String name,
        Path folder,
        List<Artifact> artifacts,
        TagPolicy tagPolicy,
        @org.jspecify.annotations.Nullable Boolean isPushed,
        List<String> insecureRegistries,
        Hooks buildHooks,
        Manifests manifests,
        Deploy deploy,
        List<PortForward> portForwards) {

    public Module {
        artifacts = List.copyOf(artifacts);
        insecureRegistries = List.copyOf(insecureRegistries);
        portForwards = List.copyOf(portForwards);
    }
}
