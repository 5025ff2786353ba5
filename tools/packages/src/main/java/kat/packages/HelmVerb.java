package kat.packages;

import java.util.List;

/// One of Helm's commands.
///
/// @param name its words, such as `dependency update`
/// @param parameters what stands after it, as Helm writes it: `[NAME] [CHART]`
/// @param counts how many of them there may be
/// @param flags the names of its flags in [HelmOptions]
record HelmVerb(
        String name,
        String description,
        String parameters,
        Counts counts,
        List<String> flags,
        Action action) {

    private static final int ANY = Integer.MAX_VALUE;

    /// Does it and gives back what to print.
    interface Action {
        String run(Invocation said);
    }

    /// How many parameters a command takes.
    record Counts(int least, int most) {

        static Counts exactly(int count) {
            return new Counts(count, count);
        }

        static Counts atLeast(int least) {
            return new Counts(least, ANY);
        }

        static Counts between(int least, int most) {
            return new Counts(least, most);
        }
    }

    HelmVerb {
        flags = List.copyOf(flags);
    }

    /// @throws HelmException in Helm's words when there are too few or too many
    void requireCount(int count) {
        if (count >= counts.least && count <= counts.most) {
            return;
        }
        String wanted;
        if (counts.most == 0) {
            wanted = "accepts no arguments";
        } else if (counts.least == counts.most) {
            wanted = "requires " + arguments(counts.least);
        } else if (count < counts.least) {
            wanted = "requires at least " + arguments(counts.least);
        } else {
            wanted = "accepts at most " + arguments(counts.most);
        }
        throw new HelmException("\"helm " + name + "\" " + wanted + "\n\nUsage:  " + usage());
    }

    private static String arguments(int count) {
        return count + (count == 1 ? " argument" : " arguments");
    }

    String usage() {
        return "helm " + name + (parameters.isEmpty() ? "" : " " + parameters) + " [flags]";
    }

    String[] aliases() {
        return switch (name) {
            case "list", "repo list", "dependency list" -> new String[] {"ls"};
            case "uninstall" -> new String[] {"del", "delete", "un"};
            case "history" -> new String[] {"hist"};
            case "pull" -> new String[] {"fetch"};
            case "repo remove" -> new String[] {"rm"};
            case "repo update", "dependency update" -> new String[] {"up"};
            default -> new String[0];
        };
    }
}
