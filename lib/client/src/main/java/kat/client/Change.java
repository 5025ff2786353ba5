package kat.client;

import java.util.List;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// One thing that a [Plan] wants done.
public sealed interface Change {

    /// Creates an object.
    ///
    /// @param created what to do with the object that came of it, for example to tell its generated
    ///     name in an event
    /// @param refused what to do when the server refuses, for example to tell so in an event; the
    ///     key is tried again later in any case
    /// @param taken what to do with the object, read anew, that has the name already; it may be
    ///     the one wanted, made before and not seen yet. Null where it is of no interest
    record Create(
            Kind kind,
            KubeObject object,
            Function<KubeObject, List<Change>> created,
            Function<Status, List<Change>> refused,
            @Nullable Function<KubeObject, List<Change>> taken)
            implements Change {

        public Create(Kind kind, KubeObject object) {
            this(kind, object, _ -> List.of(), _ -> List.of());
        }

        public Create(
                Kind kind,
                KubeObject object,
                Function<KubeObject, List<Change>> created,
                Function<Status, List<Change>> refused) {
            this(kind, object, created, refused, null);
        }
    }

    /// Replaces an object, if it still has the resourceVersion that `object` carries.
    ///
    /// @param subresource empty, `status`, `scale` …
    /// @param updated what to do with the object as it then stands
    /// @param refused what to do when the server refuses; the key is tried again later in any
    ///     case
    record Update(
            Kind kind,
            KubeObject object,
            String subresource,
            Function<KubeObject, List<Change>> updated,
            Function<Status, List<Change>> refused)
            implements Change {

        public Update(
                Kind kind,
                KubeObject object,
                String subresource,
                Function<Status, List<Change>> refused) {
            this(kind, object, subresource, _ -> List.of(), refused);
        }

        public Update(Kind kind, KubeObject object, String subresource) {
            this(kind, object, subresource, _ -> List.of());
        }

        /// The same with what is to be done once it is written.
        public Update then(Function<KubeObject, List<Change>> next) {
            return new Update(kind, object, subresource, next, refused);
        }

        public static Update object(Kind kind, KubeObject object) {
            return new Update(kind, object, "");
        }

        public static Update status(Kind kind, KubeObject object) {
            return new Update(kind, object, "status");
        }
    }

    record PatchObject(Kind kind, ObjectKey key, Patch patch, String subresource)
            implements Change {}

    /// Deletes an object; that it is gone already counts as done.
    ///
    /// @param deleted what to do once it is done
    record Delete(
            Kind kind,
            ObjectKey key,
            DeleteOptions options,
            Function<KubeObject, List<Change>> deleted)
            implements Change {

        public Delete(Kind kind, ObjectKey key, DeleteOptions options) {
            this(kind, key, options, _ -> List.of());
        }
    }

    /// Records an Event; equal ones are counted up, not repeated.
    ///
    /// @param regarding the object that it is about
    /// @param type `Normal` or `Warning`
    /// @param reason one word, for example `ScalingReplicaSet`
    /// @param doing what was being done; only told where Events have the form of `events.k8s.io`
    record Emit(Reference regarding, String type, String reason, String message, Doing doing)
            implements Change {

        public Emit(Reference regarding, String type, String reason, String message) {
            this(regarding, type, reason, message, Doing.UNTOLD);
        }

        public static Emit normal(KubeObject regarding, String reason, String message) {
            return new Emit(Reference.to(regarding), "Normal", reason, message);
        }

        public static Emit warning(KubeObject regarding, String reason, String message) {
            return new Emit(Reference.to(regarding), "Warning", reason, message);
        }

        /// The same with what was being done.
        public Emit during(String action) {
            return new Emit(regarding, type, reason, message, new Doing(action, null));
        }

        /// The same with what was being done, for another object.
        public Emit during(String action, KubeObject related) {
            Doing during = new Doing(action, Reference.to(related));
            return new Emit(regarding, type, reason, message, during);
        }
    }

    /// What somebody did who records an Event.
    ///
    /// @param action one word, for example `Binding`
    /// @param related another object that it was done for; null for none
    record Doing(String action, @Nullable Reference related) {
        static final Doing UNTOLD = new Doing("", null);
    }

    /// An object as an Event names it.
    ///
    /// @param fieldPath the part that is meant, for example `spec.containers{web}`; may be empty
    record Reference(
            String apiVersion,
            String kind,
            ObjectKey key,
            String uid,
            String resourceVersion,
            String fieldPath) {

        public static Reference to(KubeObject object) {
            return new Reference(
                    object.apiVersion(),
                    object.kind(),
                    object.key(),
                    object.uid(),
                    object.resourceVersion(),
                    "");
        }

        public Reference field(String path) {
            return new Reference(apiVersion, kind, key, uid, resourceVersion, path);
        }

        public JsonObject toJson() {
            return JsonObject.builder()
                    .putUnlessEmpty("apiVersion", apiVersion)
                    .put("kind", kind)
                    .putUnlessEmpty("namespace", key.namespace())
                    .put("name", key.name())
                    .putUnlessEmpty("uid", uid)
                    .putUnlessEmpty("resourceVersion", resourceVersion)
                    .putUnlessEmpty("fieldPath", fieldPath)
                    .build();
        }
    }
}
