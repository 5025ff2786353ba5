package kat.apiserver.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import kat.api.Kind;
import kat.api.apply.FieldManager;
import kat.api.custom.CustomKind;
import kat.api.custom.CustomValidation;
import kat.api.custom.RuleTimes;
import kat.api.schema.RequestBody;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// What is prepared of a resource's schema once and used by all requests.
///
/// **Threads:** any.
final class ResourceMachinery {

    private final Kind kind;
    private final @Nullable CustomKind custom;
    private final @Nullable Schema schema;
    private final Map<String, FieldManager> managers = new ConcurrentHashMap<>();
    private volatile @Nullable RequestBody body;
    private volatile @Nullable CustomValidation validation;

    ResourceMachinery(Kind kind, @Nullable Schema schema, @Nullable CustomKind custom) {
        this.custom = custom;
        this.kind = kind;
        this.schema = schema;
    }

    /// Null when the kind has no schema.
    @Nullable FieldManager manager(String subresource) {
        Schema known = schema;
        CustomKind own = custom;
        Map<String, List<String>> replicas = own == null ? Map.of() : own.replicas();
        return known == null
                ? null
                : managers.computeIfAbsent(
                        subresource, name -> new FieldManager(kind, known, name, replicas));
    }

    /// Null for a built-in kind.
    ///
    /// @param times are told how long its rules take, by the first who asks
    @Nullable CustomValidation validation(RuleTimes times) {
        CustomKind own = custom;
        CustomValidation known = validation;
        if (known == null && own != null) {
            known = new CustomValidation(own, times);
            validation = known;
        }
        return known;
    }

    /// Null when the kind has no schema.
    ///
    /// @param isRegistered whether an `apiVersion` and `kind` exist on this server
    @Nullable RequestBody body(BiPredicate<String, String> isRegistered) {
        RequestBody known = body;
        Schema own = schema;
        if (known == null && own != null) {
            known = new RequestBody(kind.apiVersion(), kind.kind(), own, isRegistered);
            body = known;
        }
        return known;
    }
}
