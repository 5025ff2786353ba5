package kat.apiserver.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.apply.Applied;
import kat.api.apply.FieldManager;
import kat.api.defaults.Defaults;
import kat.api.json.JsonObject;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.api.strategy.Strategy;
import kat.api.validation.Validation;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// The rules of the built-in kinds, from their schemas.
public final class SchemaMachinery implements Machinery {

    private final Schemas schemas;
    private final Ticker ticker;
    private final Map<Owners, FieldManager> managers = new ConcurrentHashMap<>();

    private record Owners(Kind kind, String subresource) {}

    public SchemaMachinery(Schemas schemas, Ticker ticker) {
        this.schemas = schemas;
        this.ticker = ticker;
    }

    private @Nullable FieldManager manager(Kind kind, String subresource) {
        Schema schema = schemas.of(kind);
        return schema == null
                ? null
                : managers.computeIfAbsent(
                        new Owners(kind, subresource),
                        owners -> new FieldManager(owners.kind(), schema, owners.subresource()));
    }

    @Override
    public JsonObject defaulted(Kind kind, JsonObject object) {
        Schema schema = schemas.of(kind);
        return schema == null ? object : Defaults.apply(schema, object);
    }

    @Override
    public JsonObject owned(Kind kind, WriteCall call, JsonObject live, JsonObject next) {
        FieldManager manager = manager(kind, call.subresource());
        if (manager == null) {
            return next;
        }
        KubeObject wish = new KubeObject(next);
        KubeObject owned =
                live.isEmpty()
                        ? manager.created(wish, call.manager(), ticker.now())
                        : manager.updated(new KubeObject(live), wish, call.manager(), ticker.now());
        return owned.tree();
    }

    @Override
    public KubeObject applied(
            Kind kind, WriteCall call, @Nullable KubeObject live, KubeObject wish, boolean force) {
        FieldManager manager = manager(kind, call.subresource());
        if (manager == null) {
            throw new Status(
                            415,
                            "UnsupportedMediaType",
                            "415: Unsupported Media Type",
                            Status.Details.NONE)
                    .asException();
        }
        return switch (manager.apply(live, wish, call.manager(), force, ticker.now())) {
            case Applied.Merged merged -> canonical(kind, merged.object());
            case Applied.Conflicting conflict -> throw conflict.status().asException();
            case Applied.Refused refused -> throw refused.status().asException();
        };
    }

    private KubeObject canonical(Kind kind, KubeObject merged) {
        Schema schema = schemas.of(kind);
        try {
            return schema == null
                    ? merged
                    : new KubeObject(Decoder.canonical(schema, merged.tree()));
        } catch (DecodeException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).asException();
        }
    }

    @Override
    public JsonObject preparedForCreate(Kind kind, JsonObject object) {
        return Strategy.prepareForCreate(kind, object);
    }

    @Override
    public JsonObject preparedForUpdate(
            Kind kind, String subresource, JsonObject next, JsonObject live) {
        return switch (subresource) {
            case "status" -> Strategy.prepareForStatusUpdate(kind, next, live);
            case "binding", "finalize" -> next;
            default -> Strategy.prepareForUpdate(kind, next, live);
        };
    }

    @Override
    public List<Status.Cause> faultsOfCreate(Kind kind, JsonObject object) {
        return Validation.create(kind, new KubeObject(object));
    }

    @Override
    public List<Status.Cause> faultsOfUpdate(
            Kind kind, String subresource, JsonObject next, JsonObject live) {
        KubeObject after = new KubeObject(next);
        KubeObject before = new KubeObject(live);
        return switch (subresource) {
            case "status" -> Validation.updateStatus(kind, after, before);
            case "binding", "finalize", "ephemeralcontainers", "resize", "approval" -> List.of();
            default -> Validation.update(kind, after, before);
        };
    }
}
