package kat.apiserver.actions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.custom.CustomKind;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.names.Names;
import kat.api.selector.LabelSelector;
import kat.api.validation.Validation;
import kat.apiserver.registry.Agreement;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import org.jspecify.annotations.Nullable;

/// The scale of a workload: how many replicas, seen and set apart from the rest.
///
/// **Source:** `autoscaling/v1` Scale.
public final class Scales {

    public static final Kind SCALE =
            new Kind(
                    "autoscaling",
                    "v1",
                    "Scale",
                    "scales",
                    "scale",
                    true,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    "io.k8s.api.autoscaling.v1.Scale");

    private final Writer writer;
    private final PartAdmission admission;

    public Scales(Writer writer, PartAdmission admission) {
        this.writer = writer;
        this.admission = admission;
    }

    /// The scale of an object.
    ///
    /// @throws kat.api.StatusException when a custom resource has no replicas where its definition
    ///     says
    public static JsonObject of(Resource resource, KubeObject object) {
        JsonObject metadata = object.metadata();
        JsonObject.Builder meta = JsonObject.builder();
        for (String name :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            Json value = metadata.get(name);
            if (value != null) {
                meta.put(name, value);
            }
        }
        CustomKind custom = resource.custom();
        Replicas replicas =
                custom == null || custom.scale() == null
                        ? Replicas.builtIn(object)
                        : Replicas.custom(object.tree(), custom.scale());
        long wanted = replicas.wanted();
        JsonObject.Builder status = JsonObject.builder().put("replicas", replicas.actual());
        String selector = replicas.selector();
        return JsonObject.builder()
                .put("kind", "Scale")
                .put("apiVersion", "autoscaling/v1")
                .put("metadata", meta.build())
                .put(
                        "spec",
                        wanted == 0 ? JsonObject.EMPTY : JsonObject.of("replicas", Json.of(wanted)))
                .put("status", status.putUnlessEmpty("selector", selector).build())
                .build();
    }

    /// How many there shall be and are, and which they are.
    private record Replicas(long wanted, long actual, String selector) {

        static Replicas builtIn(KubeObject object) {
            return new Replicas(
                    object.spec().integer("replicas", 0),
                    object.status().integer("replicas", 0),
                    LabelSelector.text(object.spec().object("selector")));
        }

        static Replicas custom(JsonObject object, CustomKind.ScalePaths paths) {
            if (!(at(object, paths.spec()) instanceof JsonNumber wanted)) {
                throw Status.internalError(
                                "the spec replicas field \"."
                                        + String.join(".", paths.spec())
                                        + "\" does not exist")
                        .asException();
            }
            long actual =
                    at(object, paths.status()) instanceof JsonNumber number
                            ? number.longValue()
                            : 0;
            String selector =
                    at(object, paths.selector()) instanceof JsonString(String text) ? text : "";
            return new Replicas(wanted.longValue(), actual, selector);
        }

        private static @Nullable Json at(JsonObject object, List<String> path) {
            Json found = object;
            for (String step : path) {
                found = found instanceof JsonObject holder ? holder.get(step) : null;
            }
            return found;
        }
    }

    /// Server-side apply of a scale: its replicas are those of the object.
    ///
    /// @throws kat.api.StatusException when it is no scale, or conflicts with what others set
    Outcome apply(Target target, KubeObject applied, boolean force, WriteCall call) {
        String version = applied.apiVersion();
        if (!version.equals(SCALE.apiVersion()) || !applied.kind().equals(SCALE.kind())) {
            String qualified = version.contains("/") ? version : "/" + version;
            throw Status.badRequest(
                            "invalid object type: " + qualified + ", Kind=" + applied.kind())
                    .asException();
        }
        requireReplicas(target, applied);
        JsonObject config =
                JsonObject.builder()
                        .put("apiVersion", target.kind().apiVersion())
                        .put("kind", target.kind().kind())
                        .put("metadata", JsonObject.of("name", Json.of(target.name())))
                        .build();
        Json replicas = applied.spec().get("replicas");
        JsonObject wish =
                replicas == null ? config : config.withAt(replicas, path(target.resource()));
        try {
            return writer.apply(
                    target,
                    new KubeObject(wish),
                    force,
                    call.admitted(),
                    live -> replicas == null ? live : withoutZero(target, live));
        } catch (StatusException e) {
            throw asOfScale(target, e);
        }
    }

