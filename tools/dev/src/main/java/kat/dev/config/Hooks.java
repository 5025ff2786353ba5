package kat.dev.config;

import java.util.List;

/// Commands that run before and after a step.
public record Hooks(List<Hook> before, List<Hook> after) {

    public static final Hooks NONE = new Hooks(List.of(), List.of());

    public Hooks {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /// One command.
    public sealed interface Hook {
        List<String> command();
    }

    /// A command on this machine.
    ///
    /// @param folder relative to the module's; empty for that one
    /// @param systems names of operating systems on which it runs, as Go names them; none for
    ///     all
    public record OnHost(List<String> command, String folder, List<String> systems)
            implements Hook {
        public OnHost {
            command = List.copyOf(command);
            systems = List.copyOf(systems);
        }
    }

    /// A command in containers of what was deployed.
    ///
    /// @param pod a name with `*`; empty for pods of the artifact
    /// @param container a name with `*`; empty for all
    public record InContainer(List<String> command, String pod, String container) implements Hook {
        public InContainer {
            command = List.copyOf(command);
        }
    }
}
