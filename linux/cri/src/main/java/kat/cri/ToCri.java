package kat.cri;

import java.time.Duration;
import java.util.Map;
import kat.cri.grpc.Cri;
import org.jspecify.annotations.Nullable;

/// Writes the module's records as messages of CRI v1.
final class ToCri {

    private ToCri() {}

    static Cri.PodSandboxMetadata metadata(PodSandboxMetadata metadata) {
        return Cri.PodSandboxMetadata.newBuilder()
                .setName(metadata.name())
                .setUid(metadata.uid())
                .setNamespace(metadata.namespace())
                .setAttempt(metadata.attempt())
                .build();
    }

    static Cri.PodSandboxConfig sandbox(PodSandboxConfig config) {
        Cri.PodSandboxConfig.Builder to =
                Cri.PodSandboxConfig.newBuilder()
                        .setMetadata(metadata(config.metadata()))
                        .setHostname(config.hostname())
                        .setLogDirectory(config.logDirectory())
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations())
                        .setLinux(linux(config.linux()));
        DnsConfig dns = config.dns();
        if (dns != null) {
            to.setDnsConfig(
                    Cri.DNSConfig.newBuilder()
                            .addAllServers(dns.servers())
                            .addAllSearches(dns.searches())
                            .addAllOptions(dns.options()));
        }
        for (PortMapping port : config.portMappings()) {
            to.addPortMappings(
                    Cri.PortMapping.newBuilder()
                            .setProtocol(protocol(port.protocol()))
                            .setContainerPort(port.containerPort())
                            .setHostPort(port.hostPort())
                            .setHostIp(port.hostIp()));
        }
        return to.build();
    }

    private static Cri.LinuxPodSandboxConfig linux(LinuxSandboxOptions options) {
        Cri.LinuxPodSandboxConfig.Builder to =
                Cri.LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(options.cgroupParent())
                        .setSecurityContext(security(options.security()))
                        .putAllSysctls(options.sysctls());
        LinuxResources overhead = options.overhead();
        if (overhead != null) {
            to.setOverhead(resources(overhead));
        }
        LinuxResources resources = options.resources();
        if (resources != null) {
            to.setResources(resources(resources));
        }
        return to.build();
    }

    private static Cri.LinuxSandboxSecurityContext security(SandboxSecurityContext context) {
        Cri.LinuxSandboxSecurityContext.Builder to =
                Cri.LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(namespaces(context.namespaces()))
                        .setReadonlyRootfs(context.readonlyRootfs())
                        .addAllSupplementalGroups(context.supplementalGroups())
                        .setPrivileged(context.privileged());
        Long user = context.runAsUser();
        if (user != null) {
            to.setRunAsUser(number(user));
        }
        Long group = context.runAsGroup();
        if (group != null) {
            to.setRunAsGroup(number(group));
        }
        SecurityProfile seccomp = context.seccomp();
        if (seccomp != null) {
            to.setSeccomp(profile(seccomp));
        }
        SecurityProfile apparmor = context.apparmor();
        if (apparmor != null) {
            to.setApparmor(profile(apparmor));
        }
        SelinuxOptions selinux = context.selinux();
        if (selinux != null) {
            to.setSelinuxOptions(selinux(selinux));
        }
        return to.build();
    }

    static Cri.ContainerConfig container(ContainerConfig config) {
        Cri.ContainerConfig.Builder to =
                Cri.ContainerConfig.newBuilder()
                        .setMetadata(
                                Cri.ContainerMetadata.newBuilder()
                                        .setName(config.metadata().name())
                                        .setAttempt(config.metadata().attempt()))
                        .setImage(image(config.image()))
                        .addAllCommand(config.command())
                        .addAllArgs(config.args())
                        .setWorkingDir(config.workingDir())
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations())
                        .setLogPath(config.logPath())
                        .setStdin(config.stdin())
                        .setStdinOnce(config.stdinOnce())
                        .setTty(config.tty())
                        .setLinux(
                                Cri.LinuxContainerConfig.newBuilder()
                                        .setResources(resources(config.resources()))
                                        .setSecurityContext(security(config.security())));
        for (EnvVar env : config.envs()) {
            to.addEnvs(Cri.KeyValue.newBuilder().setKey(env.name()).setValue(env.value()));
        }
        for (Mount mount : config.mounts()) {
            to.addMounts(mount(mount, config.security().namespaces().users()));
        }
        for (Device device : config.devices()) {
            to.addDevices(
                    Cri.Device.newBuilder()
                            .setContainerPath(device.containerPath())
                            .setHostPath(device.hostPath())
                            .setPermissions(device.permissions()));
        }
        for (String name : config.cdiDevices()) {
            to.addCDIDevices(Cri.CDIDevice.newBuilder().setName(name));
        }
        return to.build();
    }

    /// @param users of the machine that those of the container stand for: it sees files of the
    ///     machine's root as its own root's
    private static Cri.Mount mount(Mount mount, @Nullable IdRange users) {
        Cri.Mount.Builder to =
                Cri.Mount.newBuilder()
                        .setContainerPath(mount.containerPath())
                        .setHostPath(mount.hostPath())
                        .setReadonly(mount.readonly())
                        .setRecursiveReadOnly(mount.recursiveReadonly())
                        .setSelinuxRelabel(mount.selinuxRelabel())
                        .setPropagation(propagation(mount.propagation()));
        if (users != null) {
            to.addUidMappings(mapping(users)).addGidMappings(mapping(users));
        }
        return to.build();
    }

    private static Cri.IDMapping mapping(IdRange users) {
        return Cri.IDMapping.newBuilder()
                .setHostId(users.first())
                .setLength(users.length())
                .build();
    }

    private static Cri.LinuxContainerSecurityContext security(ContainerSecurityContext context) {
        Cri.LinuxContainerSecurityContext.Builder to =
                Cri.LinuxContainerSecurityContext.newBuilder()
                        .setCapabilities(
                                Cri.Capability.newBuilder()
                                        .addAllAddCapabilities(context.capabilities().add())
                                        .addAllDropCapabilities(context.capabilities().drop()))
                        .setPrivileged(context.privileged())
                        .setNamespaceOptions(namespaces(context.namespaces()))
                        .setRunAsUsername(context.runAsUsername())
                        .setReadonlyRootfs(context.readonlyRootfs())
                        .addAllSupplementalGroups(context.supplementalGroups())
                        .setNoNewPrivs(context.noNewPrivileges())
                        .addAllMaskedPaths(context.maskedPaths())
                        .addAllReadonlyPaths(context.readonlyPaths());
        Long user = context.runAsUser();
        if (user != null) {
            to.setRunAsUser(number(user));
        }
        Long group = context.runAsGroup();
        if (group != null) {
            to.setRunAsGroup(number(group));
        }
        profiles(context, to);
        return to.build();
    }

    private static void profiles(
            ContainerSecurityContext context, Cri.LinuxContainerSecurityContext.Builder to) {
        SecurityProfile seccomp = context.seccomp();
        if (seccomp != null) {
            to.setSeccomp(profile(seccomp));
        }
        SecurityProfile apparmor = context.apparmor();
        if (apparmor != null) {
            to.setApparmor(profile(apparmor));
        }
        SelinuxOptions selinux = context.selinux();
        if (selinux != null) {
            to.setSelinuxOptions(selinux(selinux));
        }
    }

    static Cri.LinuxContainerResources resources(LinuxResources resources) {
        Cri.LinuxContainerResources.Builder to =
                Cri.LinuxContainerResources.newBuilder()
                        .setCpuPeriod(resources.cpuPeriod())
                        .setCpuQuota(resources.cpuQuota())
                        .setCpuShares(resources.cpuShares())
                        .setMemoryLimitInBytes(resources.memoryLimitBytes())
                        .setOomScoreAdj(resources.oomScoreAdj())
                        .setCpusetCpus(resources.cpusetCpus())
                        .setCpusetMems(resources.cpusetMems())
                        .setMemorySwapLimitInBytes(resources.memorySwapLimitBytes())
                        .putAllUnified(resources.unified());
        for (Map.Entry<String, Long> limit : resources.hugepageLimits().entrySet()) {
            to.addHugepageLimits(
                    Cri.HugepageLimit.newBuilder()
                            .setPageSize(limit.getKey())
                            .setLimit(limit.getValue()));
        }
        return to.build();
    }

    static Cri.ImageSpec image(String reference) {
        return Cri.ImageSpec.newBuilder().setImage(reference).build();
    }

    static Cri.AuthConfig auth(@Nullable ImageAuth auth) {
        return auth == null
                ? Cri.AuthConfig.getDefaultInstance()
                : Cri.AuthConfig.newBuilder()
                        .setUsername(auth.username())
                        .setPassword(auth.password())
                        .setAuth(auth.auth())
                        .setServerAddress(auth.serverAddress())
                        .setIdentityToken(auth.identityToken())
                        .setRegistryToken(auth.registryToken())
                        .build();
    }

    /// CRI counts whole seconds here: what is not whole is rounded up.
    static long seconds(Duration duration) {
        return duration.toSeconds() + (duration.toNanosPart() > 0 ? 1 : 0);
    }

    private static Cri.NamespaceOption namespaces(NamespaceOptions options) {
        Cri.NamespaceOption.Builder to =
                Cri.NamespaceOption.newBuilder()
                        .setNetwork(mode(options.network()))
                        .setPid(mode(options.pid()))
                        .setIpc(mode(options.ipc()))
                        .setTargetId(options.targetId());
        IdRange users = options.users();
        if (users != null) {
            to.setUsernsOptions(
                    Cri.UserNamespace.newBuilder()
                            .setMode(Cri.NamespaceMode.POD)
                            .addUids(mapping(users))
                            .addGids(mapping(users)));
        }
        return to.build();
    }

    private static Cri.SecurityProfile profile(SecurityProfile profile) {
        return Cri.SecurityProfile.newBuilder()
                .setProfileType(type(profile.type()))
                .setLocalhostRef(profile.localhostRef())
                .build();
    }

    private static Cri.SELinuxOption selinux(SelinuxOptions options) {
        return Cri.SELinuxOption.newBuilder()
                .setUser(options.user())
                .setRole(options.role())
                .setType(options.type())
                .setLevel(options.level())
                .build();
    }

    private static Cri.Int64Value number(long value) {
        return Cri.Int64Value.newBuilder().setValue(value).build();
    }

    static Cri.PodSandboxState state(PodSandboxState state) {
        return switch (state) {
            case READY -> Cri.PodSandboxState.SANDBOX_READY;
            case NOT_READY -> Cri.PodSandboxState.SANDBOX_NOTREADY;
        };
    }

    static Cri.ContainerState state(ContainerState state) {
        return switch (state) {
            case CREATED -> Cri.ContainerState.CONTAINER_CREATED;
            case RUNNING -> Cri.ContainerState.CONTAINER_RUNNING;
            case EXITED -> Cri.ContainerState.CONTAINER_EXITED;
            case UNKNOWN -> Cri.ContainerState.CONTAINER_UNKNOWN;
        };
    }

    private static Cri.Protocol protocol(PortMapping.Protocol protocol) {
        return switch (protocol) {
            case TCP -> Cri.Protocol.TCP;
            case UDP -> Cri.Protocol.UDP;
            case SCTP -> Cri.Protocol.SCTP;
        };
    }

    private static Cri.MountPropagation propagation(Mount.Propagation propagation) {
        return switch (propagation) {
            case PRIVATE -> Cri.MountPropagation.PROPAGATION_PRIVATE;
            case HOST_TO_CONTAINER -> Cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case BIDIRECTIONAL -> Cri.MountPropagation.PROPAGATION_BIDIRECTIONAL;
        };
    }

    private static Cri.NamespaceMode mode(NamespaceMode mode) {
        return switch (mode) {
            case POD -> Cri.NamespaceMode.POD;
            case CONTAINER -> Cri.NamespaceMode.CONTAINER;
            case NODE -> Cri.NamespaceMode.NODE;
            case TARGET -> Cri.NamespaceMode.TARGET;
        };
    }

    private static Cri.SecurityProfile.ProfileType type(SecurityProfile.Type type) {
        return switch (type) {
            case RUNTIME_DEFAULT -> Cri.SecurityProfile.ProfileType.RuntimeDefault;
            case UNCONFINED -> Cri.SecurityProfile.ProfileType.Unconfined;
            case LOCALHOST -> Cri.SecurityProfile.ProfileType.Localhost;
        };
    }
}
