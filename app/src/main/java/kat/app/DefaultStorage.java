package kat.app;

import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.controllers.volume.LocalVolumes;

/// The storage class of claims that name none: folders on the node of the claim's first pod.
final class DefaultStorage {

    private static final Kind STORAGE_CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");

    private DefaultStorage() {}

    /// Makes the class unless there is one of its name.
    static void create(Transport transport) {
        JsonObject metadata =
                JsonObject.EMPTY
                        .with("name", "standard")
                        .withAt(
                                Json.of("true"),
                                "annotations",
                                "storageclass.kubernetes.io/is-default-class");
        KubeObject storage =
                new KubeObject(
                        JsonObject.builder()
                                .put("apiVersion", "storage.k8s.io/v1")
                                .put("kind", "StorageClass")
                                .put("metadata", metadata)
                                .put("provisioner", LocalVolumes.PROVISIONER)
                                .put("reclaimPolicy", "Delete")
                                .put("volumeBindingMode", "WaitForFirstConsumer")
                                .put("allowVolumeExpansion", true)
                                .build());
        try {
            transport.create(STORAGE_CLASS, storage, WriteOptions.by("kat"));
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
        }
    }
}
