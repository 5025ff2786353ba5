package kat.cri.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import kat.cri.ContainerConfig;
import org.jspecify.annotations.Nullable;

/// What the containers of a [FakeContainerRuntime] do. Every method has a default, so that a test
/// says only what it is about.
public interface FakeProgram {

    /// A program that runs until it is stopped and answers every command with success.
    FakeProgram FOREVER = new FakeProgram() {};

    /// How a container's own process goes.
    ///
    /// @param runsFor null until it is stopped
    /// @param exitCode when it ended by itself
    /// @param startFailure the runtime's words when it cannot be started; else empty
    record Course(@Nullable Duration runsFor, int exitCode, String startFailure) {

        public static final Course FOREVER = new Course(null, 0, "");

        public static Course exits(Duration after, int code) {
            return new Course(after, code, "");
        }

        public static Course cannotStart(String words) {
            return new Course(null, 0, words);
        }
    }

    default Course run(ContainerConfig config) {
        return Course.FOREVER;
    }

    /// How long a container takes to end once it was asked to; longer than the time it is given
    /// means it is killed.
    default Duration stopsAfter(ContainerConfig config) {
        return Duration.ZERO;
    }

    /// Runs a command inside a container.
    ///
    /// @return its exit code
    default int exec(
            List<String> command, InputStream stdin, OutputStream stdout, OutputStream stderr)
            throws IOException {
        return 0;
    }

    /// Serves one connection to a port of a sandbox.
    ///
    /// @throws IOException with the words the other side reads, when nobody listens there
    default void connect(int port, InputStream from, OutputStream to) throws IOException {
        throw new IOException("connection refused");
    }
}
