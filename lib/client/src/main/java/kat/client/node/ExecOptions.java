package kat.client.node;

import java.util.List;

/// What is run in a container, or attached to, and which streams are wanted.
///
/// @param command program and arguments; empty when attaching
/// @param stderr never together with a terminal, which has one stream for both
/// @param tty whether the process has a terminal
///
/// **Source:** `PodExecOptions` and `PodAttachOptions` of the core API.
public record ExecOptions(
        List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
    public ExecOptions {
        command = List.copyOf(command);
    }
}
