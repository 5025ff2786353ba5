package kat.kubelet;

import java.io.InputStream;
import kat.api.StatusException;
import kat.client.node.Duplex;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;

/// A gateway to nodes that have nothing to look into.
abstract class RefusingGateway implements NodeGateway {

    abstract StatusException refusal(String node);

    @Override
    public InputStream logs(PodTarget target, LogOptions options) {
        throw refusal(target.node());
    }

    @Override
    public ProcessStreams exec(PodTarget target, ExecOptions options) {
        throw refusal(target.node());
    }

    @Override
    public ProcessStreams attach(PodTarget target, ExecOptions options) {
        throw refusal(target.node());
    }

    @Override
    public void requireForwarding(PodTarget target) {
        throw refusal(target.node());
    }

    @Override
    public Duplex connect(PodTarget target, int port) {
        throw refusal(target.node());
    }

    @Override
    public NodeAnswer request(String node, String method, String path, byte[] body) {
        throw refusal(node);
    }
}
