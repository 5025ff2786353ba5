package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.apiserver.streaming.ProcessClient.Channel;
import kat.base.TaskGroup;
import kat.client.node.ExecOptions;
import kat.client.node.ProcessStreams;

/// Joins a client with a process: input one way, outputs the other, and how it ended.
///
/// **Threads:** [#run] blocks until the process has ended.
final class ProcessBridge {

    private static final int PART_BYTES = 32 << 10;

    private final ProcessClient client;
    private final ExecOptions options;

    ProcessBridge(ProcessClient client, ExecOptions options) {
        this.client = client;
        this.options = options;
    }

    /// @param start begins the process
    void run(Supplier<ProcessStreams> start) throws InterruptedException {
        client.awaitReady();
        Status end;
        try (ProcessStreams process = start.get()) {
            client.onGone(process::close);
            Thread input = Thread.ofVirtual().start(() -> input(process));
            Thread sizes = Thread.ofVirtual().start(() -> resize(process));
            outputs(process);
            end = status(process.await());
            input.interrupt();
            sizes.interrupt();
        } catch (StatusException e) {
            end = e.status();
        }
        client.finish(end);
    }

    private void outputs(ProcessStreams process) throws InterruptedException {
        try (TaskGroup group = new TaskGroup("process output")) {
            if (options.stdout()) {
                Future<Boolean> unused = group.fork(() -> copy(process.stdout(), Channel.STDOUT));
            }
            if (options.stderr() && !options.tty()) {
                Future<Boolean> unused = group.fork(() -> copy(process.stderr(), Channel.STDERR));
            }
            group.join();
        } catch (ExecutionException gone) {
            System.getLogger(ProcessBridge.class.getName())
                    .log(System.Logger.Level.DEBUG, "process output ended early", gone);
        }
    }

    private boolean copy(InputStream from, Channel to) throws IOException, InterruptedException {
        byte[] part = new byte[PART_BYTES];
        for (int read = from.read(part); read >= 0; read = from.read(part)) {
            if (read > 0) {
                client.send(to, Arrays.copyOf(part, read));
            }
        }
        return true;
    }

    private void input(ProcessStreams process) {
        if (!options.stdin()) {
            return;
        }
        try (OutputStream to = process.stdin();
                InputStream from = client.inbox(Channel.STDIN)) {
            byte[] part = new byte[PART_BYTES];
            for (int read = from.read(part); read >= 0; read = from.read(part)) {
                to.write(part, 0, read);
                to.flush();
            }
        } catch (IOException processEnded) {
            System.getLogger(ProcessBridge.class.getName())
                    .log(System.Logger.Level.DEBUG, "process input ended early", processEnded);
        }
    }

    private void resize(ProcessStreams process) {
        try (InputStream sizes = client.inbox(Channel.RESIZE)) {
            byte[] part = new byte[1024];
            for (int read = sizes.read(part); read >= 0; read = sizes.read(part)) {
                if (Json.parse(Arrays.copyOf(part, read)) instanceof JsonObject size) {
                    process.resize((int) size.integer("Width", 0), (int) size.integer("Height", 0));
                }
            }
        } catch (IOException | JsonException unreadable) {
            System.getLogger(ProcessBridge.class.getName())
                    .log(System.Logger.Level.DEBUG, "terminal sizes ended early", unreadable);
        }
    }

    /// As the kubelet tells it: success, or the exit code among the causes.
    private static Status status(ProcessStreams.Exit exit) {
        if (exit.code() == 0) {
            return Status.success(Status.Details.NONE);
        }
        Status.Cause cause = new Status.Cause("ExitCode", Integer.toString(exit.code()), "");
        return new Status(
                500,
                "NonZeroExitCode",
                "command terminated with non-zero exit code: exit status " + exit.code(),
                new Status.Details("", "", "", "", List.of(cause), 0));
    }
}
