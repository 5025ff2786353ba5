package kat.apiserver.streaming;

import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;
import kat.api.Status;
import kat.client.node.Duplex;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;
import org.jspecify.annotations.Nullable;

/// The way to the nodes, which begins to exist after the server: nodes need the API to start.
///
/// **Threads:** any.
public final class LateGateway implements NodeGateway {

    private final AtomicReference<@Nullable NodeGateway> gateway = new AtomicReference<>();

    public void connect(NodeGateway nodes) {
        gateway.set(nodes);
    }

    private NodeGateway require() {
        NodeGateway found = gateway.get();
        if (found == null) {
            throw Status.serviceUnavailable("no node is connected to this server").asException();
        }
        return found;
    }

    @Override
    public InputStream logs(PodTarget target, LogOptions options) {
        return require().logs(target, options);
    }

    @Override
    public ProcessStreams exec(PodTarget target, ExecOptions options) {
        return require().exec(target, options);
    }

    @Override
    public ProcessStreams attach(PodTarget target, ExecOptions options) {
        return require().attach(target, options);
    }

    @Override
    public void requireForwarding(PodTarget target) {
        require().requireForwarding(target);
    }

    @Override
    public Duplex connect(PodTarget target, int port) {
        return require().connect(target, port);
    }

    @Override
    public NodeAnswer request(String node, String method, String path, byte[] body) {
        return require().request(node, method, path, body);
    }
}
