package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.apply.Applied;
import kat.api.apply.FieldManager;
import kat.api.custom.CustomValidation;
import kat.api.custom.DefinitionValidation;
import kat.api.custom.DefinitionWarnings;
import kat.api.custom.RuleTimes;
import kat.api.defaults.Defaults;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.policy.RegistrationValidation;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.schema.ReadBack;
import kat.api.schema.Schema;
import kat.api.strategy.FeatureGates;
import kat.api.strategy.PodProfiles;
import kat.api.strategy.Strategy;
import kat.api.validation.Validation;
import kat.api.validation.Warnings;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// The rules of kinds, from their schemas.
public final class SchemaMachinery implements Machinery {

    private final Ticker ticker;
    private final FeatureGates gates;
    private final RuleTimes times;

    /// @param times are told how long rules of custom resources take
    public SchemaMachinery(Ticker ticker, FeatureGates gates, RuleTimes times) {
        this.times = times;
        this.ticker = ticker;
        this.gates = gates;
    }

    @Override
    public JsonObject defaulted(Resource resource, JsonObject object) {
        Schema schema = resource.schema();
        if (schema == null) {
            return object;
        }
        Kind kind = resource.kind();
        JsonObject complete = gates.defaulted(kind, Defaults.apply(schema, object));
        return resource.normal(Strategy.converted(kind, complete));
    }

    @Override
    public JsonObject owned(Resource resource, WriteCall call, JsonObject live, JsonObject next) {
        FieldManager manager = resource.machinery().manager(call.subresource());
        if (manager == null || call.manager().isEmpty()) {
            return next;
        }
        Schema schema = resource.schema();
        KubeObject wish =
                new KubeObject(schema == null ? next : ReadBack.withoutTold(schema, next));
        KubeObject owned =
                live.isEmpty()
                        ? manager.created(wish, call.manager(), ticker.now())
                        : manager.updated(new KubeObject(live), wish, call.manager(), ticker.now());
        return next.with("metadata", owned.tree().object("metadata"));
    }

    @Override
    public KubeObject applied(
            Resource resource,
            WriteCall call,
            @Nullable KubeObject live,
            KubeObject wish,
            boolean force) {
        FieldManager manager = resource.machinery().manager(call.subresource());
        if (manager == null) {
            throw new Status(
                            415,
                            "UnsupportedMediaType",
                            "415: Unsupported Media Type",
                            Status.Details.NONE)
                    .asException();
        }
        return switch (manager.apply(live, wish, call.manager(), force, ticker.now())) {
            case Applied.Merged merged -> canonical(resource, wish, merged.object());
            case Applied.Conflicting conflict -> throw conflict.status().asException();
            case Applied.Refused refused -> throw refused.status().asException();
        };
    }

    private static KubeObject canonical(Resource resource, KubeObject wish, KubeObject merged) {
        Schema schema = resource.schema();
        try {
            return schema == null ? merged : new KubeObject(Decoder.applied(schema, merged.tree()));
        } catch (DecodeException e) {
            String type = resource.kind().apiVersion() + ", Kind=" + resource.kind().kind();
            throw Status.unexplained(
                            "failed to convert new object (%s/%s; %s) to proper version: unable to"
                                            .formatted(wish.namespace(), wish.name(), type)
                                    + " convert unstructured object to %s: %s"
                                            .formatted(type, e.ofTree()))
                    .asException();
        }
    }

    @Override
    public JsonObject preparedForCreate(Resource resource, WriteCall call, JsonObject object) {
        if (resource.kind() == Kinds.POD) {
            PodProfiles.warnings(object).forEach(call::warn);
        }
        return Strategy.prepareForCreate(resource.kind(), object, gates, ticker.now());
    }

    @Override
    public JsonObject preparedForUpdate(
            Resource resource, String subresource, JsonObject next, JsonObject live) {
        JsonObject timed = withoutNewTimes(resource, next, live);
        // it is compared with what was stored, where an empty list is none, but for a few kinds
        boolean asSent = Strategy.countsEmptyLists(resource.kind());
        return prepared(resource, subresource, asSent ? timed : stored(resource, timed), live);
    }

