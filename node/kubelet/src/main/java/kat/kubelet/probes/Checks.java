package kat.kubelet.probes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.base.Ticker;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.ExecResult;

/// One look at a container, as a probe or a hook asks for it.
///
/// **Threads:** any; calls block up to the probe's timeout.
///
/// **Source:** `pkg/probe`.
///
/// @param runtime for commands
/// @param ticker for time-outs of more than one step
public record Checks(ContainerRuntime runtime, Ticker ticker) {

    /// Whom to look at.
    ///
    /// @param address of its pod
    /// @param container its specification, for names of ports
    public record Target(String containerId, String address, JsonObject container) {}

    /// @param warns whether people are told of it although it is good
    /// @param output what is shown to people
    public record Result(boolean success, boolean warns, String output) {

        public Result(boolean success, String output) {
            this(success, false, output);
        }

        static Result failure(String output) {
            return new Result(false, output);
        }
    }

    /// @param handler with one of `exec`, `httpGet`, `tcpSocket`, `grpc`
    /// @param timeout zero for none
    public Result look(JsonObject handler, Target target, Duration timeout) {
        try {
            if (handler.has("exec")) {
                return exec(handler.object("exec"), target, timeout);
            }
            if (handler.has("httpGet")) {
                JsonObject get = handler.object("httpGet");
                return new HttpCheck(ticker)
                        .run(get, host(get, target), port(get, target), timeout);
            }
            if (handler.has("tcpSocket")) {
                JsonObject socket = handler.object("tcpSocket");
                return connect(host(socket, target), port(socket, target), timeout);
            }
            if (handler.has("grpc")) {
                JsonObject grpc = handler.object("grpc");
                return GrpcCheck.run(
                        new InetSocketAddress(target.address(), (int) grpc.integer("port", 0)),
                        grpc.string("service"),
                        timeout);
            }
            return Result.failure("missing probe handler");
        } catch (IllegalArgumentException e) {
            return Result.failure(String.valueOf(e.getMessage()));
        }
    }

    /// What a container wants done after its start or before its end. One that succeeded with
    /// output did so in another way than was asked for.
    ///
    /// @param handler with one of `exec`, `httpGet`
    /// @param timeout zero for none
    public Result hook(JsonObject handler, Target target, Duration timeout) {
        if (handler.has("tcpSocket")) {
            return Result.failure("invalid handler");
        }
        if (handler.has("exec")) {
            return hook(handler.object("exec").array("command").strings(), target, timeout);
        }
        try {
            JsonObject get = handler.object("httpGet");
            return new HttpCheck(ticker).hook(get, host(get, target), port(get, target), timeout);
        } catch (IllegalArgumentException e) {
            return Result.failure(String.valueOf(e.getMessage()));
        }
    }

    private Result hook(List<String> command, Target target, Duration timeout) {
        try {
            ExecResult result = runtime.execSync(target.containerId(), command, timeout);
            if (result.exitCode() == 0) {
                return new Result(true, "");
            }
            return Result.failure(
                    "command '"
                            + String.join(" ", command)
                            + "' exited with "
                            + result.exitCode()
                            + ": "
                            + result.stderr()
                            + ", message: "
                            + Json.of(result.stdout() + result.stderr()));
        } catch (ContainerRuntimeException e) {
            return Result.failure(e.rpcError() + ", message: \"\"");
        }
    }

    private Result exec(JsonObject exec, Target target, Duration timeout) {
        try {
            List<String> command = exec.array("command").strings();
            ExecResult result = runtime.execSync(target.containerId(), command, timeout);
            return new Result(result.exitCode() == 0, result.stdout() + result.stderr());
        } catch (ContainerRuntimeException e) {
            if (e.code() == ContainerRuntimeException.Code.DEADLINE_EXCEEDED) {
                return Result.failure(
                        "command timed out: "
                                + exec.array("command").strings()
                                + " timed out after "
                                + timeout.toSeconds()
                                + "s");
            }
            return Result.failure(e.rpcError());
        }
    }

    private static Result connect(String host, int port, Duration timeout) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return new Result(true, "");
        } catch (IOException e) {
            return Result.failure("dial tcp " + host + ":" + port + ": " + HttpCheck.goWords(e));
        }
    }

    private static String host(JsonObject handler, Target target) {
        return handler.string("host", target.address());
    }

    /// @throws IllegalArgumentException when the container has no port of this name
    private static int port(JsonObject handler, Target target) {
        if (handler.get("port") instanceof JsonNumber number) {
            return (int) number.longValue();
        }
        String name = handler.get("port") instanceof JsonString(String text) ? text : "";
        JsonArray ports = target.container().array("ports");
        for (JsonObject port : ports.objects()) {
            if (port.string("name").equals(name)) {
                return (int) port.integer("containerPort", 0);
            }
        }
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("couldn't find port: " + name, e);
        }
    }
}
