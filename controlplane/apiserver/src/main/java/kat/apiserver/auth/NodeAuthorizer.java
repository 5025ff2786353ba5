package kat.apiserver.auth;

import java.util.List;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Lets each node's agent read what the pods bound to that node refer to, and write what is its
/// own. What it may not do is left to the authorizer behind it.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `plugin/pkg/auth/authorizer/node`.
public final class NodeAuthorizer implements Authorizer {

    private static final String PREFIX = "system:node:";
    private static final String GROUP = "system:nodes";
    private static final String LEASES = "kube-node-lease";
    private static final Decision ALLOWED = new Decision(true, "");
    private static final Decision NO_OPINION = new Decision(false, "");

    private final NodeReach reach;
    private final List<RbacRule> rules;

    /// @param rules what every node may do, for all resources that are not told apart here
    public NodeAuthorizer(NodeReach reach, List<JsonObject> rules) {
        this.reach = reach;
        this.rules = rules.stream().map(RbacRule::parse).toList();
    }

    /// The node whose agent this user is; null for any other user.
    ///
    /// @param groups null when the server itself acts
    public static @Nullable String nodeOf(String user, @Nullable List<String> groups) {
        boolean isNode = user.startsWith(PREFIX) && groups != null && groups.contains(GROUP);
        return isNode ? user.substring(PREFIX.length()) : null;
    }

    /// The user that a node's agent is.
    public static User agent(String node) {
        return User.of(PREFIX + node, List.of(GROUP));
    }

    @Override
    public Decision authorize(User user, Action action) {
        String node = nodeOf(user.name(), user.groups());
        if (node == null) {
            return NO_OPINION;
        }
        if (node.isEmpty()) {
            return no("unknown node for user \"" + user.name() + "\"");
        }
        return switch (action.group() + "/" + action.resource()) {
            case "/secrets", "/configmaps" -> readsNamespaced(node, action);
            case "/persistentvolumeclaims" ->
                    action.subresource().equals("status")
                            ? writesStatus(node, action)
                            : reads(node, action);
            case "/persistentvolumes",
                    "resource.k8s.io/resourceclaims",
                    "storage.k8s.io/volumeattachments" ->
                    reads(node, action);
            case "/serviceaccounts" -> usesAccount(node, action);
            case "coordination.k8s.io/leases" -> usesLease(node, action);
            case "storage.k8s.io/csinodes" -> usesCsiNode(node, action);
            case "resource.k8s.io/resourceslices" -> usesSlice(node, action);
            case "/nodes" -> usesNode(node, action);
            case "/pods" -> usesPod(node, action);
            case "certificates.k8s.io/podcertificaterequests" -> usesCertificate(node, action);
            default -> rules.stream().anyMatch(r -> r.allows(action)) ? ALLOWED : NO_OPINION;
        };
    }

    private static Decision no(String reason) {
        return new Decision(false, reason);
    }

    private Decision related(String node, Action action) {
        if (action.name().isEmpty()) {
            return no("No Object name found");
        }
        return reach.isRelated(node, action.resource(), action.namespace(), action.name())
                ? ALLOWED
                : no("no relationship found between node '" + node + "' and this object");
    }

    private Decision readsNamespaced(String node, Action action) {
        if (!List.of("get", "list", "watch").contains(action.verb())) {
            return no("can only read resources of this type");
        }
        if (!action.subresource().isEmpty()) {
            return no("cannot read subresource");
        }
        return action.namespace().isEmpty()
                ? no("can only read namespaced object of this type")
                : related(node, action);
    }

    private Decision writesStatus(String node, Action action) {
        return action.verb().equals("update") || action.verb().equals("patch")
                ? related(node, action)
                : no("can only get/update/patch this type");
    }

    private Decision reads(String node, Action action) {
        if (!action.verb().equals("get")) {
            return no("can only get individual resources of this type");
        }
        return action.subresource().isEmpty()
                ? related(node, action)
                : no("cannot get subresource");
    }