    /// A write that changes nothing but the times of owners leaves these too, so that it is
    /// none.
    private JsonObject withoutNewTimes(Resource resource, JsonObject next, JsonObject live) {
        boolean same =
                FieldManager.hasNewTimesOnly(live, next)
                        && FieldManager.isSameButTimes(live, readBack(resource, next));
        if (!same) {
            return next;
        }
        JsonArray entries = live.object("metadata").array("managedFields");
        return next.withAt(entries, "metadata", "managedFields");
    }

    private JsonObject prepared(
            Resource resource, String subresource, JsonObject next, JsonObject live) {
        return switch (subresource) {
            case "status" ->
                    Strategy.prepareForStatusUpdate(
                            resource.kind(), next, live, gates, ticker.now());
            case "approval" -> Strategy.prepareForApproval(next, live, ticker.now());
            case "binding" -> next;
            case "finalize" -> next.with("status", live.object("status"));
            case "ephemeralcontainers", "resize" ->
                    Strategy.prepareForPart(resource.kind(), subresource, next, live, gates);
            default -> Strategy.prepareForUpdate(resource.kind(), next, live, gates);
        };
    }

    @Override
    public JsonObject readBack(Resource resource, JsonObject object) {
        return stored(resource, Strategy.readBack(resource.kind(), object));
    }

    private static JsonObject stored(Resource resource, JsonObject object) {
        Schema schema = resource.schema();
        if (schema == null || schema.isCustom() || isDefinition(resource)) {
            return object; // these are stored as JSON
        }
        return ReadBack.of(schema, object);
    }

    @Override
    public List<Status.Cause> faultsOfCreate(Resource resource, JsonObject object) {
        CustomValidation custom = resource.machinery().validation(times);
        if (isDefinition(resource)) {
            return DefinitionValidation.create(object);
        }
        if (RegistrationValidation.handles(resource.kind())) {
            return RegistrationValidation.create(resource.kind(), object);
        }
        return custom == null
                ? Validation.create(resource.rules(), resource.ruled(object))
                : custom.create(object);
    }

    @Override
    public List<Status.Cause> faultsOfUpdate(
            Resource resource, WriteCall call, JsonObject next, JsonObject live) {
        String subresource = call.subresource();
        CustomValidation custom = resource.machinery().validation(times);
        if (custom != null) {
            return subresource.equals("status")
                    ? custom.updateStatus(next, live, call::warn)
                    : custom.update(next, live, call::warn);
        }
        if (isDefinition(resource)) {
            return subresource.equals("status")
                    ? DefinitionValidation.updateStatus(next, live)
                    : DefinitionValidation.update(next, live);
        }
        if (RegistrationValidation.handles(resource.kind())) {
            return subresource.equals("status")
                    ? RegistrationValidation.updateStatus(resource.kind(), next, live)
                    : RegistrationValidation.update(resource.kind(), next, live);
        }
        Kind rules = resource.rules();
        KubeObject after = resource.ruled(next);
        KubeObject before = resource.ruled(live);
        return switch (subresource) {
            case "status" -> Validation.updateStatus(rules, after, before);
            case "binding" -> List.of();
            case "approval", "finalize", "ephemeralcontainers", "resize" ->
                    Validation.updateThrough(rules, subresource, after, before);
            default -> Validation.update(rules, after, before);
        };
    }

    @Override
    public List<String> warningsOfCreate(Resource resource, JsonObject object) {
        List<String> warnings =
                resource.machinery().validation(times) == null
                        ? Warnings.create(resource.kind(), new KubeObject(object))
                        : List.of();
        return withExtensions(warnings, resource, object, JsonObject.EMPTY);
    }

    @Override
    public List<String> warningsOfUpdate(
            Resource resource, String subresource, JsonObject next, JsonObject live) {
        if (!subresource.isEmpty()) {
            return List.of();
        }
        List<String> warnings =
                resource.machinery().validation(times) == null
                        ? Warnings.update(
                                resource.kind(), new KubeObject(next), new KubeObject(live))
                        : List.of();
        return withExtensions(warnings, resource, next, live);
    }

    /// With what is told of definitions, registrations and custom resources.
    private static List<String> withExtensions(
            List<String> warnings, Resource resource, JsonObject next, JsonObject live) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(DefinitionWarnings.of(resource.kind(), next, live));
        all.addAll(RegistrationValidation.warnings(resource.kind(), next));
        return all;
    }

    private static boolean isDefinition(Resource resource) {
        return resource.kind() == Kinds.CUSTOM_RESOURCE_DEFINITION;
    }
}
