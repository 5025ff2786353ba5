package kat.app;

import java.io.InputStream;
import java.util.function.Predicate;
import kat.client.node.Duplex;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;

/// Asks the right one of two gateways: simulated nodes stand beside the real one.
///
/// **Threads:** any.
final class GatewayByNode implements NodeGateway {

    private final Predicate<String> isSimulated;
    private final NodeGateway simulated;
    private final NodeGateway real;

    GatewayByNode(Predicate<String> isSimulated, NodeGateway simulated, NodeGateway real) {
        this.isSimulated = isSimulated;
        this.simulated = simulated;
        this.real = real;
    }

    private NodeGateway of(String node) {
        return isSimulated.test(node) ? simulated : real;
    }

    @Override
    public InputStream logs(PodTarget target, LogOptions options) {
        return of(target.node()).logs(target, options);
    }

    @Override
    public ProcessStreams exec(PodTarget target, ExecOptions options) {
        return of(target.node()).exec(target, options);
    }

    @Override
    public ProcessStreams attach(PodTarget target, ExecOptions options) {
        return of(target.node()).attach(target, options);
    }

    @Override
    public void requireForwarding(PodTarget target) {
        of(target.node()).requireForwarding(target);
    }

    @Override
    public Duplex connect(PodTarget target, int port) {
        return of(target.node()).connect(target, port);
    }

    @Override
    public NodeAnswer request(String node, String method, String path, byte[] body) {
        return of(node).request(node, method, path, body);
    }
}
