package kat.apiserver.registry;

import java.math.BigInteger;
import java.util.List;
import kat.api.EtcdKeys;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.strategy.Strategy;
import kat.apiserver.registry.Writer.Target;
import org.jspecify.annotations.Nullable;

/// In what a new version must agree with the address it was sent to and with the stored one.
///
/// **Source:** `checkName` of apiserver's handlers; `registry/generic/registry/store.go`.
public final class Agreement {

    /// Metadata that the stored object decides, whatever is sent.
    private static final List<String> KEPT = List.of("creationTimestamp", "name", "namespace");

    /// Metadata that is only kept when nothing is sent.
    private static final List<String> FILLED = List.of("uid", "deletionGracePeriodSeconds");

    private static final String REGISTRY = "/registry";
    private static final EtcdKeys ETCD_KEYS = new EtcdKeys();

    private Agreement() {}

    /// The object must be the one that the path names.
    ///
    /// @throws kat.api.StatusException 400
    public static void requireAddress(Target target, KubeObject wish) {
        requireNamespace(target, wish);
        requireName(target.name(), wish.name());
    }

    /// A namespace that is told must be that of the path.
    ///
    /// @throws kat.api.StatusException 400
    public static void requireNamespace(Target target, KubeObject wish) {
        requireNamespace(target, wish.tree());
    }

    static void requireNamespace(Target target, JsonObject wish) {
        String namespace = wish.object("metadata").string("namespace");
        if (target.kind().namespaced()
                && !namespace.isEmpty()
                && !target.namespace().isEmpty()
                && !namespace.equals(target.namespace())) {
            throw Status.badRequest(
                            "the namespace of the provided object does not match the namespace"
                                    + " sent on the request")
                    .asException();
        }
    }

    /// @throws kat.api.StatusException 400
    public static void requireName(String outside, String inside) {
        if (inside.isEmpty()) {
            throw Status.badRequest(
                            "the name of the object ("
                                    + outside
                                    + " based on URL) was undeterminable: name must be provided")
                    .asException();
        }
        if (!inside.equals(outside)) {
            throw Status.badRequest(
                            "the name of the object ("
                                    + inside
                                    + ") does not match the name on the URL ("
                                    + outside
                                    + ")")
                    .asException();
        }
    }

    /// A version in the wish must be the stored one; some kinds want one in each update.
    ///
    /// @throws kat.api.StatusException 409 or 422, 500 when the version is no number
    static void requireVersion(Target target, KubeObject live, KubeObject wish) {
        Kind kind = target.kind();
        requireReadable(wish);
        String version = wish.resourceVersion();
        boolean none = version.isEmpty() || version.equals("0");
        if (none && !Strategy.allowsUnconditionalUpdate(kind)) {
            Status.Cause cause =
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: 0: must be specified for an update",
                            "metadata.resourceVersion");
            throw Status.invalid(kind.group(), kind.plural(), target.name(), List.of(cause))
                    .asException();
        }
        if (!none && !version.equals(live.resourceVersion())) {
            throw Status.modified(target.kind(), target.name()).asException();
        }
    }

    /// A version is a number of 64 bits, also where there is nothing yet that has one.
    ///
    /// @throws kat.api.StatusException 500
    static void requireReadable(KubeObject wish) {
        String version = wish.resourceVersion();
        boolean digits = version.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || !fits(version)) {
            throw Status.unexplained(
                            "strconv.ParseUint: parsing "
                                    + GoText.quoted(version)
                                    + (digits ? ": value out of range" : ": invalid syntax"))
                    .asException();
        }
    }

    private static boolean fits(String digits) {
        return digits.isEmpty() || new BigInteger(digits).bitLength() <= Long.SIZE;
    }

    /// A replacement that names a uid is meant for that object only.
    ///
    /// @param stored empty when nothing is stored
    /// @throws kat.api.StatusException 409
    public static void requireUid(Target target, String stored, KubeObject wish, WriteCall call) {
        if (!wish.uid().isEmpty() && !wish.uid().equals(stored)) {
            throw broken(target, call, "UID", wish.uid(), stored);
        }
    }

    /// The refusal of a write that wants the stored object to be another one, or another version.
    ///
    /// @param what `UID` or `ResourceVersion`
    public static StatusException broken(
            Target target, WriteCall call, String what, String wanted, String stored) {
        String both = "%s in precondition: %s, %s in object meta: %s";
        return Status.conflict(
                        target.kind(),
                        target.name(),
                        "StorageError: invalid object, Code: 4, Key: "
                                + keyInEtcd(target, call)
                                + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
                                + both.formatted(what, wanted, what, stored))
                .asException();
    }

    /// The key by which Kubernetes' store names an object in its own errors; what is only tried
    /// does not reach that part of it which knows the root.
    private static String keyInEtcd(Target target, WriteCall call) {
        String key = target.storeKey().substring(REGISTRY.length() + 1);
        return (call.isDryRun() ? "/" : REGISTRY + "/") + ETCD_KEYS.toEtcd(key);
    }

    /// What was merged from an applied configuration must fit the address and what is stored.
    ///
    /// @param live null when nothing is stored
    /// @throws kat.api.StatusException 400 or 409
    static void requireApplied(Target target, @Nullable KubeObject live, KubeObject merged) {
        if (live == null && !merged.uid().isEmpty()) {
            throw Status.conflict(
                            target.kind(),
                            target.name(),
                            "uid mismatch: the provided object specified uid "
                                    + merged.uid()
                                    + ", and no existing object was found")
                    .asException();
        }
        requireAddress(target, merged);
        if (live == null) {
            requireReadable(merged);
        } else {
            requireVersion(target, live, merged);
        }
    }

    /// The wish with the metadata that no client changes.
    static JsonObject kept(JsonObject before, JsonObject wish) {
        JsonObject old = before.object("metadata");
        return wish.change(
                "metadata",
                metadata -> {
                    JsonObject kept = metadata;
                    for (String name : KEPT) {
                        Json value = old.get(name);
                        kept = value == null ? kept.without(name) : kept.with(name, value);
                    }
                    for (String name : FILLED) {
                        Json value = old.get(name);
                        kept = value == null || kept.has(name) ? kept : kept.with(name, value);
                    }
                    Json deletion = old.get("deletionTimestamp");
                    kept = deletion == null ? kept : kept.with("deletionTimestamp", deletion);
                    Json version = old.get("resourceVersion");
                    return version == null ? kept : kept.with("resourceVersion", version);
                });
    }

    /// An object that is to be made, in the namespace of its request.
    static JsonObject inNamespace(Target target, JsonObject wish) {
        return target.kind().namespaced() && !target.namespace().isEmpty()
                ? wish.withAt(Json.of(target.namespace()), "metadata", "namespace")
                : wish;
    }
}
