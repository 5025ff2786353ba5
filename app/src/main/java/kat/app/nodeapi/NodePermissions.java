package kat.app.nodeapi;

import java.util.ArrayList;
import java.util.List;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.User;
import kat.client.node.NodeRequest;

/// What a user must be allowed to do with a node for a page of it: `get` of `nodes/metrics` for
/// `/metrics`, for example. Where two permissions fit, one is enough.
///
/// **Source:** `pkg/kubelet/server/auth.go`.
final class NodePermissions {

    private NodePermissions() {}

    /// @return why it is refused; empty when it is not
    static String refusal(Authorizer authorizer, User user, String node, NodeRequest request) {
        List<String> parts = subresources(request.part(0));
        String verb = verb(request.method());
        for (String part : parts) {
            Authorizer.Action action =
                    new Authorizer.Action(verb, "", "v1", "nodes", part, "", node, "");
            if (authorizer.authorize(user, action).allowed()) {
                return "";
            }
        }
        return "Forbidden (user="
                + user.name()
                + ", verb="
                + verb
                + ", resource=nodes, subresource(s)=["
                + String.join(" ", parts)
                + "])\n";
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    private static List<String> subresources(String page) {
        List<String> parts = new ArrayList<>();
        switch (page) {
            case "pods", "runningpods" -> parts.add("pods");
            case "healthz", "configz" -> parts.add(page);
            default -> {}
        }
        parts.add(
                switch (page) {
                    case "stats", "metrics", "checkpoint", "statusz" -> page;
                    case "logs" -> "log";
                    case "flagz" -> "configz";
                    default -> "proxy";
                });
        return parts;
    }
}
