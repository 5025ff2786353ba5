package kat.dev.config;

import java.util.List;

/// Everything that a skaffold.yaml and the files that it requires say.
///
/// @param modules what is required comes before what requires it
/// @param warnings what KAT leaves aside, with its place
public record Project(List<Module> modules, List<String> warnings) {

    public Project {
        modules = List.copyOf(modules);
        warnings = List.copyOf(warnings);
    }

    /// The artifacts of all modules.
    public List<Artifact> artifacts() {
        return modules.stream().flatMap(module -> module.artifacts().stream()).toList();
    }
}
