package kat.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// One thing that `kat` can be asked to do.
interface Verb {

    String name();

    /// Its options, parameters and description.
    CommandSpec spec();

    /// Does it and gives back the exit code.
    ///
    /// @throws CliException when it cannot be done; the message is one sentence for the user
    int run(ParseResult args) throws InterruptedException;

    /// Whether only KAT itself calls it, so that help does not show it.
    default boolean isInternal() {
        return false;
    }
}
