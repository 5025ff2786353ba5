package kat.apiserver.rest;

import java.util.Set;
import kat.api.Kind;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.actions.Patches;
import kat.apiserver.actions.Reviews;
import kat.apiserver.http.Request;
import kat.apiserver.registry.Resource;

/// Which requests the paths of a kind take. Kubernetes matches those of built-in kinds by path,
/// method, type of the body and type of the answer, in this order, before it knows of objects; one
/// handler answers those of custom resources, which looks at less and says it in other words.
///
/// **Source:** go-restful's router; `crdHandler` in `apiextensions-apiserver/pkg/apiserver`.
final class ServedPaths {

    /// Kinds whose statuses are not shown as tables.
    private static final Set<String> PLAIN_STATUS =
            Set.of(
                    "resourceclaims.resource.k8s.io",
                    "apiservices.apiregistration.k8s.io",
                    "customresourcedefinitions.apiextensions.k8s.io");

    private ServedPaths() {}

    /// Whether there is such a path at all.
    ///
    /// @throws StatusException when there is, and it does not take the request
    static boolean admits(Request request, RequestInfo info, Resource resource) {
        if (resource.custom() != null) {
            return isCustom(request, info, resource);
        }
        if (!info.subresource().isEmpty()) {
            requirePart(request, info, resource.kind());
        } else {
            requireServed(resource.kind(), info, request.method());
        }
        requireKnownForms(request, info, resource);
        return true;
    }

    private static void requirePart(Request request, RequestInfo info, Kind kind) {
        if (info.isMisplaced(kind) || !info.rest().isEmpty()) {
            throw Answers.noSuchResource().asException();
        }
        for (Kind.Subresource part : kind.subresources()) {
            if (part.name().equals(info.subresource())) {
                if (request.method().equals("HEAD") || !part.verbs().contains(info.verb())) {
                    throw Answers.methodNotAllowed().asException();
                }
                return;
            }
        }
        throw Answers.noSuchResource().asException();
    }

    /// The same for what is behind an object: whatever follows, and any method but those that
    /// `/watch/` in front of the path stands for.
    ///
    /// @throws StatusException when there is no such path
    static void requireBehind(RequestInfo info, Kind kind) {
        if (info.isMisplaced(kind) || info.verb().equals("watch")) {
            throw Answers.noSuchResource().asException();
        }
    }

    /// What shapes the answers of a path can have. Few parts of objects are shown as tables.
    static MediaType.Shape shapes(RequestInfo info, Resource resource) {
        if (Reviews.isReview(resource.kind())) {
            return MediaType.Shape.NONE;
        }
        boolean tables =
                switch (info.subresource()) {
                    case "", "scale" -> true;
                    case "status" -> !PLAIN_STATUS.contains(resource.kind().resource());
                    default -> false;
                };
        return tables ? MediaType.Shape.OBJECTS : MediaType.Shape.METADATA;
    }

    private static boolean isCustom(Request request, RequestInfo info, Resource resource) {
        Kind kind = resource.kind();
        boolean reads = info.verb().equals("list") || info.verb().equals("watch");
        boolean within = !info.namespace().isEmpty();
        if (kind.namespaced() ? !within && !reads : within) {
            return false;
        }
        if (info.subresource().isEmpty()) {
            switch (info.verb()) {
                case "update" -> requireName(info);
                case "patch" -> {
                    Patches.requireType(resource, Bodies.mediaType(request));
                    requireName(info);
                }
                case "" -> throw unknownVerb(info, kind);
                default -> {}
            }
        }
        return true;
    }

    private static void requireName(RequestInfo info) {
        if (info.name().isEmpty()) {
            throw Status.badRequest("name must be provided").asException();
        }
    }

    /// The refusal of a verb that custom resources, or their parts, do not know.
    static StatusException unknownVerb(RequestInfo info, Kind kind) {
        return Status.methodNotSupported(kind, info.verb()).asException();
    }

    /// Whether this path takes this verb: a kind may lack it, a name may be missing or too much.
    private static void requireServed(Kind kind, RequestInfo info, String method) {
        boolean named = info.hasName();
        if (info.isMisplaced(kind)) {
            throw Answers.noSuchResource().asException();
        }
        boolean fits =
                switch (info.verb()) {
                    case "create" -> !named;
                    case "update", "patch", "delete", "get" -> named;
                    default -> true;
                };
        boolean everywhere = kind.namespaced() && info.namespace().isEmpty();
        boolean reads = info.verb().equals("list") || info.verb().equals("watch");
        boolean served = kind.verbs().contains(info.verb()) && isMethodOf(info.verb(), method);
        if (!fits || !served || (everywhere && !reads)) {
            throw Answers.methodNotAllowed().asException();
        }
        if (named && (info.name().equals(".") || info.name().equals(".."))) {
            throw Status.badRequest(
                            "Name parameter invalid: \""
                                    + info.name()
                                    + "\": may not be '"
                                    + info.name()
                                    + "'")
                    .asException();
        }
    }

    /// `/watch/` in front of a path makes a watch of any method for permissions, of GET alone here.
    private static boolean isMethodOf(String verb, String method) {
        return verb.equals("watch") ? method.equals("GET") : !method.equals("HEAD");
    }

    /// Whether the paths of built-in kinds know the forms that a request names, in whatever shape.
    ///
    /// @throws StatusException for a patch of a type that there is not, and when the client accepts
    ///     no type that there is
    private static void requireKnownForms(Request request, RequestInfo info, Resource resource) {
        if (info.verb().equals("patch")) {
            Patches.requireType(resource, Bodies.mediaType(request));
        }
        if (!MediaType.names(request.header("accept"))) {
            boolean collection = info.verb().equals("list") || info.verb().equals("watch");
            throw Answers.noSuchForm(collection).asException();
        }
    }
}
