package kat.apiserver.admission;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer.Target;

/// What a node's agent may ask for below objects: tokens of the accounts of its pods, and to
/// evict its pods.
///
/// **Source:** `plugin/pkg/admission/noderestriction`.
public final class AgentRequests {

    private final Lookup lookup;
    private final Authorizer authorizer;
    private final PodAudiences audiences;

    public AgentRequests(Reader reader, Resources resources, Authorizer authorizer) {
        this.lookup = new Lookup(reader, resources);
        this.authorizer = authorizer;
        this.audiences = new PodAudiences(lookup);
    }

    /// @throws StatusException when the user is a node's agent that may not ask this
    public void check(Target target, String subresource, JsonObject body, User user) {
        String node = NodeAuthorizer.nodeOf(user.name(), user.groups());
        if (node == null) {
            return;
        }
        switch (subresource) {
            case "token" -> token(target, body.object("spec"), user, node);
            case "eviction" -> {
                if (!pod(target.namespace(), target.name())
                        .spec()
                        .string("nodeName")
                        .equals(node)) {
                    throw no(
                            target,
                            "node "
                                    + node
                                    + " can only evict pods with spec.nodeName set to itself");
                }
            }
            default -> {
                if (target.kind() == Kinds.POD) {
                    throw no(
                            target,
                            "unexpected pod subresource \""
                                    + subresource
                                    + "\", only 'status' and 'eviction' are allowed");
                }
            }
        }
    }

    private static StatusException no(Target target, String why) {
        Kind kind = target.kind();
        return Status.forbidden(kind, target.name(), why).asException();
    }

    private KubeObject pod(String namespace, String name) {
        KubeObject pod = lookup.find(Kinds.POD, namespace, name);
        if (pod == null) {
            // informers call what they do not find by the name of one
            throw new Status(
                            404,
                            "NotFound",
                            "pod \"" + name + "\" not found",
                            new Status.Details(name, "", "pod", "", List.of(), 0))
                    .asException();
        }
        return pod;
    }

    private void token(Target target, JsonObject spec, User user, String node) {
        JsonObject bound = spec.object("boundObjectRef");
        if (!bound.string("apiVersion").equals("v1")
                || !bound.string("kind").equals("Pod")
                || bound.string("name").isEmpty()) {
            throw no(target, "node requested token not bound to a pod");
        }
        String uid = bound.string("uid");
        if (uid.isEmpty()) {
            throw no(target, "node requested token with a pod binding without a uid");
        }
        KubeObject pod = pod(target.namespace(), bound.string("name"));
        if (!uid.equals(pod.uid())) {
            throw no(
                    target,
                    "the UID in the bound object reference ("
                            + uid
                            + ") does not match the UID in record. The object might have been"
                            + " deleted and then recreated");
        }
        if (!pod.spec().string("nodeName").equals(node)) {
            throw no(target, "node requested token bound to a pod scheduled on a different node");
        }
        audience(target, spec.array("audiences").strings(), pod, user);
    }

    private void audience(Target target, List<String> asked, KubeObject pod, User user) {
        if (asked.size() > 1) {
            throw no(target, "node may only request 0 or 1 audiences");
        }
        String audience = asked.isEmpty() ? "" : asked.getFirst();
        Set<String> missing = new LinkedHashSet<>();
        if (audiences.contain(pod, audience, missing)) {
            return;
        }
        if (!missing.isEmpty()) {
            String all = String.join(", ", missing);
            throw no(
                    target,
                    "error validating audience \""
                            + audience
                            + "\": "
                            + (missing.size() == 1 ? all : "[" + all + "]"));
        }
        Action ask =
                new Action(
                        "request-serviceaccounts-token-audience",
                        "",
                        "v1",
                        audience,
                        "",
                        target.namespace(),
                        target.name(),
                        "");
        if (!authorizer.authorize(user, ask).allowed()) {
            throw no(
                    target,
                    "audience \""
                            + audience
                            + "\" not found in pod spec volume, "
                            + user.name()
                            + " is not authorized to request tokens for this audience");
        }
    }
}
