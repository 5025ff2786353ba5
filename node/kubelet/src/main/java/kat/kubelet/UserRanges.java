package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.cri.ContainerConfig;
import kat.cri.IdRange;
import kat.cri.LinuxSandboxOptions;
import kat.cri.PodSandboxConfig;
import kat.cri.SandboxSecurityContext;
import org.jspecify.annotations.Nullable;

/// Gives pods with users of their own (`hostUsers: false`) each 65,536 users and groups of the
/// machine, none of them twice. What a pod has stands in its folder, and is free again when the
/// folder is gone.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/userns/userns_manager.go`; KEP-127.
final class UserRanges {

    /// How many ids a pod has; the machine's own, the first so many, are never given.
    static final int LENGTH = 65_536;

    private static final String FILE = "userns";

    private final Path pods;
    private final int most;

    /// @param pods folder of the folders of pods
    /// @param most how many pods there may be
    UserRanges(Path pods, int most) {
        this.pods = pods;
        this.most = most;
    }

    static boolean wants(KubeObject pod) {
        return !pod.spec().bool("hostUsers", true);
    }

    /// The range of a pod, a new one when it has none yet.
    ///
    /// @throws IOException also when all are taken
    synchronized IdRange of(String uid) throws IOException {
        Path folder = pods.resolve(uid);
        IdRange own = read(folder);
        return own == null ? give(folder) : own;
    }

    /// The same config with the range of the pod, if it wants one.
    ContainerConfig in(KubeObject pod, ContainerConfig config) throws IOException {
        return wants(pod)
                ? config.withSecurity(
                        config.security()
                                .withNamespaces(
                                        config.security().namespaces().withUsers(of(pod.uid()))))
                : config;
    }

    /// The same config with the range of the pod, if it wants one.
    PodSandboxConfig in(KubeObject pod, PodSandboxConfig config) throws IOException {
        if (!wants(pod)) {
            return config;
        }
        LinuxSandboxOptions linux = config.linux();
        SandboxSecurityContext security = linux.security();
        return config.withLinux(
                linux.withSecurity(
                        security.withNamespaces(security.namespaces().withUsers(of(pod.uid())))));
    }

    private IdRange give(Path folder) throws IOException {
        BitSet taken = new BitSet();
        for (Path each : folders()) {
            IdRange range = read(each);
            if (range != null) {
                taken.set(range.first() / LENGTH - 1);
            }
        }
        int free = taken.nextClearBit(0);
        if (free >= most) {
            throw new IOException(
                    "create user namespace: could not find an empty slot to allocate a user"
                            + " namespace");
        }
        IdRange range = new IdRange((free + 1) * LENGTH, LENGTH);
        Files.createDirectories(folder);
        Path part = folder.resolve(FILE + ".part");
        Files.writeString(part, json(range).toString());
        Files.move(part, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        return range;
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(pods)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(pods)) {
            return all.toList();
        }
    }

    /// As the kubelet's own file.
    private static JsonObject json(IdRange range) {
        JsonObject mapping =
                JsonObject.builder()
                        .put("hostId", range.first())
                        .put("containerId", 0)
                        .put("length", range.length())
                        .build();
        JsonArray all = JsonArray.of(mapping);
        return JsonObject.of("uidMappings", all, "gidMappings", all);
    }

    private static @Nullable IdRange read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        JsonObject told = (JsonObject) Json.parse(Files.readAllBytes(file));
        JsonObject first = told.array("uidMappings").objects().getFirst();
        return new IdRange((int) first.integer("hostId", 0), (int) first.integer("length", 0));
    }
}
