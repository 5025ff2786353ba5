package kat.api.strategy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.custom.DefinitionStatus;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Steps of single kinds.
final class KindHooks {

    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final String PHASE_SINCE = "lastPhaseTransitionTime";

    private KindHooks() {}

    /// A DaemonSet's generation of its template is a field inside of the server, and an
    /// annotation outside of it: each object that was decoded has one.
    static JsonObject converted(Kind kind, JsonObject object) {
        if (kind == Kinds.NODE) {
            return object.has("spec") ? object.change("spec", KindHooks::networks) : object;
        }
        if (kind == Kinds.POD) {
            return PodStatusParts.addressed(object);
        }
        boolean unmarked =
                kind.kind().equals("DaemonSet")
                        && !kind.schema().isEmpty()
                        && !object.at("metadata", "annotations").has(TEMPLATE_GENERATION);
        return unmarked ? withTemplateGeneration(object, 0) : object;
    }

    /// A node's first network has a field of its own, which wins over the list.
    private static JsonObject networks(JsonObject spec) {
        List<String> all = spec.array("podCIDRs").strings();
        String one = spec.string("podCIDR");
        if (one.isEmpty()) {
            return all.isEmpty() || all.getFirst().isEmpty()
                    ? spec
                    : spec.with("podCIDR", all.getFirst());
        }
        boolean leads = !all.isEmpty() && all.getFirst().equals(one);
        return leads ? spec : spec.with("podCIDRs", JsonArray.of(Json.of(one)));
    }

    static JsonObject onReadBack(Kind kind, JsonObject object) {
        if (kind.schema().isEmpty()) {
            return object;
        }
        return switch (kind.kind()) {
            case "Job" -> JobSelector.labelled(object);
            case "Service" -> routed(object);
            case "ReplicationController" -> labelled(object);
            default -> object;
        };
    }

    /// Who is only another name routes nothing.
    private static JsonObject routed(JsonObject service) {
        boolean isName = service.object("spec").string("type").equals("ExternalName");
        return isName ? service.withoutAt("spec", "internalTrafficPolicy") : service;
    }

    /// A ReplicationController without labels has those of its pods.
    private static JsonObject labelled(JsonObject controller) {
        JsonObject labels =
                controller.object("spec").object("template").object("metadata").object("labels");
        return controller.object("metadata").object("labels").isEmpty() && !labels.isEmpty()
                ? controller.withAt(labels, "metadata", "labels")
                : controller;
    }

    static JsonObject onCreate(Kind kind, JsonObject object, Instant now) {
        if (kind.schema().isEmpty()) {
            return object;
        }
        return switch (kind.kind()) {
            case "DaemonSet" -> withTemplateGeneration(object, 1);
            case "Job" -> JobSelector.generate(object);
            case "LimitRange" -> named(object);
            case "Namespace" -> namespace(object);
            case "Pod" -> PodProfiles.fromAnnotations(PodSelectors.merged(object));
            case "ServiceAccount" -> namedSecrets(object);
            case "PersistentVolumeClaim" -> ClaimSources.agreed(object, JsonObject.EMPTY);
            case "PersistentVolume" -> object.withAt(time(now), "status", PHASE_SINCE);
            case "APIService" -> isLocal(object) ? available(object, now) : object;
            default -> object;
        };
    }

    static JsonObject onUpdate(Kind kind, JsonObject updated, JsonObject old) {
        if (kind.schema().isEmpty()) {
            return updated;
        }
        return switch (kind.kind()) {
            case "DaemonSet" -> daemonSet(updated, old);
            case "Namespace" -> finalizersOf(updated, old);
            case "ServiceAccount" -> namedSecrets(updated);
            case "HorizontalPodAutoscaler" ->
                    AutoscalerAnnotations.withStatusOf(kind, updated, old);
            case "PersistentVolumeClaim" -> ClaimSources.agreed(updated, old);
            case "CertificateSigningRequest" -> updated.with("spec", old.object("spec"));
            case "CustomResourceDefinition" ->
                    updated.with(
                            "status",
                            DefinitionStatus.stored(
                                    updated.object("status"), updated.object("spec")));
            default -> updated;
        };
    }

    /// The status that a request wishes, with what it cannot take away.
    static @Nullable Json status(Kind kind, JsonObject updated, JsonObject old, Instant now) {
        if (kind == Kinds.POD) {
            return PodStatusParts.kept(updated.object("status"), old.object("status"));
        }
        if (kind == Kinds.PERSISTENT_VOLUME) {
            return volumeStatus(updated, old, now);
        }
        boolean configured = kind == Kinds.NODE && !old.object("status").has("config");
        if (configured && updated.object("status").has("config")) {
            return updated.object("status").without("config");
        }
        return kind.resource().equals(DeviceClaims.RESOURCE)
                ? DeviceClaims.withoutFreed(updated.object("status"), old.object("status"))
                : updated.get("status");
    }

