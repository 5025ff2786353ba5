package kat.apiserver.rest;

import java.util.List;
import java.util.Set;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.Messages;
import kat.api.protobuf.ProtobufDecoder;
import kat.api.protobuf.ProtobufException;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.api.schema.TypeMeta;
import kat.apiserver.registry.WriteCall;
import kat.client.DeleteOptions;

/// How a deletion is asked for: in the body, or where that is absent in the query. Beside a body
/// the query says nothing, not even that it is a dry run.
///
/// **Source:** `meta/v1` DeleteOptions.
record DeleteBody(DeleteOptions options, boolean dryRun, JsonObject sent) {

    private static final Schema SCHEMA =
            Schemas.builtIn().require("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");

    /// @throws kat.api.StatusException when it cannot be understood
    static DeleteBody of(Call call) {
        byte[] body = call.request().body();
        JsonObject tree = body.length == 0 ? fromQuery(call.query()) : parse(body, call);
        if (body.length > 0) {
            call.tellSentBody(shown(tree));
        }
        requireKind(tree);
        try {
            return of(Decoder.decode(SCHEMA, tree).object());
        } catch (DecodeException misfit) {
            throw Status.badRequest(String.valueOf(misfit.getMessage())).asException();
        }
    }

    /// As Kubernetes' audit log shows options, whatever version was sent.
    private static JsonObject shown(JsonObject tree) {
        JsonObject.Builder shown =
                JsonObject.builder()
                        .put("kind", "DeleteOptions")
                        .put("apiVersion", "meta.k8s.io/__internal");
        tree.without("kind").without("apiVersion").forEach(shown::put);
        return shown.build();
    }

    private static DeleteBody of(JsonObject tree) {
        List<String> dryRun = tree.array("dryRun").strings();
        String propagation = tree.string("propagationPolicy");
        // What is not understood must not be taken for a real deletion.
        check(tree, propagation, dryRun);
        if (propagation.isEmpty() && tree.has("orphanDependents")) {
            propagation = tree.bool("orphanDependents") ? "Orphan" : "Background";
        }
        JsonObject preconditions = tree.object("preconditions");
        DeleteOptions options =
                new DeleteOptions(
                        uid(preconditions),
                        preconditions.string("resourceVersion"),
                        grace(tree),
                        propagation,
                        0);
        JsonObject sent = tree.without("apiVersion").without("kind");
        return new DeleteBody(options, dryRun.contains("All"), sent);
    }

    /// Kubernetes takes these options in any of its groups.
    private static void requireKind(JsonObject tree) {
        String kind = tree.string("kind");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
            throw Status.badRequest(
                            "no kind \""
                                    + kind
                                    + "\" is registered for version \""
                                    + tree.string("apiVersion", "meta.k8s.io/v1")
                                    + "\" in scheme \"pkg/runtime/scheme.go:111\"")
                    .asException();
        }
    }

    /// An empty uid is one that no object has.
    private static String uid(JsonObject preconditions) {
        String uid = preconditions.string("uid");
        return uid.isEmpty() && preconditions.has("uid") ? DeleteOptions.NO_UID : uid;
    }

    /// How the deletion is made.
    WriteCall call(Call request) {
        return request.write().withDryRun(dryRun).with(sent);
    }

    /// Kubernetes takes a negative grace as one second.
    private static long grace(JsonObject tree) {
        if (!tree.has("gracePeriodSeconds")) {
            return -1;
        }
        long seconds = tree.integer("gracePeriodSeconds", -1);
        return seconds < 0 ? 1 : seconds;
    }

    private static void check(JsonObject tree, String propagation, List<String> dryRun) {
        if (!Set.of("All").containsAll(dryRun)) {
            throw invalid(
                    new Status.Cause(
                            "FieldValueNotSupported",
                            "Unsupported value: "
                                    + JsonArray.ofStrings(dryRun)
                                    + ": supported values: \"All\"",
                            "dryRun"));
        }
        if (tree.has("orphanDependents") && !propagation.isEmpty()) {
            throw invalid(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: \""
                                    + propagation
                                    + "\": orphanDependents and deletionPropagation cannot be both"
                                    + " set",
                            "propagationPolicy"));
        }
        if (!List.of("", "Foreground", "Background", "Orphan").contains(propagation)) {
            throw invalid(
                    new Status.Cause(
                            "FieldValueNotSupported",
                            "Unsupported value: \""
                                    + propagation
                                    + "\": supported values: \"Foreground\", \"Background\","
                                    + " \"Orphan\", \"nil\"",
                            "propagationPolicy"));
        }
    }

    private static kat.api.StatusException invalid(Status.Cause cause) {
        return Status.invalid(ListOptions.optionsKind("DeleteOptions"), "", List.of(cause))
                .asException();
    }

    private static JsonObject parse(byte[] body, Call call) {
        if (Bodies.mediaType(call).equals(Envelope.MEDIA_TYPE)) {
            return fromProtobuf(body);
        }
        Json tree = Bodies.tree(call, body);
        String fault = TypeMeta.fault(tree);
        if (fault != null) {
            throw Status.badRequest(fault).asException();
        }
        return tree instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    private static JsonObject fromProtobuf(byte[] body) {
        try {
            Envelope envelope = Envelope.parse(body);
            JsonObject options =
                    ProtobufDecoder.decode(
                            Messages.builtIn().meta("DeleteOptions"), envelope.raw());
            return options.with("apiVersion", Json.of(envelope.versionOr("v1")))
                    .with("kind", Json.of(envelope.kindOr("DeleteOptions")));
        } catch (ProtobufException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).asException();
        }
    }

    private static JsonObject fromQuery(Query query) {
        JsonObject.Builder tree =
                JsonObject.builder()
                        .putUnlessEmpty("propagationPolicy", query.get("propagationPolicy"));
        String grace = query.get("gracePeriodSeconds");
        if (!grace.isEmpty()) {
            try {
                tree.put("gracePeriodSeconds", Json.of(Long.parseLong(grace)));
            } catch (NumberFormatException e) {
                throw Status.badRequest(
                                "strconv.ParseInt: parsing \"" + grace + "\": invalid syntax")
                        .asException();
            }
        }
        if (query.has("dryRun")) {
            tree.put("dryRun", JsonArray.ofStrings(query.all("dryRun")));
        }
        if (query.has("orphanDependents")) {
            tree.put("orphanDependents", query.flag("orphanDependents"));
        }
        JsonObject preconditions =
                JsonObject.builder()
                        .putUnlessEmpty("uid", query.get("uid"))
                        .putUnlessEmpty("resourceVersion", query.get("resourceVersion"))
                        .build();
        if (!preconditions.isEmpty()) {
            tree.put("preconditions", preconditions);
        }
        return tree.build();
    }
}
