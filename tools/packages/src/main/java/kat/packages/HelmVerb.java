package kat.packages;

import java.util.List;
import picocli.CommandLine.ParseResult;

/// One of Helm's commands.
///
/// @param name its words, such as `dependency update`
/// @param parameters what stands after it, such as `NAME` and `CHART`; one in brackets may be
///     left out
/// @param flags the names of its flags in [HelmOptions]
record HelmVerb(
        String name,
        String description,
        List<String> parameters,
        List<String> flags,
        Action action) {

    /// Does it and gives back what to print.
    interface Action {
        String run(ParseResult args);
    }

    HelmVerb {
        parameters = List.copyOf(parameters);
        flags = List.copyOf(flags);
    }

    String[] aliases() {
        return switch (name) {
            case "list" -> new String[] {"ls"};
            case "uninstall" -> new String[] {"delete", "un"};
            default -> new String[0];
        };
    }
}
