package kat.cri;

import java.util.List;

/// Live byte streams into containers and pods.
///
/// **Errors:** every method throws [ContainerRuntimeException]; a command that cannot be run shows
/// itself in [ContainerProcess#waitFor].
public interface ContainerStreams {

    /// Starts a command in a running container.
    ContainerProcess exec(String containerId, List<String> command, StreamOptions options);

    /// Joins the streams of the container's own process.
    ContainerProcess attach(String containerId, StreamOptions options);

    /// Connects to a port on the loopback address inside the sandbox's network. A port where
    /// nobody listens shows itself as an [java.io.IOException] of the first read or write.
    PortStream portForward(String sandboxId, int port);

    /// Which streams a session has.
    ///
    /// @param tty a terminal: input and output are one device and there is no standard error
    record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {

        /// Standard output and error, no input.
        public static StreamOptions output() {
            return new StreamOptions(false, true, true, false);
        }

        /// Input, output and error.
        public static StreamOptions all() {
            return new StreamOptions(true, true, true, false);
        }

        /// Input and output on a terminal.
        public static StreamOptions terminal() {
            return new StreamOptions(true, true, false, true);
        }
    }
}