    /// Metadata of a status update: the mark of a DaemonSet's template does not change by it.
    static JsonObject ofStatus(Kind kind, JsonObject sent, JsonObject old) {
        JsonObject object = AutoscalerAnnotations.withSpecOf(kind, sent, old);
        Json mark = old.at("metadata", "annotations").get(TEMPLATE_GENERATION);
        return kind.kind().equals("DaemonSet") && !kind.schema().isEmpty() && mark != null
                ? object.withAt(mark, "metadata", "annotations", TEMPLATE_GENERATION)
                : object;
    }

    /// A volume's status says since when it has its phase.
    private static Json volumeStatus(JsonObject updated, JsonObject old, Instant now) {
        JsonObject status = updated.object("status");
        JsonObject before = old.object("status");
        Json since = before.get(PHASE_SINCE);
        if (!status.string("phase").equals(before.string("phase"))) {
            boolean told =
                    status.has(PHASE_SINCE) && !Objects.equals(status.get(PHASE_SINCE), since);
            return told ? status : status.with(PHASE_SINCE, time(now));
        }
        return status.has(PHASE_SINCE) || since == null ? status : status.with(PHASE_SINCE, since);
    }

    private static Json time(Instant now) {
        return Json.of(now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static boolean isLocal(JsonObject service) {
        return !service.object("spec").has("service");
    }

    /// An APIService without a server of its own is served by this one.
    private static JsonObject available(JsonObject service, Instant now) {
        JsonObject condition =
                JsonObject.builder()
                        .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("message", "Local APIServices are always available")
                        .put("reason", "Local")
                        .put("status", "True")
                        .put("type", "Available")
                        .build();
        return service.withAt(JsonArray.of(condition), "status", "conditions");
    }

    /// A name that was drawn is not yet known where defaults label a namespace with its name.
    private static JsonObject namespace(JsonObject namespace) {
        JsonObject labelled =
                namespace.withAt(
                        Json.of(namespace.object("metadata").string("name")),
                        "metadata",
                        "labels",
                        "kubernetes.io/metadata.name");
        JsonArray finalizers = namespace.object("spec").array("finalizers");
        return finalizers.strings().contains("kubernetes")
                ? labelled
                : labelled.withAt(finalizers.with(Json.of("kubernetes")), "spec", "finalizers");
    }

    /// Finalizers of a namespace's spec change only through its `finalize` path.
    private static JsonObject finalizersOf(JsonObject updated, JsonObject old) {
        return updated.change(
                "spec",
                spec ->
                        old.object("spec").has("finalizers")
                                ? spec.with("finalizers", old.object("spec").array("finalizers"))
                                : spec.without("finalizers"));
    }

    /// Of the secrets that an account may use only the names are kept.
    private static JsonObject namedSecrets(JsonObject account) {
        JsonArray secrets = account.array("secrets");
        return secrets.isEmpty()
                ? account
                : account.with("secrets", secrets.map(KindHooks::nameAlone));
    }

    private static Json nameAlone(Json reference) {
        return reference instanceof JsonObject object && object.has("name")
                ? JsonObject.of("name", Json.of(object.string("name")))
                : JsonObject.EMPTY;
    }

    /// A LimitRange that was given no name has a random one.
    private static JsonObject named(JsonObject range) {
        JsonObject metadata = range.object("metadata");
        return metadata.string("name").isEmpty()
                ? range.withAt(Json.of(metadata.string("uid")), "metadata", "name")
                : range;
    }

    private static JsonObject daemonSet(JsonObject updated, JsonObject old) {
        JsonObject annotations = old.at("metadata", "annotations");
        long before = parse(annotations.string(TEMPLATE_GENERATION));
        boolean changed = !updated.at("spec", "template").equals(old.at("spec", "template"));
        return withTemplateGeneration(updated, changed ? before + 1 : before);
    }

    private static long parse(String number) {
        boolean digits = !number.isEmpty() && number.chars().allMatch(Character::isDigit);
        return digits && number.length() < 19 ? Long.parseLong(number) : 0;
    }

    private static JsonObject withTemplateGeneration(JsonObject object, long generation) {
        return object.withAt(
                Json.of(Long.toString(generation)), "metadata", "annotations", TEMPLATE_GENERATION);
    }
}
