package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.ContainerConfig;
import kat.cri.ContainerRuntimeException;
import kat.cri.Device;
import kat.cri.Image;
import kat.cri.Mount;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxStatus;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.dra.CdiSpecs;
import kat.kubelet.probes.Checks;
import kat.kubelet.spec.ConfigFault;
import kat.kubelet.spec.ContainerConfigs;
import kat.kubelet.spec.Environment;
import kat.kubelet.spec.HostsFile;
import kat.kubelet.spec.PodNames;
import kat.kubelet.spec.RecursiveReadOnly;
import kat.kubelet.volumes.ImageVolumes;
import kat.kubelet.volumes.VolumeFault;
import org.jspecify.annotations.Nullable;

/// Makes and starts one container.
///
/// **Source:** `startContainer` in `pkg/kubelet/kuberuntime/kuberuntime_container.go`.
record ContainerStarter(PodServices services, Hooks hooks) {

    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final String HOSTS = "/etc/hosts";

    /// What is started, and where.
    ///
    /// @param pod with its addresses
    /// @param target id of the container whose processes an ephemeral one sees; empty for none
    /// @param volumes paths by volume
    /// @param imageVolumes ids of images by volume
    record Job(
            KubeObject pod,
            JsonObject container,
            String imageRef,
            int restarts,
            String target,
            PodSandboxStatus sandbox,
            Map<String, Path> volumes,
            Map<String, String> imageVolumes) {

        String name() {
            return container.string("name");
        }
    }

    /// @return why it does not run; null when it does
    @Nullable Failure start(Job job) throws InterruptedException {
        ContainerConfig config;
        PodSandboxConfig sandbox;
        try {
            config = services.users().in(job.pod(), configure(job));
            sandbox =
                    services.users()
                            .in(
                                    job.pod(),
                                    services.sandboxes()
                                            .of(
                                                    job.pod(),
                                                    job.sandbox().metadata().attempt(),
                                                    services.cgroups().pathOf(job.pod())));
        } catch (ConfigFault | VolumeFault | IOException e) {
            return failed(job, "CreateContainerConfigError", String.valueOf(e.getMessage()));
        } catch (ContainerRuntimeException e) {
            return failed(job, "CreateContainerError", e.description());
        }
        String id;
        try {
            id = services.runtime().createContainer(job.sandbox().id(), config, sandbox);
        } catch (ContainerRuntimeException e) {
            return failed(job, "CreateContainerError", e.description());
        }
        services.reader().belongs(id, job.pod().uid());
        services.events().normal(job.pod(), job.container(), "Created", "Container created");
        try {
            services.runtime().startContainer(id);
        } catch (ContainerRuntimeException e) {
            return failed(job, "RunContainerError", e.description());
        }
        services.events().normal(job.pod(), job.container(), "Started", "Container started");
        return afterStart(job, id);
    }

    private Failure failed(Job job, String reason, String message) {
        services.events().warning(job.pod(), job.container(), "Failed", "Error: " + message);
        return new Failure(reason, message, services.now().plus(RETRY));
    }

    private @Nullable Failure afterStart(Job job, String id) throws InterruptedException {
        JsonObject hook = job.container().object("lifecycle").object("postStart");
        if (hook.isEmpty()) {
            return null;
        }
        String address = job.pod().status().string("podIP");
        Checks.Target target = new Checks.Target(id, address, job.container());
        Checks.Result result = hooks.run(job.pod(), hook, target, Duration.ZERO);
        if (result.success()) {
            return null;
        }
        services.events()
                .warning(job.pod(), job.container(), "FailedPostStartHook", "PostStartHook failed");
        services.events().normal(job.pod(), job.container(), "Killing", "FailedPostStartHook");
        services.runtime().stopContainer(id, PodDecisions.specifiedGrace(job.pod()));
        return new Failure(
                "PostStartHookError",
                Hooks.failure(hook, job.container(), job.pod(), result),
                null);
    }

    private ContainerConfig configure(Job job) throws ConfigFault, VolumeFault, IOException {
        KubeObject pod = job.pod();
        Environment environment =
                Environment.of(
                        job.container(),
                        services.serviceVariables(pod),
                        services.downward(pod),
                        services.objects(),
                        job.volumes());
        Image image = services.runtime().images().status(job.imageRef()).orElse(null);
        Path logs = Path.of(services.sandboxes().logFolder(pod)).resolve(job.name());
        Files.createDirectories(logs);
        ContainerConfig config =
                services.containers()
                        .of(
                                new ContainerConfigs.Parts(
                                        pod,
                                        job.container(),
                                        image,
                                        job.imageRef(),
                                        job.restarts(),
                                        job.target(),
                                        environment,
                                        mounts(job, environment),
                                        devices(job)));
        List<String> claimed = services.devices().cdiDevices(pod, job.container());
        if (claimed.isEmpty() || CdiSpecs.isReadBy(services.runtime().version())) {
            return config.withCdiDevices(claimed);
        }
        return CdiSpecs.ofMachine().apply(config, claimed);
    }

