package kat.controllers.deployment;

import java.util.List;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The ReplicaSet of a deployment's present template.
final class NewSet {

    private NewSet() {}

    static KubeObject of(Rollout rollout, long size) {
        KubeObject deployment = rollout.deployment();
        String hash = DeploymentController.hash(deployment);
        Json label = Json.of(hash);
        JsonObject spec = deployment.spec();
        JsonObject template =
                spec.object("template").withAt(label, "metadata", "labels", Rollout.HASH_LABEL);
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", deployment.name() + "-" + hash)
                        .put("namespace", deployment.namespace())
                        .put("labels", template.at("metadata", "labels"))
                        .build();
        JsonObject.Builder own =
                JsonObject.builder()
                        .put("replicas", size)
                        .put(
                                "selector",
                                spec.object("selector")
                                        .withAt(label, "matchLabels", Rollout.HASH_LABEL))
                        .put("template", template);
        if (spec.integer("minReadySeconds", 0) > 0) {
            own.put("minReadySeconds", spec.integer("minReadySeconds", 0));
        }
        KubeObject set =
                new KubeObject(
                                JsonObject.builder()
                                        .put("apiVersion", "apps/v1")
                                        .put("kind", "ReplicaSet")
                                        .put("metadata", metadata)
                                        .put("spec", own.build())
                                        .build())
                        .withOwners(List.of(OwnerReference.controlledBy(deployment)));
        return Revisions.size(
                Revisions.annotate(set, deployment, Revisions.next(rollout.oldSets())), rollout);
    }
}