    /// A scale says nothing of replicas when there shall be none, so who wishes for none sets
    /// what another has set.
    private static KubeObject withoutZero(Target target, KubeObject live) {
        String[] path = path(target.resource());
        String[] holder = Arrays.copyOf(path, path.length - 1);
        JsonObject around = live.tree().at(holder);
        String name = path[path.length - 1];
        return Json.of(0).equals(around.get(name))
                ? new KubeObject(live.tree().withAt(around.without(name), holder))
                : live;
    }

    /// Conflicts about a scale name the version of scales.
    private static StatusException asOfScale(Target target, StatusException refusal) {
        Status status = refusal.status();
        String using = " using ";
        String own = using + target.kind().apiVersion();
        if (!status.message().contains(own)) {
            return refusal;
        }
        UnaryOperator<String> told = text -> text.replace(own, using + SCALE.apiVersion());
        Status.Details details = status.details();
        List<Status.Cause> causes =
                details.causes().stream()
                        .map(
                                each ->
                                        new Status.Cause(
                                                each.reason(),
                                                told.apply(each.message()),
                                                each.field()))
                        .toList();
        return new Status(
                        status.code(),
                        status.reason(),
                        told.apply(status.message()),
                        new Status.Details(
                                details.name(),
                                details.group(),
                                details.kind(),
                                details.uid(),
                                causes,
                                details.retryAfterSeconds()))
                .asException();
    }

    private static String[] path(Resource resource) {
        CustomKind custom = resource.custom();
        return custom == null || custom.scale() == null
                ? new String[] {"spec", "replicas"}
                : custom.scale().spec().toArray(String[]::new);
    }

    /// A wish for another object is refused whether or not there is one.
    Outcome replace(Target target, KubeObject wish, WriteCall call) {
        Agreement.requireAddress(target, wish);
        return update(target, _ -> wish, call);
    }

    /// @param change from the live scale to the wished one
    Outcome update(Target target, UnaryOperator<KubeObject> change, WriteCall call) {
        return writer.update(
                target,
                live -> {
                    JsonObject before = of(target.resource(), live);
                    JsonObject wish = change.apply(new KubeObject(before)).tree();
                    JsonObject admitted = admission.admit(target, before, wish, call);
                    return new KubeObject(scaled(target, live, new KubeObject(admitted), call));
                },
                call.admitted());
    }

    private static JsonObject scaled(
            Target target, KubeObject live, KubeObject wish, WriteCall call) {
        Agreement.requireAddress(target, wish);
        Agreement.requireUid(target, live.uid(), wish, call);
        String version = wish.resourceVersion();
        boolean any = version.isEmpty() || version.equals("0");
        if (!any && !version.equals(live.resourceVersion())) {
            throw Status.modified(target.kind(), target.name()).asException();
        }
        long replicas = requireReplicas(target, wish);
        return live.tree().withAt(Json.of(replicas), path(target.resource()));
    }

    /// How many a scale asks for.
    ///
    /// @throws kat.api.StatusException when it has another name, or asks for less than none
    private static long requireReplicas(Target target, KubeObject wish) {
        if (!wish.name().isEmpty() && !wish.name().equals(target.name())) {
            throw Status.badRequest(
                            "the name of the object ("
                                    + wish.name()
                                    + ") does not match the name on the URL ("
                                    + target.name()
                                    + ")")
                    .asException();
        }
        long replicas = wish.spec().integer("replicas", 0);
        // the object's own validation judges the replicas of custom ones, which need no namespace
        List<Status.Cause> faults =
                target.resource().custom() == null ? faults(target, wish, replicas) : List.of();
        if (!faults.isEmpty()) {
            throw Status.invalid(SCALE, target.name(), faults).asException();
        }
        return replicas;
    }

    private static List<Status.Cause> faults(Target target, KubeObject wish, long replicas) {
        JsonObject whole = wish.tree().withAt(Json.of(target.namespace()), "metadata", "namespace");
        List<Status.Cause> faults =
                new ArrayList<>(
                        Validation.metadata(
                                whole.withAt(Json.of(target.name()), "metadata", "name"),
                                true,
                                Names::dnsSubdomain));
        if (replicas < 0) {
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + replicas + ": must be greater than or equal to 0",
                            "spec.replicas"));
        }
        return faults;
    }
}
