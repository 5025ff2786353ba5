package kat.apiserver.custom;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.custom.DefinitionStatus;
import kat.api.custom.DefinitionStatus.Condition;
import kat.api.json.JsonArray;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.client.DeleteOptions;
import kat.store.Entry;

/// Deletes the objects of a definition that is being deleted.
///
/// **Source:** `pkg/controller/finalizer/crd_finalizer.go` of the apiextensions server.
final class Cleaner {

    private static final String ACTOR = "system:apiserver";

    /// How long nothing new may be made while somebody else keeps the definition: other servers
    /// may not know yet that it ends.
    private static final Duration LAST_LOOK = Duration.ofSeconds(5);

    private final Reader reader;
    private final Writing writing;

    Cleaner(Reader reader, Writing writing) {
        this.reader = reader;
        this.writing = writing;
    }

    /// @param definition with the status to write; without the finalizer when done
    record Progress(KubeObject definition, boolean isDone) {}

    /// @param served the resources of the definition; its objects are the same in each
    Progress clean(KubeObject definition, List<Resource> served, Instant now) {
        if (!Definition.is(definition, "Established") || served.isEmpty()) {
            return done(definition, "NeverEstablished", "resource was never established", now);
        }
        Resource resource = served.getFirst();
        for (Entry entry : all(resource)) {
            KubeObject object = resource.object(entry);
            if (!object.isDeleting()) {
                delete(resource, object);
            }
        }
        if (all(resource).isEmpty() && !endsLater(definition, now)) {
            return done(definition, "InstanceDeletionCompleted", "removed all instances", now);
        }
        Condition condition =
                new Condition(
                        "Terminating",
                        "True",
                        "InstanceDeletionInProgress",
                        "CustomResource deletion is in progress");
        return new Progress(DefinitionStatus.with(definition, condition, now), false);
    }

    /// Where nobody else keeps the definition, its kind is gone with its objects anyway.
    private static boolean endsLater(KubeObject definition, Instant now) {
        Instant deleted = definition.deletionTimestamp();
        return definition.finalizers().size() > 1
                && deleted != null
                && now.isBefore(deleted.plus(LAST_LOOK));
    }

    /// What is told when the objects cannot even be read; it is tried again.
    static Progress failed(KubeObject definition, StatusException why, Instant now) {
        String message = "could not list instances: " + why.getMessage();
        Condition condition =
                new Condition("Terminating", "True", "InstanceDeletionFailed", message);
        return new Progress(DefinitionStatus.with(definition, condition, now), false);
    }

    private List<Entry> all(Resource resource) {
        return reader.page(resource, new Reader.Query("", null, 0, 0, "")).entries();
    }

    private void delete(Resource resource, KubeObject object) {
        WriteCall call = new WriteCall(ACTOR, object.revision(), ACTOR, false, "");
        try {
            writing.deleter()
                    .delete(
                            new Writer.Target(resource, object.key()),
                            DeleteOptions.of(object.uid()),
                            call);
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }

    private static Progress done(
            KubeObject definition, String reason, String message, Instant now) {
        Condition condition = new Condition("Terminating", "False", reason, message);
        List<String> kept =
                definition.finalizers().stream()
                        .filter(each -> !each.equals(Definition.CLEANUP))
                        .toList();
        KubeObject told = DefinitionStatus.with(definition, condition, now);
        return new Progress(
                new KubeObject(
                        kept.isEmpty()
                                ? told.tree().withoutAt("metadata", "finalizers")
                                : told.tree()
                                        .withAt(
                                                JsonArray.ofStrings(kept),
                                                "metadata",
                                                "finalizers")),
                true);
    }
}
