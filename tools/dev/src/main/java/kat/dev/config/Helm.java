package kat.dev.config;

import java.util.List;
import java.util.SequencedMap;
import kat.api.json.JsonObject;

/// Releases of charts, and flags for all of them.
public record Helm(List<Release> releases, Flags flags, Hooks hooks) {

    public static final Helm NONE = new Helm(List.of(), Flags.NONE, Hooks.NONE);

    public Helm {
        releases = List.copyOf(releases);
    }

    /// Further words for Helm's commands.
    public record Flags(
            List<String> global,
            List<String> install,
            List<String> upgrade,
            List<String> template,
            List<String> dependencies) {

        static final Flags NONE = new Flags(List.of(), List.of(), List.of(), List.of(), List.of());

        public Flags {
            global = List.copyOf(global);
            install = List.copyOf(install);
            upgrade = List.copyOf(upgrade);
            template = List.copyOf(template);
            dependencies = List.copyOf(dependencies);
        }
    }

    /// One release.
    ///
    /// @param chart a folder, or a reference when it is remote
    /// @param namespace empty for that of the command
    /// @param values by names as `--set` takes them
    /// @param templates values that are templates over images and environment
    /// @param files values that are read from files
    /// @param overrides values as a tree
    /// @param needs names of releases that come first
    public record Release(
            String name,
            String chart,
            boolean isRemote,
            String repository,
            String version,
            String namespace,
            SequencedMap<String, String> values,
            SequencedMap<String, String> templates,
            SequencedMap<String, String> files,
            List<String> valuesFiles,
            JsonObject overrides,
            Switches switches,
            List<String> needs) {

        public Release {
            valuesFiles = List.copyOf(valuesFiles);
            needs = List.copyOf(needs);
        }
    }

    /// What a release does or leaves.
    ///
    /// @param upgradesOnChange whether an installed release is upgraded at all
    public record Switches(
            boolean createsNamespace,
            boolean waits,
            boolean skipsDependencies,
            boolean skipsTests,
            boolean upgradesOnChange) {}
}
