package kat.console;

import java.util.List;

/// Helm as a program, for the cluster and the user whom the dashboard is for.
@FunctionalInterface
public interface Helm {

    /// @param words of Helm's command line
    /// @return the command, ready to be started
    ProcessBuilder command(List<String> words);
}