    /// **Source:** `makeBlockVolumes` in `pkg/kubelet/kubelet_pods.go`.
    private static List<Device> devices(Job job) throws ConfigFault {
        List<Device> devices = new ArrayList<>();
        for (JsonObject device : job.container().array("volumeDevices").objects()) {
            Path path = job.volumes().get(device.string("name"));
            if (path == null) {
                throw missing(job, device.string("name"));
            }
            String rights = isReadOnly(job.pod(), device.string("name")) ? "r" : "mrw";
            devices.add(new Device(device.string("devicePath"), path.toString(), rights));
        }
        return devices;
    }

    /// Whether a volume is read-only for all containers of the pod.
    private static boolean isReadOnly(KubeObject pod, String volume) {
        for (JsonObject each : pod.spec().array("volumes").objects()) {
            if (each.string("name").equals(volume)) {
                return each.object("persistentVolumeClaim").bool("readOnly")
                        || each.object("csi").bool("readOnly");
            }
        }
        return false;
    }

    private static ConfigFault missing(Job job, String volume) {
        return new ConfigFault(
                "cannot find volume \""
                        + volume
                        + "\" to mount into container \""
                        + job.name()
                        + "\"");
    }

    private List<Mount> mounts(Job job, Environment environment)
            throws VolumeFault, ConfigFault, IOException {
        List<Mount> mounts = new ArrayList<>();
        boolean ownHosts = false;
        int index = 0;
        for (JsonObject mount : job.container().array("volumeMounts").objects()) {
            ownHosts |= mount.string("mountPath").equals(HOSTS);
            mounts.add(mount(job, mount, environment, index++));
        }
        if (!ownHosts) {
            mounts.add(Mount.readWrite(hosts(job).toString(), HOSTS));
        }
        String message = job.container().string("terminationMessagePath", "/dev/termination-log");
        mounts.add(Mount.readWrite(messageFile(job).toString(), message));
        return mounts;
    }

    private Mount mount(Job job, JsonObject mount, Environment environment, int index)
            throws VolumeFault, ConfigFault {
        String image = job.imageVolumes().get(mount.string("name"));
        Path volume =
                image == null
                        ? job.volumes().get(mount.string("name"))
                        : services.volumes().image(job.pod().uid(), mount.string("name"), image);
        if (volume == null) {
            throw missing(job, mount.string("name"));
        }
        String sub =
                mount.has("subPathExpr")
                        ? environment.expand(mount.string("subPathExpr"))
                        : mount.string("subPath");
        Path from = volume;
        if (!sub.isEmpty()) {
            Path place = Path.of(mount.string("name"), job.name(), Integer.toString(index));
            if (image != null) {
                ImageVolumes.requirePath(volume, sub);
            }
            from = services.volumes().subPath(job.pod().uid(), volume, Path.of(sub), place);
        }
        Mount.Propagation propagation =
                switch (mount.string("mountPropagation")) {
                    case "HostToContainer" -> Mount.Propagation.HOST_TO_CONTAINER;
                    case "Bidirectional" -> Mount.Propagation.BIDIRECTIONAL;
                    default -> Mount.Propagation.PRIVATE;
                };
        // What is mounted read-only without programs stays so; a mount over it would loosen it.
        boolean readOnly =
                image == null
                        && (mount.bool("readOnly") || isReadOnly(job.pod(), mount.string("name")));
        boolean recursive =
                RecursiveReadOnly.wanted(
                        mount,
                        () ->
                                services.runtime()
                                        .status()
                                        .mountsReadOnlyRecursively(job.sandbox().runtimeHandler()));
        return new Mount(
                mount.string("mountPath"),
                from.toString(),
                readOnly,
                readOnly && recursive,
                false,
                propagation);
    }

    private Path hosts(Job job) throws IOException {
        KubeObject pod = job.pod();
        String text =
                pod.spec().bool("hostNetwork")
                        ? HostsFile.onHostNetwork(pod, Files.readString(Path.of(HOSTS)))
                        : HostsFile.of(
                                pod,
                                PodNames.of(pod, services.config().clusterDomain()),
                                PodServices.addresses(job.sandbox()));
        Path file = services.volumes().folder(pod.uid()).resolve("etc-hosts");
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
        return file;
    }

    private Path messageFile(Job job) throws IOException {
        Path folder =
                services.volumes()
                        .folder(job.pod().uid())
                        .resolve("containers")
                        .resolve(job.name());
        Files.createDirectories(folder);
        Path file = folder.resolve(Integer.toString(job.restarts()));
        Files.deleteIfExists(file);
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        return file;
    }
}
