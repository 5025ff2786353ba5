package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.selector.FieldSelector;
import kat.api.selector.SelectorException;

/// What a request wants, read from its method and path.
///
/// @param verb as permissions name it: `get`, `list`, `watch`, `create`, `update`, `patch`,
///     `delete`, `deletecollection`; for other paths the method in lower case
/// @param isResource whether the path names a resource
/// @param namespace empty for none
/// @param name empty for a collection
/// @param subresource empty for none
/// @param rest path parts behind the subresource, for proxies
///
/// **Source:** `apiserver/pkg/endpoints/request/requestinfo.go`.
record RequestInfo(
        String verb,
        boolean isResource,
        String path,
        String group,
        String version,
        String namespace,
        String resource,
        String name,
        String subresource,
        List<String> rest) {

    private static final Set<String> SELECTING = Set.of("list", "watch", "deletecollection");

    static RequestInfo of(String method, String path, Query query) {
        List<String> parts = split(path);
        String lower = verbOfMethod(method);
        boolean core = !parts.isEmpty() && parts.getFirst().equals("api");
        boolean grouped = !parts.isEmpty() && parts.getFirst().equals("apis");
        if ((!core || parts.size() < 3) && (!grouped || parts.size() < 4)) {
            return nonResource(method, path);
        }
        String group = core ? "" : parts.get(1);
        String version = parts.get(core ? 1 : 2);
        List<String> rest = behindVersion(parts);
        String verb = lower;
        if (isWatchPath(rest)) {
            verb = "watch";
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            if (rest.size() > 2
                    && !rest.get(2).equals("status")
                    && !rest.get(2).equals("finalize")) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.getFirst();
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        List<String> tail = rest.size() > 3 ? rest.subList(3, rest.size()) : List.of();
        return new RequestInfo(
                collectionVerb(verb, name, query),
                true,
                path,
                group,
                version,
                namespace,
                resource,
                name.isEmpty() ? selectedName(verb, query) : name,
                subresource,
                List.copyOf(tail));
    }

    private static boolean isWatchPath(List<String> rest) {
        return rest.size() > 1 && rest.getFirst().equals("watch");
    }

    /// Whether a path ends where the old ways to watch and to proxy would begin, so that nobody can
    /// tell what it is about.
    static boolean isCutShort(String path) {
        List<String> parts = split(path);
        int behind = parts.isEmpty() ? 0 : parts.getFirst().equals("api") ? 3 : 4;
        boolean versioned = !parts.isEmpty() && List.of("api", "apis").contains(parts.getFirst());
        return versioned
                && parts.size() == behind
                && List.of("watch", "proxy").contains(parts.getLast());
    }

    static RequestInfo nonResource(String method, String path) {
        return new RequestInfo(
                method.toLowerCase(java.util.Locale.ROOT),
                false,
                path,
                "",
                "",
                "",
                "",
                "",
                "",
                List.of());
    }

    private static String verbOfMethod(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    private static String collectionVerb(String verb, String name, Query query) {
        boolean watch = query.flag("watch");
        if (!name.isEmpty()) {
            return verb;
        }
        return switch (verb) {
            case "get" -> watch ? "watch" : "list";
            case "delete" -> "deletecollection";
            default -> verb;
        };
    }

    /// A list that selects one name is, for permissions, about that name.
    private static String selectedName(String verb, Query query) {
        if (!verb.equals("get")) {
            return "";
        }
        try {
            String name = FieldSelector.read(query.get("fieldSelector")).required("metadata.name");
            return name == null || name.indexOf('/') >= 0 ? "" : name;
        } catch (SelectorException notRead) {
            return "";
        }
    }

    /// The field selector that permissions may depend on; empty for none. Only requests for many
    /// objects have one, and none whose path says that it is a watch.
    String fieldSelector(Query query) {
        return isResource && SELECTING.contains(verb) && !isWatchPath(behindVersion(split(path)))
                ? query.get("fieldSelector")
                : "";
    }

    private static List<String> behindVersion(List<String> parts) {
        return parts.subList(parts.getFirst().equals("api") ? 2 : 3, parts.size());
    }

    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        // an escaped slash separates like a plain one
        String[] all = (path.indexOf('%') < 0 ? path : decoded(path)).split("/", -1);
        for (int i = 0; i < all.length; i++) {
            boolean everywhere = i > 1 && i < all.length - 1 && all[i - 1].equals("namespaces");
            if (!all[i].isEmpty() || (everywhere && !all[i + 1].isEmpty())) {
                parts.add(all[i]);
            }
        }
        return parts;
    }

    /// Whether a part of the path is missing between two slashes. An empty namespace is none.
    boolean hasGap() {
        if (path.indexOf("//") < 0) {
            return false;
        }
        String whole = path.replaceFirst("/namespaces//", "/namespaces/-/");
        int end = whole.length();
        while (end > 1 && whole.charAt(end - 1) == '/') {
            end--;
        }
        return whole.substring(0, end).contains("//");
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return part;
        }
    }

    /// Whether the path names one object; for a list the name may come from a selector.
    boolean hasName() {
        return !name.isEmpty() && !verb.equals("list") && !verb.equals("watch");
    }

    /// Whether no path of a kind looks like this: with or without a namespace or a name, which the
    /// kind must not or must have.
    boolean isMisplaced(Kind kind) {
        if (kind.namespaced()) {
            return hasName() && (namespace.isEmpty() || isOnlyCreated(kind));
        }
        boolean isNamespace = kind.group().isEmpty() && kind.kind().equals("Namespace");
        // Of a Namespace the namespace is its own name, never another's: it is what rights are for.
        boolean within = !namespace.isEmpty() && !(isNamespace && namespace.equals(name));
        return within || (hasName() && isOnlyCreated(kind));
    }

    private static boolean isOnlyCreated(Kind kind) {
        return Set.copyOf(kind.verbs()).equals(Set.of("create"));
    }

    /// `pods` or `pods/status`.
    String fullResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
