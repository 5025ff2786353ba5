package kat.api.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;

/// Writes the paths of a kind with the operations that its verbs allow.
///
/// **Source:** the API installer of `k8s.io/apiserver`, and the builder for custom resources of
/// the apiextensions server; `/openapi/v2` of Kubernetes 1.36.
final class PathWriter {

    /// Changes with what is written here: clients keep documents by it.
    static final String EDITION = "3";

    private static final List<String> BODIES =
            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
    private static final List<String> STREAMS =
            List.of(
                    "application/json",
                    "application/yaml",
                    "application/vnd.kubernetes.protobuf",
                    "application/json;stream=watch",
                    "application/vnd.kubernetes.protobuf;stream=watch");
    private static final List<String> LOGS =
            List.of(
                    "text/plain",
                    "application/json",
                    "application/yaml",
                    "application/vnd.kubernetes.protobuf");
    private static final List<String> ANY = List.of("*/*");
    private static final List<String> PATCHES =
            List.of(
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json",
                    "application/apply-patch+yaml");

    /// What custom resources understand: kubectl chooses the form of a patch by what stands
    /// here.
    private static final List<String> CUSTOM_BODIES = BODIES.subList(0, 2);

    private static final List<String> CUSTOM_PATCHES =
            List.of(
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/apply-patch+yaml");

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String PATCH = META + "Patch";
    private static final String DELETE = META + "DeleteOptions";
    private static final String STATUS = META + "Status";
    private static final String WATCH = META + "WatchEvent";

    private static final List<String> OK = List.of("200");
    private static final List<String> PUT = List.of("200", "201");
    private static final List<String> MADE = List.of("200", "201", "202");
    private static final List<String> GONE = List.of("200", "202");

    private static final List<String> LIST_QUERIES =
            List.of(
                    "allowWatchBookmarks",
                    "continue",
                    "fieldSelector",
                    "labelSelector",
                    "limit",
                    "resourceVersion",
                    "resourceVersionMatch",
                    "sendInitialEvents",
                    "timeoutSeconds",
                    "watch");
    private static final List<String> WRITE_QUERIES =
            List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> PATCH_QUERIES =
            List.of("dryRun", "fieldManager", "fieldValidation", "force");
    private static final List<String> DELETE_QUERIES =
            List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");
    private static final List<String> DELETE_ALL_QUERIES =
            List.of(
                    "continue",
                    "dryRun",
                    "fieldSelector",
                    "gracePeriodSeconds",
                    "labelSelector",
                    "limit",
                    "orphanDependents",
                    "propagationPolicy",
                    "resourceVersion",
                    "resourceVersionMatch",
                    "sendInitialEvents",
                    "timeoutSeconds");

    /// What subresources take that answer no object, by their name.
    private static final Map<String, List<String>> STREAM_QUERIES =
            Map.of(
                    "attach", List.of("container", "stderr", "stdin", "stdout", "tty"),
                    "exec", List.of("command", "container", "stderr", "stdin", "stdout", "tty"),
                    "log",
                            List.of(
                                    "container",
                                    "follow",
                                    "insecureSkipTLSVerifyBackend",
                                    "limitBytes",
                                    "previous",
                                    "sinceSeconds",
                                    "stream",
                                    "tailLines",
                                    "timestamps"),
                    "portforward", List.of("ports"),
                    "proxy", List.of("path"));

    private static final List<String> PROXIED =
            List.of("get", "put", "post", "delete", "options", "head", "patch");

    private final SchemaWriter.Version version;
    private final UnaryOperator<String> definitionOfKind;
    private final SchemaWriter schemas;
    private final JsonObject.Builder paths;

    /// @param definitionOfKind the definition of `apiVersion kind`; empty for none
    /// @param paths gets what is written
    PathWriter(
            SchemaWriter.Version version,
            UnaryOperator<String> definitionOfKind,
            SchemaWriter schemas,
            JsonObject.Builder paths) {
        this.version = version;
        this.definitionOfKind = definitionOfKind;
        this.schemas = schemas;
        this.paths = paths;
    }

    void kind(Kind kind) {
        new OfKind(kind).write();
    }

    static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /// The group's name as one word, with the version: `rbacAuthorization_v1`.
    static String tag(Kind kind) {
        return groupTag(kind) + "_" + kind.version();
    }

    static String groupTag(Kind kind) {
        String group = kind.group().isEmpty() ? "core" : kind.group().replace(".k8s.io", "");
        StringBuilder tag = new StringBuilder();
        for (String word : group.split("[^A-Za-z0-9]+", -1)) {
            tag.append(tag.isEmpty() ? word : capital(word));
        }
        return tag.toString();
    }

    /// The words of a tag as one: `RbacAuthorizationV1`.
    static String words(String tag) {
        StringBuilder words = new StringBuilder();
        for (String word : tag.split("_", -1)) {
            words.append(capital(word));
        }
        return words.toString();
    }

    private static String withArticle(String noun) {
        if (noun.endsWith("s") && !noun.endsWith("ss")) {
            return noun;
        }
        boolean vowel = "aeiou".indexOf(noun.toLowerCase(Locale.ROOT).charAt(0)) >= 0;
        return (vowel ? "an " : "a ") + noun;
    }

    /// The paths of one kind.
    private final class OfKind {

        private final Kind kind;
        private final boolean isCustom;
        private final JsonObject about;
        private final String object;
        private final String tag;
        private final OperationWriter writer;

        OfKind(Kind kind) {
            this.kind = kind;
            this.isCustom = kind.schema().isEmpty();
            this.about = SchemaWriter.kind(kind.group(), kind.version(), kind.kind());
            this.object = definition(kind.apiVersion(), kind.kind());
            this.tag = tag(kind);
            this.writer = new OperationWriter(version, schemas, tag);
        }

        void write() {
            String root = kind.group().isEmpty() ? "/api/v1" : "/apis/" + kind.apiVersion();
            String scope = kind.namespaced() ? "/namespaces/{namespace}" : "";
            String collection = scope + "/" + kind.plural();
            List<Operation> onAll = new ArrayList<>();
            List<Operation> onOne = new ArrayList<>();
            for (String verb : kind.verbs()) {
                operation(verb, onAll, onOne);
            }
            path(root + collection, onAll, true);
            boolean everywhere = kind.namespaced() && kind.verbs().contains("list");
            if (everywhere) {
                path(root + "/" + kind.plural(), List.of(list("ForAllNamespaces")), true);
            }
            path(root + collection + "/{name}", onOne, true);
            if (kind.verbs().contains("watch") && !isCustom) {
                watches(root + "/watch", collection, everywhere);
            }
            for (Kind.Subresource each : kind.subresources()) {
                subresource(root + collection + "/{name}/" + each.name(), each);
            }
        }

        private void path(String path, List<Operation> operations, boolean isPretty) {
            if (!operations.isEmpty()) {
                paths.put(path, writer.path(path, operations, isPretty));
            }
        }

        private void operation(String verb, List<Operation> all, List<Operation> one) {
            String what = "the specified " + kind.kind();
            switch (verb) {
                case "list" -> all.add(list(""));
                case "create" ->
                        all.add(create("create " + withArticle(kind.kind()), "", object, about));
                case "deletecollection" ->
                        all.add(
                                new Operation(
                                        "delete",
                                        verb,
                                        name("delete", "Collection", ""),
                                        "delete collection of " + kind.kind(),
                                        about,
                                        STATUS,
                                        OK,
                                        DELETE,
                                        DELETE_ALL_QUERIES,
                                        reads(),
                                        writes()));
                case "delete" ->
                        one.add(
                                new Operation(
                                        verb,
                                        verb,
                                        name("delete", "", ""),
                                        "delete " + withArticle(kind.kind()),
                                        about,
                                        Kinds.answersDeleted(kind) ? object : STATUS,
                                        GONE,
                                        DELETE,
                                        DELETE_QUERIES,
                                        reads(),
                                        writes()));
                default -> single(verb, what, "", object, about, one);
            }
        }

        private void single(
                String verb,
                String what,
                String suffix,
                String sent,
                JsonObject of,
                List<Operation> out) {
            switch (verb) {
                case "get" ->
                        out.add(
                                new Operation(
                                        "get",
                                        "get",
                                        name("read", "", suffix),
                                        "read " + what,
                                        of,
                                        sent,
                                        OK,
                                        "",
                                        List.of(),
                                        reads(),
                                        writes()));
                case "update" ->
                        out.add(
                                new Operation(
                                        "put",
                                        "put",
                                        name("replace", "", suffix),
                                        "replace " + what,
                                        of,
                                        sent,
                                        PUT,
                                        sent,
                                        WRITE_QUERIES,
                                        reads(),
                                        writes()));
                case "patch" ->
                        out.add(
                                new Operation(
                                        "patch",
                                        "patch",
                                        name("patch", "", suffix),
                                        "partially update " + what,
                                        of,
                                        sent,
                                        isCustom ? OK : PUT,
                                        PATCH,
                                        PATCH_QUERIES,
                                        isCustom ? CUSTOM_PATCHES : PATCHES,
                                        writes()));
                default -> {}
            }
        }

        private Operation create(String what, String suffix, String sent, JsonObject of) {
            return new Operation(
                    "post",
                    "post",
                    name("create", "", suffix),
                    what,
                    of,
                    sent,
                    MADE,
                    sent,
                    WRITE_QUERIES,
                    reads(),
                    writes());
        }

        private Operation list(String suffix) {
            boolean watched = kind.verbs().contains("watch") && !isCustom;
            return new Operation(
                    "get",
                    "list",
                    name("list", "", suffix),
                    (watched ? "list or watch" : "list") + " objects of kind " + kind.kind(),
                    about,
                    definition(kind.apiVersion(), kind.listKind()),
                    OK,
                    "",
                    LIST_QUERIES,
                    reads(),
                    isCustom ? CUSTOM_BODIES : STREAMS);
        }

        private void watches(String root, String collection, boolean everywhere) {
            String many =
                    "watch individual changes to a list of "
                            + kind.kind()
                            + ". deprecated: use the 'watch' parameter with a list operation"
                            + " instead.";
            String single =
                    "watch changes to an object of kind "
                            + kind.kind()
                            + ". deprecated: use the 'watch' parameter with a list operation"
                            + " instead, filtered to a single item with the 'fieldSelector'"
                            + " parameter.";
            if (everywhere) {
                path(
                        root + "/" + kind.plural(),
                        List.of(watch("watchlist", "ListForAllNamespaces", many)),
                        true);
            }
            path(root + collection, List.of(watch("watchlist", "List", many)), true);
            path(root + collection + "/{name}", List.of(watch("watch", "", single)), true);
        }

        private Operation watch(String action, String suffix, String description) {
            return new Operation(
                    "get",
                    action,
                    name("watch", "", suffix),
                    description,
                    about,
                    WATCH,
                    OK,
                    "",
                    LIST_QUERIES,
                    reads(),
                    STREAMS);
        }

        private void subresource(String path, Kind.Subresource each) {
            List<String> queries = isCustom ? null : STREAM_QUERIES.get(each.name());
            if (queries != null) {
                stream(path, each, queries);
                return;
            }
            String apiVersion =
                    each.group().isEmpty() ? each.version() : each.group() + "/" + each.version();
            String sent = definition(apiVersion, each.kind());
            if (sent.isEmpty()) {
                return;
            }
            JsonObject of =
                    isCustom ? about : SchemaWriter.kind(each.group(), each.version(), each.kind());
            List<Operation> operations = new ArrayList<>();
            for (String verb : each.verbs()) {
                if (verb.equals("create")) {
                    String what = "create " + each.name() + " of " + withArticle(kind.kind());
                    operations.add(create(what, capital(each.name()), sent, of));
                } else {
                    String what = each.name() + " of the specified " + kind.kind();
                    single(verb, what, capital(each.name()), sent, of, operations);
                }
            }
            path(path, operations, true);
        }

        /// What answers a text, or is led through.
        private void stream(String path, Kind.Subresource each, List<String> queries) {
            String suffix = capital(each.name());
            JsonObject of = SchemaWriter.kind(each.group(), each.version(), each.kind());
            if (!each.kind().endsWith("Options")) {
                String what = "read " + each.name() + " of the specified " + kind.kind();
                String name = name("read", "", suffix);
                path(
                        path,
                        List.of(
                                new Operation(
                                        "get", "get", name, what, of, "", OK, "", queries, ANY,
                                        LOGS)),
                        true);
                return;
            }
            boolean isProxy = each.kind().endsWith("ProxyOptions");
            List<String> methods = isProxy ? PROXIED : List.of("get", "post");
            path(path, connects(methods, each, of, suffix, queries), false);
            if (isProxy) {
                path(
                        path + "/{path}",
                        connects(methods, each, of, suffix + "WithPath", queries),
                        false);
            }
        }

        private List<Operation> connects(
                List<String> methods,
                Kind.Subresource each,
                JsonObject of,
                String suffix,
                List<String> queries) {
            List<Operation> operations = new ArrayList<>();
            for (String method : methods) {
                String verb = method.toUpperCase(Locale.ROOT);
                operations.add(
                        new Operation(
                                method,
                                "connect",
                                name("connect", capital(method), suffix),
                                "connect "
                                        + verb
                                        + " requests to "
                                        + each.name()
                                        + " of "
                                        + kind.kind(),
                                of,
                                "",
                                OK,
                                "",
                                queries,
                                ANY,
                                ANY));
            }
            return operations;
        }

        private List<String> reads() {
            return isCustom ? CUSTOM_BODIES : ANY;
        }

        private List<String> writes() {
            return isCustom ? CUSTOM_BODIES : BODIES;
        }

        private String definition(String apiVersion, String name) {
            return definitionOfKind.apply(apiVersion + " " + name);
        }

        /// @param after what stands behind the group and version
        private String name(String verb, String after, String suffix) {
            StringBuilder name = new StringBuilder(verb).append(words(tag));
            boolean everywhere = suffix.endsWith("ForAllNamespaces");
            name.append(after).append(kind.namespaced() && !everywhere ? "Namespaced" : "");
            return name.append(kind.kind()).append(suffix).toString();
        }
    }
}
