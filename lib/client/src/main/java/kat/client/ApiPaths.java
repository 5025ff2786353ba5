package kat.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import kat.api.Kind;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;

/// The addresses of resources, and the body of a deletion.
///
/// **Source:** API concepts, "Resource URIs".
///
/// @param server for example `https://127.0.0.1:6443`, also with a path or a `/` at its end
record ApiPaths(URI server) {

    ApiPaths {
        String text = server.toString();
        server = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : server;
    }

    URI object(Kind kind, ObjectKey key, String query) {
        return resolve(collectionPath(kind, key.namespace()) + "/" + encode(key.name()), query);
    }

    URI write(Kind kind, ObjectKey key, WriteOptions options) {
        return resolve(objectPath(kind, key, options.subresource()), query(options).toString());
    }

    URI patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        StringJoiner query = query(options);
        if (patch.force()) {
            query.add("force=true");
        }
        return resolve(objectPath(kind, key, options.subresource()), query.toString());
    }

    URI collection(Kind kind, String namespace, WriteOptions options) {
        return resolve(collectionPath(kind, namespace), query(options).toString());
    }

    URI list(Kind kind, ListQuery list) {
        StringJoiner query = new StringJoiner("&");
        add(query, "labelSelector", list.labelSelector());
        add(query, "fieldSelector", list.fieldSelector());
        add(query, "limit", list.limit() == 0 ? "" : Integer.toString(list.limit()));
        add(query, "continue", list.continueToken());
        return resolve(collectionPath(kind, list.namespace()), query.toString());
    }

    URI watch(Kind kind, WatchQuery watch) {
        StringJoiner query = new StringJoiner("&");
        query.add("watch=true").add("allowWatchBookmarks=true");
        add(query, "labelSelector", watch.labelSelector());
        add(query, "fieldSelector", watch.fieldSelector());
        long after = watch.afterRevision();
        add(query, "resourceVersion", after == 0 ? "" : Long.toString(after));
        return resolve(collectionPath(kind, watch.namespace()), query.toString());
    }

    static JsonObject deleteBody(DeleteOptions options) {
        JsonObject.Builder body =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "DeleteOptions")
                        .putUnlessEmpty("propagationPolicy", options.propagation());
        if (options.graceSeconds() >= 0) {
            body.put("gracePeriodSeconds", options.graceSeconds());
        }
        if (!options.uid().isEmpty() || !options.resourceVersion().isEmpty()) {
            body.put(
                    "preconditions",
                    JsonObject.builder()
                            .putUnlessEmpty("uid", options.uid())
                            .putUnlessEmpty("resourceVersion", options.resourceVersion())
                            .build());
        }
        return body.build();
    }

    private static StringJoiner query(WriteOptions options) {
        StringJoiner query = new StringJoiner("&");
        add(query, "fieldManager", options.fieldManager());
        add(query, "dryRun", options.dryRun() ? "All" : "");
        return query;
    }

    private static String objectPath(Kind kind, ObjectKey key, String subresource) {
        String path = collectionPath(kind, key.namespace()) + "/" + encode(key.name());
        return subresource.isEmpty() ? path : path + "/" + subresource;
    }

    private static String collectionPath(Kind kind, String namespace) {
        String root = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
        String scope = namespace.isEmpty() ? "" : "/namespaces/" + encode(namespace);
        return root + kind.version() + scope + "/" + kind.plural();
    }

    private URI resolve(String path, String query) {
        return URI.create(server + path + (query.isEmpty() ? "" : "?" + query));
    }

    private static void add(StringJoiner query, String name, String value) {
        if (!value.isEmpty()) {
            query.add(name + "=" + encode(value));
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
