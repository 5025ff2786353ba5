package kat.cri;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import kat.cri.grpc.Cri;
import kat.cri.grpc.RuntimeServiceGrpc;

/// Streams over the URL that CRI gives for each: the runtime's own streaming server on loopback.
final class CriStreams implements ContainerStreams {

    private static final String COMMANDS = "v4.channel.k8s.io";
    private static final String PORTS = "portforward.k8s.io";

    private final CriChannel channel;

    CriStreams(CriChannel channel) {
        this.channel = channel;
    }

    @Override
    public ContainerProcess exec(String containerId, List<String> command, StreamOptions options) {
        String what = "run a command in container " + containerId;
        Cri.ExecResponse answer =
                channel.call(
                        RuntimeServiceGrpc.getExecMethod(),
                        Cri.ExecRequest.newBuilder()
                                .setContainerId(containerId)
                                .addAllCmd(command)
                                .setStdin(options.stdin())
                                .setStdout(options.stdout())
                                .setStderr(options.stderr() && !options.tty())
                                .setTty(options.tty())
                                .build(),
                        CriRuntime.CALL_TIMEOUT,
                        what);
        return process(answer.getUrl(), options, what, false);
    }

    @Override
    public ContainerProcess attach(String containerId, StreamOptions options) {
        String what = "attach to container " + containerId;
        Cri.AttachResponse answer =
                channel.call(
                        RuntimeServiceGrpc.getAttachMethod(),
                        Cri.AttachRequest.newBuilder()
                                .setContainerId(containerId)
                                .setStdin(options.stdin())
                                .setStdout(options.stdout())
                                .setStderr(options.stderr() && !options.tty())
                                .setTty(options.tty())
                                .build(),
                        CriRuntime.CALL_TIMEOUT,
                        what);
        return process(answer.getUrl(), options, what, true);
    }

    @Override
    public PortStream portForward(String sandboxId, int port) {
        String what = "forward port " + port + " of pod sandbox " + sandboxId;
        Cri.PortForwardResponse answer =
                channel.call(
                        RuntimeServiceGrpc.getPortForwardMethod(),
                        Cri.PortForwardRequest.newBuilder()
                                .setPodSandboxId(sandboxId)
                                .addPort(port)
                                .build(),
                        CriRuntime.CALL_TIMEOUT,
                        what);
        SpdyConnection connection = open(answer.getUrl(), PORTS, what);
        try {
            String portText = Integer.toString(port);
            SpdyConnection.Stream errors =
                    connection.stream(
                            Map.of("streamtype", "error", "port", portText, "requestid", "0"));
            errors.output().close();
            SpdyConnection.Stream data =
                    connection.stream(
                            Map.of("streamtype", "data", "port", portText, "requestid", "0"));
            return new SpdyPortStream(connection, data, errors.input());
        } catch (IOException e) {
            connection.close();
            throw broken(what, e);
        }
    }

    private ContainerProcess process(
            String url, StreamOptions options, String what, boolean attached) {
        SpdyConnection connection = open(url, COMMANDS, what);
        try {
            InputStream status = connection.stream(Map.of("streamtype", "error")).input();
            OutputStream stdin = refusing();
            if (options.stdin()) {
                stdin = connection.stream(Map.of("streamtype", "stdin")).output();
            }
            InputStream stdout = InputStream.nullInputStream();
            if (options.stdout()) {
                stdout = connection.stream(Map.of("streamtype", "stdout")).input();
            }
            InputStream stderr = InputStream.nullInputStream();
            if (options.stderr() && !options.tty()) {
                stderr = connection.stream(Map.of("streamtype", "stderr")).input();
            }
            OutputStream resize = refusing();
            if (options.tty()) {
                resize = connection.stream(Map.of("streamtype", "resize")).output();
            }
            return new SpdyProcess(
                    connection,
                    new SpdyProcess.Streams(stdin, stdout, stderr, resize, status),
                    what,
                    attached);
        } catch (IOException e) {
            connection.close();
            throw broken(what, e);
        }
    }

    private SpdyConnection open(String url, String protocol, String what) {
        try {
            return SpdyConnection.open(channel.eventLoop(), URI.create(url), protocol);
        } catch (IOException e) {
            throw broken(what, e);
        }
    }

    private static OutputStream refusing() throws IOException {
        OutputStream closed = OutputStream.nullOutputStream();
        closed.close();
        return closed;
    }

    private static ContainerRuntimeException broken(String what, IOException cause) {
        String words = cause.getMessage();
        return new ContainerRuntimeException(
                ContainerRuntimeException.Code.UNAVAILABLE,
                what,
                words == null ? "the stream broke" : words,
                cause);
    }
}
