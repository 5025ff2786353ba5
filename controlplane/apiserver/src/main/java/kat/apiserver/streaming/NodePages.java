package kat.apiserver.streaming;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.client.node.NodeRequest;

/// The pages of a node's own API that are streams: `/exec/NAMESPACE/POD/CONTAINER` (also with
/// the pod's uid before the container), `/attach/…` alike, and `/portForward/NAMESPACE/POD`
/// (also with the pod's uid, which must be right).
///
/// **Source:** `getExec`, `getAttach` and `getPortForward` in `pkg/kubelet/server/server.go`.
public final class NodePages {

    private static final Answer NO_POD = notFound("pod does not exist");
    private static final Answer OTHER_POD = notFound("pod not found");

    private static final int PATH_TO_POD = 3;

    private NodePages() {}

    private static Answer notFound(String why) {
        return Answer.of(404, Answer.TEXT, why.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether a request asks for such a page.
    public static boolean isStream(NodeRequest request) {
        return !subresource(request).isEmpty();
    }

    private static String subresource(NodeRequest request) {
        return switch (request.part(0)) {
            case "exec", "attach" -> request.part(0);
            case "portForward" -> "portforward";
            default -> "";
        };
    }

    /// What is asked of which pod.
    ///
    /// @param pods those of the node, by key
    /// @return empty when there is no such pod; [#refusal] says so
    public static Optional<NodeStreams.Ask> ask(
            Exchange exchange,
            NodeRequest request,
            Function<ObjectKey, Optional<KubeObject>> pods,
            Instant now) {
        String subresource = subresource(request);
        int least = subresource.equals("portforward") ? PATH_TO_POD : PATH_TO_POD + 1;
        Optional<KubeObject> pod = pod(request, pods);
        if (pod.isEmpty() || request.path().size() < least) {
            return Optional.empty();
        }
        String container = request.part(request.path().size() - 1);
        Function<String, List<String>> query =
                name ->
                        name.equals("container")
                                ? List.of(container)
                                : request.all(parameter(name));
        return Optional.of(new NodeStreams.Ask(exchange, query, subresource, pod.get(), now));
    }

    /// The pod that a request means; empty when it is not there.
    static Optional<KubeObject> pod(
            NodeRequest request, Function<ObjectKey, Optional<KubeObject>> pods) {
        return pods.apply(key(request)).filter(found -> isMeant(found, request));
    }

    /// Why nothing is asked of a pod.
    public static Answer refusal(
            NodeRequest request, Function<ObjectKey, Optional<KubeObject>> pods) {
        boolean isOther =
                pods.apply(key(request)).filter(pod -> !isMeant(pod, request)).isPresent();
        return isOther ? OTHER_POD : NO_POD;
    }

    private static ObjectKey key(NodeRequest request) {
        return ObjectKey.of(request.part(1), request.part(2));
    }

    /// A pod of the same name may have taken the place of the one that was meant.
    private static boolean isMeant(KubeObject pod, NodeRequest request) {
        String uid = subresource(request).equals("portforward") ? request.part(PATH_TO_POD) : "";
        return uid.isEmpty() || uid.equals(pod.uid());
    }

    /// Nodes have names of their own for the streams that are wanted.
    private static String parameter(String name) {
        return switch (name) {
            case "stdin" -> "input";
            case "stdout" -> "output";
            case "stderr" -> "error";
            default -> name;
        };
    }
}
