package kat.client.node;

import java.io.InputStream;

/// The way to the containers of all nodes, as the API server needs it for `kubectl logs`, `exec`,
/// `attach` and `port-forward`. The kubelet implements it; with several nodes a gateway that asks
/// the right kubelet by [PodTarget#node] stands before them.
///
/// Every method throws [kat.api.StatusException] when the node refuses or does not answer, with a
/// message in the kubelet's words, for example `container "web" in pod "web-1" is not available`.
///
/// **Threads:** any; calls and streams block, so callers are virtual threads.
public interface NodeGateway {

    /// The container's log; the stream belongs to the caller. With [LogOptions#follow] it ends
    /// with the container or when it is closed.
    InputStream logs(PodTarget target, LogOptions options);

    /// Starts a command in a running container.
    ProcessStreams exec(PodTarget target, ExecOptions options);

    /// Joins the streams of the container's own process.
    ProcessStreams attach(PodTarget target, ExecOptions options);

    /// Asks whether ports of the pod can be forwarded at all, before a client is told that they
    /// are; connects to nothing.
    void requireForwarding(PodTarget target);

    /// Connects to a port inside the pod's network.
    ///
    /// @param port 1 to 65535
    Duplex connect(PodTarget target, int port);

    /// Passes a request to the node's agent, for example `/healthz` or `/stats/summary`.
    ///
    /// @param path with the query, beginning with `/`
    NodeAnswer request(String node, String method, String path, byte[] body);
}
