package kat.apiserver.auth;

import java.util.List;
import kat.api.Status;
import kat.apiserver.auth.Authorizer.Action;

/// The refusal of an action, in Kubernetes' words.
///
/// **Source:** `apiserver/pkg/endpoints/handlers/responsewriters/errors.go`.
public final class Forbidden {

    private Forbidden() {}

    public static Status of(User user, Action action, String reason) {
        String message;
        Status.Details details = Status.Details.NONE;
        if (action.isResource()) {
            String resource = action.resource();
            String full =
                    action.subresource().isEmpty()
                            ? resource
                            : resource + "/" + action.subresource();
            String where =
                    action.namespace().isEmpty()
                            ? "at the cluster scope"
                            : "in the namespace \"" + action.namespace() + "\"";
            String qualified =
                    action.group().isEmpty() ? resource : resource + "." + action.group();
            String about =
                    action.name().isEmpty() ? qualified : qualified + " \"" + action.name() + "\"";
            message =
                    about
                            + " is forbidden: User \""
                            + user.name()
                            + "\" cannot "
                            + action.verb()
                            + " resource \""
                            + full
                            + "\" in API group \""
                            + action.group()
                            + "\" "
                            + where;
            details = new Status.Details(action.name(), action.group(), resource, "", List.of(), 0);
        } else {
            message =
                    "forbidden: User \""
                            + user.name()
                            + "\" cannot "
                            + action.verb()
                            + " path \""
                            + action.path()
                            + "\"";
        }
        return new Status(
                403, "Forbidden", reason.isEmpty() ? message : message + ": " + reason, details);
    }
}