    private Decision usesAccount(String node, Action action) {
        if (action.verb().equals("get") && action.subresource().isEmpty()) {
            return readsNamespaced(node, action);
        }
        if (!action.verb().equals("create") || action.name().isEmpty()) {
            return no("can only create tokens for individual service accounts");
        }
        return action.subresource().equals("token")
                ? related(node, action)
                : no("can only create token subresource of serviceaccount");
    }

    private static boolean isOwnVerb(String verb) {
        return List.of("get", "create", "update", "patch", "delete").contains(verb);
    }

    private static Decision usesLease(String node, Action action) {
        if (!isOwnVerb(action.verb())) {
            return no("can only get, create, update, patch, or delete a node lease");
        }
        if (!action.namespace().equals(LEASES)) {
            return no("can only access leases in the \"" + LEASES + "\" system namespace");
        }
        return action.verb().equals("create") || action.name().equals(node)
                ? ALLOWED
                : no("can only access node lease with the same name as the requesting node");
    }

    private static Decision usesCsiNode(String node, Action action) {
        if (!isOwnVerb(action.verb())) {
            return no("can only get, create, update, patch, or delete a CSINode");
        }
        if (!action.subresource().isEmpty()) {
            return no("cannot authorize CSINode subresources");
        }
        return action.verb().equals("create") || action.name().equals(node)
                ? ALLOWED
                : no("can only access CSINode with the same name as the requesting node");
    }

    private Decision usesSlice(String node, Action action) {
        if (!action.subresource().isEmpty()) {
            return no("cannot authorize ResourceSlice subresources");
        }
        return switch (action.verb()) {
            case "create" -> ALLOWED;
            case "get", "update", "patch", "delete" -> related(node, action);
            case "watch", "list", "deletecollection" ->
                    action.selects("spec.nodeName", node)
                            ? ALLOWED
                            : no(
                                    "can only list/watch/deletecollection resourceslices with"
                                            + " nodeName field selector");
            default ->
                    no(
                            "only the following verbs are allowed for a ResourceSlice: get, watch,"
                                    + " list, create, update, patch, delete, deletecollection");
        };
    }

    private static Decision usesNode(String node, Action action) {
        return switch (action.subresource() + "/" + action.verb()) {
            case "/create", "/update", "/patch", "status/update", "status/patch" -> ALLOWED;
            case "/get", "/list", "/watch" -> {
                if (action.name().equals(node)) {
                    yield ALLOWED;
                }
                String what = action.name().isEmpty() ? "all nodes" : "'" + action.name() + "'";
                yield no("node '" + node + "' cannot read " + what + ", only its own Node object");
            }
            default -> NO_OPINION;
        };
    }

    private Decision usesPod(String node, Action action) {
        return switch (action.subresource() + "/" + action.verb()) {
            case "/create", "/delete", "status/update", "status/patch", "eviction/create" ->
                    ALLOWED;
            case "/get" -> related(node, action);
            case "/list", "/watch" -> {
                if (action.selects("spec.nodeName", node)) {
                    yield ALLOWED;
                }
                yield action.name().isEmpty()
                        ? no("can only list/watch pods with spec.nodeName field selector")
                        : related(node, action);
            }
            default -> NO_OPINION;
        };
    }

    private Decision usesCertificate(String node, Action action) {
        if (!action.subresource().isEmpty()) {
            return no("nodes may not access the status subresource of PodCertificateRequests");
        }
        return switch (action.verb()) {
            case "create" -> ALLOWED;
            case "get" -> related(node, action);
            case "list", "watch" ->
                    action.selects("spec.nodeName", node)
                            ? ALLOWED
                            : no(
                                    "can only list/watch podcertificaterequests with nodeName"
                                            + " field selector");
            default -> no("nodes may not " + action.verb() + " podcertificaterequests");
        };
    }
}
